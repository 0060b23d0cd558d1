"""A receipt in words: everything an applicant is owed, nothing kept for approvers, all of it for an approver."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.decision.decide import CompiledRuleset, compile_ruleset
from engine.decision.explanation import explain
from engine.decision.no_ruleset import write_no_ruleset
from engine.decision.receipt import ReceiptWriter
from engine.decision.receipt_document import ReceiptDocument
from engine.ruleset.checking import check_ruleset
from engine.ruleset.loading import Rules

RULES = Rules(Path(__file__).parents[2] / "rules")
DAY = date(2026, 11, 23)
NUMBER = "440309194503150021"
FACTS: dict[str, Any] = {
    "applicant": {"name": "李桂芳", "number": NUMBER},
    "form": {"bank_account": "6222000000000001"},
    "evidence": {
        "id_card": {"name": "李桂芳", "number": NUMBER, "birth_date": "1945-03-15"},
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


def document_of(ruleset: CompiledRuleset, case: dict[str, Any] | None = None, **evidence: Any) -> ReceiptDocument:
    facts = {**FACTS, "evidence": {**FACTS["evidence"], **evidence}, **({"case": case} if case else {})}
    receipt = ReceiptWriter(ruleset).write(ruleset.decide(ruleset.read(facts, DAY)))
    return ReceiptDocument.model_validate(json.loads(receipt.body))


def test_an_approval_says_what_it_gives_and_on_which_clauses(senior: CompiledRuleset) -> None:
    text = explain(document_of(senior), "zh", ruleset=senior.ruleset).text()
    assert text.startswith("准予  高龄老人津贴 · 首次申领\n2026年11月23日\n")
    assert "年满70周岁（第三条）" in text
    assert "每月津贴：300.00元" in text


def test_the_same_in_english(senior: CompiledRuleset) -> None:
    text = explain(document_of(senior), "en", ruleset=senior.ruleset).text()
    assert text.startswith("Approved")
    assert "23 November 2026" in text
    assert "CNY 300.00" in text


def test_without_the_ruleset_the_receipt_speaks_for_itself(senior: CompiledRuleset) -> None:
    text = explain(document_of(senior), "zh").text()
    assert "senior-allowance/2019-10-01" in text
    assert "monthly_amount：300.00" in text


def test_another_ruleset_does_not_explain_it(senior: CompiledRuleset) -> None:
    other = RULES.load_for("sole-trader-registration", DAY)
    with pytest.raises(ValueError, match="not the ruleset"):
        explain(document_of(senior), "zh", ruleset=other)


@pytest.mark.parametrize(
    ("lang", "message", "appeal"),
    [("zh", "您的户籍在惠州市", "行政复议"), ("en", "Your household is registered in 惠州市", "appeal")],
)
def test_a_rejection_says_what_failed_and_how_to_appeal(
    senior: CompiledRuleset, lang: Any, message: str, appeal: str
) -> None:
    explanation = explain(document_of(senior, hukou={"city": "惠州市"}), lang)
    failed = [each for each in explanation.reasons if each.outcome == "fail"]
    assert [(each.condition, each.basis) for each in failed] == [("shenzhen-hukou", "第三条")]
    assert message in explanation.text()
    assert appeal in explanation.text()
    assert explanation.grant == ()


def test_a_review_says_what_is_missing(senior: CompiledRuleset) -> None:
    explanation = explain(document_of(senior, hukou="none"), "zh")
    assert explanation.evidence == (("居民户口簿", "没有取得您的户口簿电子证照，已转人工核对户籍。"),)
    assert "无需重复提交" in explanation.text()


def test_an_applicant_cannot_tell_what_only_approvers_may_see(senior: CompiledRuleset) -> None:
    registered = explain(document_of(senior, death={"registered": True}), "zh")
    unknown = explain(document_of(senior, death={"registered": None}), "zh")
    shown = [
        next((each.outcome, each.operands) for each in one.reasons if each.condition == "alive")
        for one in (registered, unknown)
    ]
    assert shown == [("looked-at", (("death.registered", "〔不予显示〕"),))] * 2


def test_the_draw_is_not_shown_to_an_applicant(senior: CompiledRuleset) -> None:
    document = document_of(senior, case={"draw": "1.23"})
    assert "1.23" not in json.dumps(explain(document, "zh").as_json())
    assert "1.23" in explain(document, "zh", "approver").text()


def test_a_rejection_on_what_only_approvers_may_see_names_the_condition(senior: CompiledRuleset) -> None:
    document = document_of(senior, hukou={"city": "惠州市"})
    kept = document.model_copy(update={"approver_only": ("hukou.city",)})
    outcomes = {each.condition: each.outcome for each in explain(kept, "zh").reasons}
    assert outcomes["shenzhen-hukou"] == "fail"


def test_an_applicant_is_shown_no_values_hashes_queues_or_causes(senior: CompiledRuleset) -> None:
    document = document_of(senior, death={"registered": True})
    text = explain(document, "zh").text()
    assert document.receipt_hash is not None
    for hidden in (document.receipt_hash, "life-status", "death.registered", "minimum_age", NUMBER):
        assert hidden not in text


def test_an_approver_is_shown_everything(senior: CompiledRuleset) -> None:
    document = document_of(senior, death={"registered": True}, hukou="unavailable")
    text = explain(document, "zh", "approver").text()
    for shown in (
        document.receipt_hash, document.ruleset_hash, document.fired, "life-status", "death.registered 是", "minimum_age 70",
        NUMBER, "evidence.hukou: unavailable", "来源：id_card", *document.causes,
    ):
        assert shown is not None
        assert shown in text


def test_json_for_an_applicant_has_no_values(senior: CompiledRuleset) -> None:
    document = document_of(senior)
    assert "operands" not in explain(document, "zh").as_json()["reasons"][0]
    assert "operands" in explain(document, "zh", "approver").as_json()["reasons"][0]


def test_a_commitment_says_by_when_it_is_checked(senior: CompiledRuleset) -> None:
    document = document_of(senior)
    committed = document.model_validate({
        **document.model_dump(mode="json", by_alias=True), "follow_up": [{"condition": "aged", "by": "2027-02-20"}],
    })
    assert explain(committed, "zh").follow_up == ("年满70周岁：按告知承诺办理，2027年2月20日前核查。",)


def test_no_rules_in_force_is_said_in_words() -> None:
    document = ReceiptDocument.model_validate(json.loads(write_no_ruleset("senior-allowance", {}, DAY).body))
    assert "没有生效的规则" in explain(document, "zh").text()
    assert "No rules are in force" in explain(document, "en").text()
