"""Turns conditions round that mostly fail, so that a fair part of the decisions on a random ruleset are approvals."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

from tests.generators.facts import random_facts
from tests.generators.rulesets import Made, untuned_ruleset
from tests.generators.world import EVIDENCE_TYPES, chance
from tests.generators.yaml_text import Expression
from tests.oracle import Oracle

SAMPLES = 8


def random_ruleset(rng: random.Random) -> Made:
    """A ruleset drawn from the grammar; most have their conditions turned so that they often pass."""
    made = untuned_ruleset(rng)
    return tuned(made, random.Random(rng.randrange(2**32))) if chance(rng, 90) else made


def tuned(made: Made, rng: random.Random) -> Made:
    """Negates the conditions that fail more often than they pass, and the written reviews that mostly hold.

    The oracle decides a few samples to see which.
    """
    oracle = Oracle(made.ruleset, EVIDENCE_TYPES, made.fragments)
    answers = [oracle.decide(*random_facts(rng, made)) for _ in range(SAMPLES)]
    seen = Counter(item for answer in answers for item in answer.outcomes.items())
    caused = Counter(cause for answer in answers for cause in answer.causes)
    for part in (*made.fragments, made.ruleset):
        for id_, condition in part["conditions"].items():
            if seen[id_, "fail"] > seen[id_, "pass"]:
                condition["require"] = negated(condition["require"])
    for rule in made.ruleset.get("conclusions", []):
        if isinstance(rule["when"], str) and caused[rule["review"]] > SAMPLES // 2:
            rule["when"] = negated(rule["when"])
    return made


def negated(expression: Any) -> Expression:
    return Expression(f"not({expression})")
