"""The promises of the rule language, on generated rulesets and facts."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from engine.decision.decide import CompiledRuleset, Decision
from engine.decision.receipt import ReceiptWriter
from engine.decision.strict_json import read_json
from tests.engine.decision.agreement import compiled, decide
from tests.generators import Made, facts_for, hide, random_facts, random_hidden, random_ruleset, rulesets

OPPOSITE = {"approve": "reject", "reject": "approve"}


def decided(ruleset: CompiledRuleset, facts: Mapping[str, Any], today: Any) -> Decision:
    decision = decide(ruleset, facts, today)
    assume(isinstance(decision, Decision))
    assert isinstance(decision, Decision)
    return decision


@given(rulesets(), st.data())
def test_nothing_is_approved_while_required_evidence_is_not_usable(made: Made, data: st.DataObject) -> None:
    ruleset = compiled(made)
    facts, today = data.draw(facts_for(made))
    decision = decided(ruleset, facts, today)
    for name, evidence in ruleset.ruleset.evidence.items():
        if evidence.required is not True or evidence.when is not None:
            continue
        bad: Any
        for bad in ("unavailable", {"signature_valid": False}, {"holder": "x"}, {"valid_until": "1999-01-01"},
                    {"status": "suspended"}, 7, [], [[]]):
            if isinstance(bad, dict) and evidence.for_each is not None:
                continue
            spoilt = {**facts, "evidence": {**facts.get("evidence", {}), name: bad}}
            if (isinstance(bad, dict) and bad.get("status") in evidence.accept) or "expired" in evidence.accept:
                continue
            if evidence.type.none_means is not None and bad == []:
                continue
            found = decided(ruleset, spoilt, today)
            if found.facts.values.get(str(evidence.for_each.text) if evidence.for_each else "") == ():
                continue  # required of every member of an empty list
            assert found.conclusion != "approve", (name, bad)
            if decision.conclusion == "approve":
                assert found.conclusion in ("review", "reject")


@given(rulesets(), st.data())
def test_hiding_any_evidence_never_turns_a_decision_into_its_opposite(made: Made, data: st.DataObject) -> None:
    ruleset = compiled(made)
    facts, today = data.draw(facts_for(made))
    whole, partly = decided(ruleset, facts, today), decided(ruleset, data.draw(hide(facts)), today)
    if not (whole.follow_up or partly.follow_up):
        assert partly.conclusion != OPPOSITE.get(whole.conclusion)


def test_hiding_evidence_at_random_thousands_of_times_never_flips_a_decision() -> None:
    hidden = 0
    for seed in range(250):
        rng = random.Random(seed)
        made = random_ruleset(rng)
        ruleset = compiled(made)
        for _ in range(10):
            facts, today = random_facts(rng, made)
            whole = decide(ruleset, facts, today)
            if not isinstance(whole, Decision) or whole.conclusion not in OPPOSITE or whole.follow_up:
                continue
            for _ in range(5):
                facts = random_hidden(rng, facts)
                partly = decide(ruleset, facts, today)
                assert isinstance(partly, Decision)
                hidden += 1
                assert partly.follow_up or partly.conclusion != OPPOSITE[whole.conclusion], seed
    assert hidden > 3_000


@given(rulesets(), st.data())
def test_a_receipt_decides_again_to_the_same_bytes(made: Made, data: st.DataObject) -> None:
    ruleset = compiled(made)
    facts, today = data.draw(facts_for(made))
    writer = ReceiptWriter(ruleset)
    receipt = writer.write(decided(ruleset, facts, today))
    stored = read_json(receipt.body)
    again = writer.write(ruleset.decide(ruleset.read(stored["facts"], today)))
    assert again.body == receipt.body
    other = ReceiptWriter(compiled(made))
    assert other.write(ruleset.decide(ruleset.read(stored["facts"], today))).body == receipt.body
