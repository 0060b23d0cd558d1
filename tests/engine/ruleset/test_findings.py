"""A finding says what is wrong and where, in one line, in both languages."""

from __future__ import annotations

import re

import pytest

from engine.language import faults
from engine.language.nearest import nearest
from engine.ruleset.findings import Finding, Place, Refused, in_order
from engine.ruleset.messages import MESSAGES
from engine.ruleset.shapes import suggestion


def test_a_finding_reads_as_one_line_and_as_json() -> None:
    found = Finding(Place("a.yaml", 2, 3), "duplicate-key", {"key": "甲\n" + "乙" * 1_000, "line": "1"})
    assert found.line("en").startswith("a.yaml:2:3: duplicate-key “甲 乙乙")
    assert "\n" not in found.message("zh")
    assert len(found.message("zh")) < 300
    assert found.as_json("zh") == {
        "path": "a.yaml",
        "line": 2,
        "column": 3,
        "code": "duplicate-key",
        "message": found.message("zh"),
        "severity": "error",
    }


def test_a_finding_about_an_expression_has_its_text_too() -> None:
    codes = faults.MESSAGES.keys() - MESSAGES.keys()
    parts = dict.fromkeys(re.findall(r"\{(\w+)\}", "".join(map("".join, faults.MESSAGES.values()))), "甲")
    assert all(Finding(Place("a.yaml", 1, 1), code, parts).message("en") for code in codes)


def test_both_languages_have_the_same_parts() -> None:
    for code, (zh, en) in MESSAGES.items():
        assert set(re.findall(r"\{\w+\}", zh)) == set(re.findall(r"\{\w+\}", en)), code
        assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", code)


def finding(code: str, **params: str | tuple[str, ...]) -> Finding:
    return Finding(Place("a.yaml", 1, 1), code, params)


def test_a_list_is_joined_as_the_language_joins() -> None:
    found = finding("unknown-licence", name="x", near=("id-card", "hukou"))
    assert found.message("zh") == "evidence.yaml 中没有证照“x”，是否想写：id-card、hukou？"
    assert found.message("en") == "evidence.yaml has no licence “x”; did you mean: id-card, hukou?"


def test_where_there_is_nothing_to_offer_no_question_is_asked() -> None:
    found = finding("unknown-key", name="x", near=suggestion("x", []))
    assert found.message("zh") == "这里没有“x”这一项"
    assert found.message("en") == "There is no key “x” here"


def test_of_a_long_list_only_whole_names_are_shown() -> None:
    names = tuple(f"{each}-{'licence-' * 5}{each}" for each in range(12))
    shown = finding("unknown-licence", name="x", near=names).message("en").partition("mean: ")[2].rstrip("?").split(", ")
    assert shown[-1] == "…"
    assert 1 < len(shown) < len(names)
    assert shown[:-1] == list(names[: len(shown) - 1])


def test_findings_are_in_the_order_of_their_places() -> None:
    places = [Place("b", 1, 1), Place("a", 10, 1), Place("a", 9, 2), Place("a", 9, 1)]
    findings = in_order(Finding(place, "tag", {}) for place in places)
    assert [each.place for each in findings] == sorted(places)
    assert Refused(reversed(findings)).findings == findings
    assert str(Refused(findings)).splitlines() == [each.line("zh") for each in findings]


@pytest.mark.parametrize(
    ("name", "meant"),
    [("minimum_aeg", "minimum_age"), ("Hukou", "hukou"), ("户藉", "户籍"), ("birthdate", "birth_date"), ("xyz", None)],
)
def test_the_nearest_name_is_the_one_meant(name: str, meant: str | None) -> None:
    assert nearest(name, {"minimum_age", "hukou", "户籍", "birth_date", "收入"}) == meant
    assert nearest(name, []) is None
