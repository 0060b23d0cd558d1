"""The compiled engine means what the oracle means: every outcome, grant, cause, queue, follow-up and conclusion."""

from __future__ import annotations

import os
import random
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.decision.agreement import answer_of, comparable, compiled, decide
from tests.generators import EVIDENCE_TYPES, Made, facts_for, random_facts, random_ruleset, rulesets
from tests.oracle import Oracle

DECISIONS_A_RULESET = 40


@given(rulesets(), st.data())
def test_any_ruleset_decides_any_facts_as_the_oracle_does(made: Made, data: st.DataObject) -> None:
    ruleset = compiled(made)
    oracle = Oracle(made.ruleset, EVIDENCE_TYPES, made.fragments)
    for _ in range(5):
        facts, today = data.draw(facts_for(made))
        assert comparable(answer_of(decide(ruleset, facts, today))) == comparable(oracle.decide(facts, today))


def _run(decisions: int, seed: int) -> Counter[str]:
    """Decides with random unknowns, engine and oracle side by side, and counts."""
    counts: Counter[str] = Counter()
    while counts["decisions"] < decisions:
        rng = random.Random(seed)
        seed += 1
        made = random_ruleset(rng)
        ruleset, oracle = compiled(made), Oracle(made.ruleset, EVIDENCE_TYPES, made.fragments)
        for _ in range(DECISIONS_A_RULESET):
            facts, today = random_facts(rng, made)
            expected, found = oracle.decide(facts, today), answer_of(decide(ruleset, facts, today))
            counts["decisions"] += 1
            counts[f"oracle {expected.conclusion or 'refused'}"] += 1
            counts["wrong approvals"] += found.conclusion == "approve" != expected.conclusion
            counts["wrong rejections"] += found.conclusion == "reject" != expected.conclusion
            counts["disagreements"] += comparable(found) != comparable(expected)
    return counts


def _assert_none_wrong(counts: Counter[str]) -> None:
    print(dict(counts))
    assert counts["wrong approvals"] == counts["wrong rejections"] == counts["disagreements"] == 0
    assert counts["oracle approve"] >= counts["decisions"] / 10


def test_no_decision_of_many_thousand_is_wrong() -> None:
    _assert_none_wrong(_run(8_000, seed=1_000_000))


@pytest.mark.long
def test_no_decision_of_a_million_is_wrong() -> None:
    _assert_none_wrong(_run(int(os.environ.get("MIAOPI_DECISIONS", "1000000")), seed=2_000_000))


def test_the_day_before_an_application_is_refused() -> None:
    made = random_ruleset(random.Random(1))
    facts, today = random_facts(random.Random(1), made)
    later = {**facts, "applied_on": (today + timedelta(days=1)).isoformat()}
    assert answer_of(decide(compiled(made), later, today)).refused == ["applied_on"]
