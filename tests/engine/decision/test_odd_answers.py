"""Answers that the generators do not reach: null where a value belongs, sizes at the limit, odd writings."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.decision.decide import CompiledRuleset
from tests.engine.decision.agreement import answer_of, comparable, compiled, decide
from tests.generators import EVIDENCE_TYPES, Made
from tests.oracle import Oracle

TODAY = date(2026, 5, 1)
NUMBER = "440309194503150021"
MADE = Made({
    "ruleset": "odd-answers",
    "title": "奇怪的回答",
    "dated_by": "today",
    "evidence": {
        "insurance": {"check": "social-insurance/payments", "required": True},
        "permit": {"licence": "residence-permit", "required": True},
    },
    "conditions": {
        "insured": {"label": "参保", "require": "insurance.insured", "otherwise": "review"},
        "at-home": {"label": "住址", "require": 'permit.address = "Á座"', "otherwise": "review"},
    },
})
INSURANCE: dict[str, Any] = {"insured": True, "base": "3000.00", "phone": "13800138000", "months": ["2026-04-01"]}
PERMIT: dict[str, Any] = {"address": "Á座", "share": "0.5"}


@pytest.fixture(scope="module")
def ruleset() -> CompiledRuleset:
    return compiled(MADE)


def agreed(ruleset: CompiledRuleset, insurance: Any, permit: Any) -> str | None:
    """The conclusion, on which engine and oracle agree in all that comes with it."""
    facts = {"applicant": {"number": NUMBER}, "evidence": {"insurance": insurance, "permit": permit}}
    found = answer_of(decide(ruleset, facts, TODAY))
    expected = Oracle(MADE.ruleset, EVIDENCE_TYPES).decide(facts, TODAY)
    assert comparable(found) == comparable(expected)
    return found.conclusion


@pytest.mark.parametrize(
    ("odd", "conclusion"),
    [
        ({}, "approve"),
        ({"insured": None}, "review"),  # unknown, but its evidence is in order
        ({"base": None, "phone": None, "months": None, "payments": None}, "approve"),
        ({"months": [None]}, "approve"),
        ({"payments": [{"on": None, "amount": None}]}, "approve"),
        ({"payments": [{}]}, "approve"),
        ({"payments": [None]}, "review"),
        ({"months": [""]}, "review"),
        ({"base": ""}, "review"),
        ({"base": "3000.000"}, "approve"),
        ({"base": "3000.001"}, "review"),
        ({"base": 3000.5}, "approve"),
        ({"base": "1e3"}, "review"),
        ({"months": ["2026-04-01"] * 1_000}, "approve"),
        ({"months": ["2026-04-01"] * 1_001}, "review"),
        ({"months": [" 2026-04-01"]}, "review"),
        ({"phone": "0755-28123456"}, "approve"),
        ({"phone": " 13800138000 "}, "approve"),
        ({"phone": "075528123456"}, "review"),
        ({"phone": "138 0013 8000"}, "review"),
        ({"status": None}, "review"),
        ({"status": "VALID"}, "review"),
        ({"signature_valid": None}, "review"),
        ({"signature_valid": 1}, "review"),
        ({"holder": ""}, "review"),
        ({"holder": [NUMBER]}, "review"),
        ({"holder": f" {NUMBER} "}, "approve"),
        ({"valid_until": "2026-05-01"}, "approve"),
        ({"valid_until": "２０２７-05-01"}, "review"),
        ({"holder": None}, "review"),
        ({"issued_on": None}, "review"),
        ({"valid_until": None}, "review"),
        ({"valid_until": "2026-W53-1"}, "review"),  # a week date is no day
        ({"base": "+3000"}, "review"),
    ],
)
def test_an_odd_answer_is_judged_as_the_meaning_says(ruleset: CompiledRuleset, odd: dict[str, Any], conclusion: str) -> None:
    assert agreed(ruleset, {**INSURANCE, **odd}, PERMIT) == conclusion


@pytest.mark.parametrize(
    ("address", "conclusion"),
    [("Á座", "approve"), ("Ａ\u0301座", "approve"), ("A\u0301座\u3000", "approve"), ("Á座" + " " * 999, "review")],
)
def test_a_text_is_folded_before_it_is_compared(ruleset: CompiledRuleset, address: str, conclusion: str) -> None:
    assert agreed(ruleset, INSURANCE, {**PERMIT, "address": address}) == conclusion


@pytest.mark.parametrize(
    ("answers", "conclusion"),
    [
        ([], "review"),
        (["none"], "review"),
        ([PERMIT], "approve"),
        ([PERMIT, None], "approve"),
        ([PERMIT, [PERMIT]], "approve"),
        ([PERMIT, {**PERMIT, "status": "revoked"}], "approve"),
        ([PERMIT, PERMIT], "review"),
        ([[PERMIT]], "review"),
        ("NONE", "review"),
        (True, "review"),
    ],
)
def test_one_usable_licence_of_several_is_taken(ruleset: CompiledRuleset, answers: Any, conclusion: str) -> None:
    assert agreed(ruleset, INSURANCE, answers) == conclusion
