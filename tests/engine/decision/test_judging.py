"""What a person may judge, and what it then comes to."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest

from engine.decision.decide import CompiledRuleset, Decision, compile_ruleset
from engine.decision.problems import InvalidFacts
from engine.decision.receipt import ReceiptWriter
from engine.decision.replay import replay
from engine.ruleset.checking import check_ruleset
from engine.ruleset.loading import load

RULES = Path(__file__).resolve().parents[3] / "rules"
DAY = date(2026, 11, 23)
LI = {"name": "李桂芳", "number": "440309194503150021"}
CARD = {**LI, "birth_date": "1945-03-15"}
CLAIM: dict[str, Any] = {
    "applicant": LI, "form": {"bank_account": "6222000000000001"}, "case": {"draw": "50"},
    "evidence": {"id_card": CARD, "hukou": {"city": "深圳市"}, "death": {"registered": False}, "notice": "none"},
}  # fmt: skip


def ruleset(name: str) -> CompiledRuleset:
    return compile_ruleset(check_ruleset(load(RULES / name, DAY)))


@pytest.fixture(scope="module")
def allowance() -> CompiledRuleset:
    return ruleset("senior-allowance/2019-10-01.yaml")


@pytest.fixture(scope="module")
def housing() -> CompiledRuleset:
    return ruleset("talent-housing-subsidy/2021-09-01.yaml")


def decide(compiled: CompiledRuleset, given: dict[str, Any], **judged: str) -> Decision:
    named = {name.replace("_", "-"): outcome for name, outcome in judged.items()}
    return compiled.decide(compiled.read({**given, "judged": named} if judged else given, DAY))


def outcome(decision: Decision, condition: str) -> str:
    return decision.outcomes[decision.ruleset.ids.index(condition)]


def test_a_drawn_case_is_approved_once_a_person_has_looked(allowance: CompiledRuleset) -> None:
    drawn = {**CLAIM, "case": {"draw": "0.5"}}
    assert decide(allowance, drawn).conclusion == "review"
    assert decide(allowance, drawn, not_sampled="pass").conclusion == "approve"
    assert decide(allowance, drawn, not_sampled="fail").conclusion == "review"


def test_an_unknown_condition_is_judged_either_way(allowance: CompiledRuleset) -> None:
    odd = {**CLAIM, "evidence": {**CLAIM["evidence"], "hukou": {}}}
    assert outcome(decide(allowance, odd), "shenzhen-hukou") == "unknown"
    assert decide(allowance, odd, shenzhen_hukou="pass").conclusion == "approve"
    assert decide(allowance, odd, shenzhen_hukou="fail").conclusion == "reject"


@pytest.mark.parametrize("judged", ["pass", "fail"])
def test_what_is_certain_is_nobodys_to_judge(allowance: CompiledRuleset, judged: str) -> None:
    elsewhere = {**CLAIM, "evidence": {**CLAIM["evidence"], "hukou": {"city": "惠州市"}}}
    assert decide(allowance, elsewhere, shenzhen_hukou=judged).conclusion == "reject"
    assert decide(allowance, CLAIM, aged=judged).conclusion == "approve"


def test_judging_a_condition_brings_no_evidence(allowance: CompiledRuleset) -> None:
    silent = {**CLAIM, "evidence": {**CLAIM["evidence"], "death": "unavailable"}}
    decision = decide(allowance, silent, alive="pass")
    assert (decision.conclusion, decision.causes) == ("review", ("evidence.death",))


def test_what_a_written_review_reserves_to_a_person_is_settled_by_passing_it(housing: CompiledRuleset) -> None:
    older = {
        "applicant": {"name": "周明", "number": "440309198001010019"}, "form": {"bank_account": "6222000000000001"},
        "applied_on": "2026-11-23",
        "evidence": {
            "id_card": {"name": "周明", "number": "440309198001010019", "birth_date": "1980-01-01"},
            "transfer": {"on": "2020-05-01", "kind": "在职人才"},
            "degrees": {"records": [{"level": "博士", "mode": "全日制"}]}, "hukou": {"city": "深圳市"},
            "housing": {"received": False}, "insurance": {"months": ["2026-10-01"]}, "talent": {"certified": True},
            "notice": "none",
        },
    }  # fmt: skip
    left = decide(housing, older)
    assert (left.conclusion, left.causes[0], outcome(left, "young-enough")) == ("review", "age-exception", "fail")
    passed = decide(housing, older, age_exception="pass")
    assert (passed.conclusion, passed.causes) == ("approve", ())
    assert outcome(passed, "young-enough") == "pass"
    kept = decide(housing, older, age_exception="fail")
    assert (kept.conclusion, outcome(kept, "young-enough")) == ("review", "fail")
    assert decide(housing, older, young_enough="pass").conclusion == "review"


def test_a_receipt_of_what_was_judged_is_decided_again_to_the_same(allowance: CompiledRuleset) -> None:
    drawn = {**CLAIM, "case": {"draw": "0.5"}}
    receipt = orjson.loads(ReceiptWriter(allowance).write(decide(allowance, drawn, not_sampled="pass")).body)
    assert receipt["facts"]["judged"] == {"not-sampled": "pass"}
    assert replay(receipt, allowance) == ()
    receipt["facts"]["judged"] = {}
    assert replay(receipt, allowance)


@pytest.mark.parametrize(("judged", "path"), [
    ({"age": "pass"}, "judged.age"), ({"aged": "unknown"}, "judged.aged"), ({"aged": 1}, "judged.aged"), ([], "judged"),
])  # fmt: skip
def test_what_cannot_be_a_judgement_is_a_gap(allowance: CompiledRuleset, judged: Any, path: str) -> None:
    with pytest.raises(InvalidFacts) as refused:
        allowance.read({**CLAIM, "judged": judged}, DAY)
    assert [gap.path for gap in refused.value.gaps] == [path]
