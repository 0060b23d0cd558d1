"""The compiled engine means what the oracle means: every outcome, grant, cause, queue, follow-up and conclusion."""

from __future__ import annotations

import os
import random
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from multiprocessing import get_context

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


def _run(rulesets: range) -> Counter[str]:
    """Decides with random unknowns, engine and oracle side by side, one ruleset a seed, and counts."""
    counts: Counter[str] = Counter()
    for seed in rulesets:
        rng = random.Random(seed)
        made = random_ruleset(rng)
        ruleset, oracle = compiled(made), Oracle(made.ruleset, EVIDENCE_TYPES, made.fragments)
        for place in range(DECISIONS_A_RULESET):
            facts, today = random_facts(rng, made)
            expected, found = oracle.decide(facts, today), answer_of(decide(ruleset, facts, today))
            counts["decisions"] += 1
            counts[f"oracle {expected.conclusion or 'refused'}"] += 1
            counts["wrong approvals"] += found.conclusion == "approve" != expected.conclusion
            counts["wrong rejections"] += found.conclusion == "reject" != expected.conclusion
            if comparable(found) != comparable(expected):
                counts[f"disagreement at seed {seed}, facts {place}"] += 1
    return counts


def _assert_none_wrong(counts: Counter[str]) -> None:
    print(dict(sorted(counts.items())))
    assert counts["wrong approvals"] == counts["wrong rejections"] == 0
    assert not [name for name in counts if name.startswith("disagreement")]
    assert counts["oracle approve"] >= counts["decisions"] / 10


def test_no_decision_of_many_thousand_is_wrong() -> None:
    _assert_none_wrong(_run(range(1_000_000, 1_000_200)))


@pytest.mark.long
def test_no_decision_of_a_million_is_wrong() -> None:
    first, rulesets = 2_000_000, int(os.environ.get("MIAOPI_DECISIONS", "1000000")) // DECISIONS_A_RULESET
    shares = [range(start, min(start + 250, first + rulesets)) for start in range(first, first + rulesets, 250)]
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        _assert_none_wrong(sum(pool.map(_run, shares), Counter()))


def test_the_day_before_an_application_is_refused() -> None:
    made = random_ruleset(random.Random(1))
    facts, today = random_facts(random.Random(1), made)
    later = {**facts, "applied_on": (today + timedelta(days=1)).isoformat()}
    assert answer_of(decide(compiled(made), later, today)).refused == ["applied_on"]
