"""Replay: a receipt decides the same again, and whatever was changed in it is found."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.assurance.cases import Term, cases_beside, read_cases
from engine.decision.decide import CompiledRuleset, compile_ruleset
from engine.decision.no_ruleset import write_no_ruleset
from engine.decision.problems import InvalidFacts
from engine.decision.receipt import ReceiptWriter
from engine.decision.replay import ABSENT, Difference, is_without_ruleset, replay
from engine.ruleset.checking import check_ruleset
from engine.ruleset.loading import Rules, load

RULES = Rules(Path(__file__).parents[2] / "rules")
DAY = date(2026, 11, 23)
FACTS: dict[str, Any] = {
    "applicant": {"name": "李桂芳", "number": "440309194503150021"},
    "form": {"bank_account": "6222000000000001"},
    "case": {"number": "A-1", "draw": "42.50"},
    "evidence": {
        "id_card": {"name": "李桂芳", "number": "440309194503150021", "birth_date": "1945-03-15"},
        "hukou": {"city": "深圳市"},
        "death": {"registered": False},
        "notice": "none",
    },
}


@pytest.fixture(scope="module")
def senior() -> CompiledRuleset:
    ruleset = RULES.load_for("senior-allowance", DAY)
    assert ruleset is not None
    return compile_ruleset(check_ruleset(ruleset))


def receipt_of(ruleset: CompiledRuleset, **evidence: Any) -> dict[str, Any]:
    facts = {**FACTS, "evidence": {**FACTS["evidence"], **evidence}}
    read: dict[str, Any] = json.loads(ReceiptWriter(ruleset).write(ruleset.decide(ruleset.read(facts, DAY))).body)
    return read


@pytest.mark.parametrize(
    ("evidence", "conclusion"),
    [({}, "approve"), ({"hukou": {"city": "惠州市"}}, "reject"), ({"death": "unavailable"}, "review")],
)
def test_a_receipt_decides_the_same_again(senior: CompiledRuleset, evidence: dict[str, Any], conclusion: str) -> None:
    receipt = receipt_of(senior, **evidence)
    assert receipt["conclusion"] == conclusion
    assert replay(receipt, senior) == ()


@pytest.mark.parametrize("path", [pytest.param(path, id=path.parent.name) for path in RULES.paths()])
def test_every_case_beside_the_rules_decides_the_same_again(path: Path) -> None:
    ruleset = load(path)
    compiled = compile_ruleset(check_ruleset(ruleset))
    replayed = 0
    for case in read_cases(cases_beside(path), [ruleset], Term(ruleset.first_day, None)):
        try:
            decision = compiled.decide(compiled.read(case.facts, case.on))
        except InvalidFacts:
            continue
        assert replay(json.loads(ReceiptWriter(compiled).write(decision).body), compiled) == ()
        replayed += 1
    assert replayed


def test_another_version_of_the_engine_makes_no_difference(senior: CompiledRuleset) -> None:
    assert replay({**receipt_of(senior), "engine": "0.0.1"}, senior) == ()


@pytest.mark.parametrize("name", ["conclusion", "grant", "reasons", "fired", "receipt_hash", "queue", "approver_only"])
def test_a_part_that_was_changed_or_left_out_is_found(senior: CompiledRuleset, name: str) -> None:
    receipt = receipt_of(senior)
    assert [each.path for each in replay({**receipt, name: "changed"}, senior)] == [name]
    left_out = {key: value for key, value in receipt.items() if key != name}
    assert replay(left_out, senior) == (Difference(name, ABSENT, receipt[name]),)


def test_a_difference_says_where_it_is(senior: CompiledRuleset) -> None:
    receipt = receipt_of(senior)
    receipt["reasons"][2]["operands"]["years"] = 80
    assert replay(receipt, senior) == (Difference("reasons[2].operands.years", 80, 81),)


def test_true_is_not_one(senior: CompiledRuleset) -> None:
    receipt = receipt_of(senior)
    receipt["reasons"][4]["operands"]["death.registered"] = 0
    assert [each.path for each in replay(receipt, senior)] == ["reasons[4].operands.death.registered"]


def test_a_part_that_was_added_is_found(senior: CompiledRuleset) -> None:
    assert [each.path for each in replay({**receipt_of(senior), "note": "x"}, senior)] == ["note"]


def test_changed_facts_change_the_hash(senior: CompiledRuleset) -> None:
    receipt = receipt_of(senior)
    receipt["facts"]["form"]["bank_account"] = "6222000000000002"
    assert [each.path for each in replay(receipt, senior)] == ["receipt_hash"]


def test_facts_that_are_refused_now_differ_in_words(senior: CompiledRuleset) -> None:
    receipt = receipt_of(senior)
    receipt["facts"]["form"] = {}
    (difference,) = replay(receipt, senior, "en")
    assert difference.path == "facts"
    assert "missing" in difference.new


def test_a_conclusion_left_to_a_person_is_replayed_with_what_was_proposed(senior: CompiledRuleset) -> None:
    facts = {**FACTS, "evidence": {**FACTS["evidence"], "hukou": {"city": "惠州市"}}}
    decision = senior.decide(senior.read(facts, DAY)).left_to_a_person()
    receipt = {**json.loads(ReceiptWriter(senior).write(decision).body), "proposed": "reject", "situation": "first-claim"}
    assert replay(receipt, senior) == ()
    assert replay({**receipt, "proposed": "approve"}, senior) == (Difference("proposed", "approve", "reject"),)


def test_a_receipt_without_a_ruleset_is_replayed_without_one() -> None:
    receipt = json.loads(write_no_ruleset("senior-allowance", FACTS, DAY).body)
    assert (receipt["conclusion"], receipt["fired"], receipt["causes"]) == ("review", "no-ruleset", ["no-ruleset"])
    assert receipt["ruleset_hash"] is None
    assert is_without_ruleset(receipt)
    assert replay(receipt, None) == ()
    assert [each.path for each in replay({**receipt, "conclusion": "approve"}, None)] == ["conclusion"]


def test_a_receipt_without_a_ruleset_keeps_no_evidence() -> None:
    assert "evidence" not in json.loads(write_no_ruleset("senior-allowance", FACTS, DAY).body)["facts"]


def test_a_receipt_without_a_ruleset_has_the_parts_of_any_other(senior: CompiledRuleset) -> None:
    assert json.loads(write_no_ruleset("senior-allowance", FACTS, DAY).body).keys() == receipt_of(senior).keys()
