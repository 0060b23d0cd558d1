"""A receipt is canonical JSON, its hash covers what decided and nothing else, and the engine alone never decides."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import durable_rules_engine
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from engine.decision import receipt as receipts
from engine.decision.decide import CompiledRuleset, compile_ruleset
from engine.decision.receipt import HASHED, ReceiptWriter
from engine.decision.strict_json import canonical, jsonable, read_json
from engine.ruleset.checking import check_ruleset
from engine.ruleset.loading import Rules
from tests.engine.decision.agreement import compiled, decide
from tests.generators import Made, facts_for, rulesets

RULES = Rules(Path(__file__).parents[3] / "rules")
DAY = date(2026, 11, 23)
PERSON = {"name": "李桂芳", "number": "440309194503150021"}
FACTS: dict[str, Any] = {
    "applicant": PERSON,
    "form": {"bank_account": "6222000000000001"},
    "evidence": {
        "id_card": {**PERSON, "birth_date": "1945-03-15"}, "hukou": {"city": "深圳市"}, "death": {"registered": False},
        "notice": "none",
    },
    "case": {"number": "A-1", "draw": "42.50"},
}  # fmt: skip


def senior(alarms: list[str] | None = None) -> CompiledRuleset:
    ruleset = RULES.load_for("senior-allowance", DAY)
    assert ruleset is not None
    heard: list[str] = [] if alarms is None else alarms
    return compile_ruleset(check_ruleset(ruleset), heard.append)


def written(ruleset: CompiledRuleset, facts: dict[str, Any], day: date = DAY) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(ReceiptWriter(ruleset).write(ruleset.decide(ruleset.read(facts, day))).body)
    return body


def changed(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    facts = json.loads(json.dumps(FACTS))
    at = facts
    for name in path[:-1]:
        at = at[name]
    at[path[-1]] = value
    return dict(facts)


def hash_of(receipt: dict[str, Any]) -> str:
    """The hash as documented, computed by somebody else's canonicalisation."""
    by_condition = {
        "operands": {each["condition"]: each["operands"] for each in receipt["reasons"]},
        "outcomes": {each["condition"]: each["outcome"] for each in receipt["reasons"]},
    }
    hashed = {name: by_condition.get(name, receipt.get(name)) for name in HASHED}
    return "sha256:" + hashlib.sha256(rfc8785.dumps(hashed)).hexdigest()


@given(rulesets(), st.data())
def test_a_receipt_is_canonical_by_rfc_8785_and_hashes_as_documented(made: Made, data: st.DataObject) -> None:
    decision = decide(compiled(made), *data.draw(facts_for(made)))
    if isinstance(decision, Exception):
        return
    body = ReceiptWriter(decision.ruleset).write(decision).body
    receipt = json.loads(body)
    assert rfc8785.dumps(receipt) == body
    assert receipt["receipt_hash"] == hash_of(receipt)


_NAMES = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]))
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAMES, inner, max_size=4),
)


@given(_VALUES)
def test_canonical_json_is_rfc_8785_where_there_are_no_floats(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)
    assert jsonable(read_json(canonical(value))) == value


@pytest.mark.parametrize(
    ("path", "value"),
    [(("evidence", "id_card", "birth_date"), "1945-03-16"), (("form", "bank_account"), "6222000000000002"),
     (("case", "draw"), "42.51"), (("evidence", "hukou", "city"), "广州市"), (("applicant", "name"), "李桂芬")],
)
def test_another_fact_gives_another_hash(path: tuple[str, ...], value: Any) -> None:
    ruleset = senior()
    assert written(ruleset, changed(path, value))["receipt_hash"] != written(ruleset, FACTS)["receipt_hash"]
    assert written(ruleset, FACTS, date(2026, 11, 24))["receipt_hash"] != written(ruleset, FACTS)["receipt_hash"]


def test_an_upgrade_of_the_engine_changes_nothing_but_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    before = written(senior(), FACTS)
    monkeypatch.setattr(receipts, "__version__", "99.0")
    after = written(senior(), FACTS)
    assert after.pop("engine") == "99.0"
    assert before.pop("engine") != "99.0"
    assert after == before


@pytest.fixture
def lying_engine(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """durable-rules, except that each event of a decision is answered as if everything passed."""
    asked: list[str] = []
    real = durable_rules_engine.assert_event

    def assert_event(handle: int, event: str) -> Any:
        asked.append(event)
        return real(handle, event.replace(':"r"', ':"p"').replace(':"f"', ':"p"').replace(':"u"', ':"p"'))

    monkeypatch.setattr(durable_rules_engine, "assert_event", assert_event)
    return asked


def test_an_engine_that_approves_wrongly_is_overruled_by_the_fold_with_an_alarm(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    alarms: list[str] = []
    ruleset = senior(alarms)
    facts = ruleset.read(changed(("evidence", "hukou", "city"), "广州市"), DAY)
    assert ruleset.decide(facts).conclusion == "reject"
    asked = request.getfixturevalue("lying_engine")
    decision = ruleset.decide(facts)
    assert asked
    assert (decision.conclusion, decision.queue) == ("review", "general")
    assert decision.causes[0] == decision.fired == "engine-disagreement"
    assert alarms == ["disagreement"]
    monkeypatch.undo()
    assert ruleset.decide(facts).conclusion == "reject"  # by the handle built anew


def test_what_fired_comes_from_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    ruleset = senior()
    fired: list[Any] = []
    real = durable_rules_engine.start_action_for_state

    def start(*given: Any) -> Any:
        fired.append(real(*given))
        return fired[-1]

    monkeypatch.setattr(durable_rules_engine, "start_action_for_state", start)
    assert written(ruleset, FACTS)["fired"] == "approve"
    assert "approve" in str(fired[-1][1])
