"""Rulesets that the generators do not reach: counts beside numbers, doubtful duties, chains, sizes, steering characters."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.decision.conclusion import GROUP, GROUPS
from engine.decision.decide import CompiledRuleset, compile_ruleset
from engine.decision.printable import printable
from engine.decision.problems import InvalidFacts
from engine.decision.receipt import ReceiptWriter
from engine.ruleset.checking import MOST_LEVELS, MOST_TO_CONCLUDE, check_ruleset
from engine.ruleset.findings import Refused
from engine.ruleset.loading import load

TODAY = date(2026, 5, 1)
NUMBER = "440309194503150021"
TYPES = """
licences:
  card: {title: 卡, attributes: {number: {type: resident-id}, amounts: {type: {list-of: integer}}, listed: {type: boolean}}}
"""
HEAD = """
ruleset: odd
title: 奇怪的规则
form:
  flag: {type: boolean, optional: true}
  note: {type: text, optional: true}
evidence:
  card: {licence: card, required: true}
"""


def compiled(folder: Path, text: str) -> CompiledRuleset:
    path = folder / "rules" / "odd" / "2020-01-01.yaml"
    path.parent.mkdir(parents=True)
    (folder / "rules" / "evidence.yaml").write_text(TYPES, encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    return compile_ruleset(check_ruleset(load(path)))


def receipt(ruleset: CompiledRuleset, **facts: Any) -> dict[str, Any]:
    given = {"applicant": {"name": "张三", "number": NUMBER}, **facts}
    body: dict[str, Any] = json.loads(ReceiptWriter(ruleset).write(ruleset.decide(ruleset.read(given, TODAY))).body)
    return body


def test_a_count_between_bounds_beside_a_number_is_null_in_the_receipt(tmp_path: Path) -> None:
    ruleset = compiled(tmp_path, HEAD + """
define: {x: 'if form.flag then count(card.amounts[item > 1]) else 1.5'}
conditions: {c: {require: x >= 3, otherwise: review}}
""")
    found = receipt(ruleset, form={"flag": True}, evidence={"card": {"number": NUMBER, "amounts": [2, 2, "?"]}})
    assert found["conclusion"] == "review"
    assert found["reasons"][0]["operands"] == {"x": None}


def test_what_fired_is_the_first_cause_where_it_is_doubtful_whether_evidence_is_required(tmp_path: Path) -> None:
    ruleset = compiled(tmp_path, HEAD + """
  perhaps: {licence: card, required: form.flag, otherwise: reject}
conditions: {c: {require: card.listed, otherwise: review}}
""")
    found = receipt(ruleset, evidence={"card": {"number": NUMBER}, "perhaps": "none"})
    assert (found["conclusion"], found["fired"]) == ("review", "review:evidence.perhaps")
    assert found["causes"] == ["evidence.perhaps", "c"]


def test_a_person_has_no_agent(tmp_path: Path) -> None:
    ruleset = compiled(tmp_path, HEAD + "conditions: {c: {require: applicant.agent_number = card.number, otherwise: review}}")
    applicant = {"number": NUMBER, "agent_number": NUMBER}
    assert receipt(ruleset, applicant=applicant, evidence={"card": {"number": NUMBER}})["conclusion"] == "review"


@pytest.mark.parametrize("note", ["", "  ", "\u3000", None])
def test_text_of_blanks_alone_is_left_out(tmp_path: Path, note: Any) -> None:
    text = HEAD.replace("note: {type: text, optional: true}", "note: {type: text}")
    ruleset = compiled(tmp_path, text + "conditions: {c: {require: card.listed, otherwise: review}}")
    with pytest.raises(InvalidFacts) as refused:
        ruleset.read({"form": {"note": note}}, TODAY)
    assert [(gap.path, gap.code) for gap in refused.value.gaps] == [("form.note", "missing")]


def test_a_material_cannot_be_given_under_two_writings_of_its_id(tmp_path: Path) -> None:
    ruleset = compiled(tmp_path, HEAD + "conditions: {c: {require: material.a_b.met, otherwise: review}}")
    with pytest.raises(InvalidFacts) as refused:
        ruleset.read({"materials": {"a-b": {"met": False}, "a_b": {"met": True}}}, TODAY)
    assert [gap.code for gap in refused.value.gaps] == ["material-twice"]


@pytest.mark.parametrize(
    ("levels", "code"),
    [(MOST_LEVELS, None), (MOST_LEVELS + 1, "definitions-too-deep"), (2_000, "definitions-too-deep")],
)
def test_definitions_rest_on_one_another_to_the_limit_and_no_deeper(tmp_path: Path, levels: int, code: str | None) -> None:
    chain = "".join(f"  d{level}: d{level - 1} or card.listed\n" for level in range(1, levels))
    text = HEAD + f"define:\n  d0: card.listed\n{chain}conditions: {{c: {{require: d{levels - 1}, otherwise: review}}}}\n"
    if code is None:
        assert receipt(compiled(tmp_path, text), evidence={"card": {"listed": True}})["conclusion"] == "approve"
        return
    with pytest.raises(Refused) as refused:
        compiled(tmp_path, text)
    assert [finding.code for finding in refused.value.findings] == [code]


def test_what_check_passes_can_be_concluded() -> None:
    assert MOST_TO_CONCLUDE == GROUP * GROUPS


def test_no_text_of_a_receipt_steers_a_terminal() -> None:
    assert printable({"a\x1b[31m": ["\u202e甲", 1, None]}) == {"a\ufffd[31m": ["\ufffd甲", 1, None]}
