"""Whatever is wrong with an expression is one finding, at the very character, however YAML writes the expression.

In each expression `§` marks where the finding must stand.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.ruleset.checking import check_ruleset
from engine.ruleset.findings import Finding, Refused
from engine.ruleset.loading import load

EVIDENCE = """
licences:
  card: {title: 身份证, attributes: {name: {type: text}, number: {type: resident-id}, birth_date: {type: date}}}
  insurance: {title: 社保, attributes: {paid_on: {type: date}, base: {type: money}, months: {type: integer}}}
"""
RULESET = """
ruleset: r
form:
  years: {type: integer}
  ratio: {type: number}
  income: {type: money}
  kind: {type: {one-of: [甲类, 乙类]}}
  code: {type: text}
  phone: {type: phone}
  members: {type: {list-of: {id_number: {type: resident-id}, age: {type: integer}}}}
  days: {type: {list-of: date}}
evidence:
  card: {licence: card, required: true}
  paid: {licence: insurance, all: true}
parameters:
  limit: {type: integer, from: {2020-01-01: 3}}
  bounds: {type: {list-of: number}, from: {2020-01-01: [0, 10]}}
define:
  adult: age(card.birth_date, today) >= 18
tables:
  bands:
    hit: first
    inputs: [form.years]
    outputs: {low: {type: integer}, high: {type: integer}}
    rows: [['-', 1, 2]]
conditions:
  grown:
    otherwise: review
    require: """

Style = Callable[[str], str]


def block(sign: str) -> Style:
    return lambda text: f"{sign}\n      " + text.replace(" ", "\n      ", 1)


STYLES: dict[str, Style] = {
    "single": lambda text: "'" + text.replace("'", "''") + "'",
    "double": lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"',
    "literal": block("|"),
    "folded": block(">-"),
    "over lines": lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace(" ", "\n      ") + '"',
}

WRONG = [
    # Names
    ("§adlut", "unknown-name-near"),
    ("adult and §citizen", "unknown-name"),
    ("card.name = §李桂芳", "unknown-name"),
    ("card.§birthdate < today", "unknown-field-near"),
    ("card.birth_date.§year > 2000", "unknown-field"),
    ("form.§salary > 5", "unknown-field-of"),
    ("material.card.§mett", "unknown-field-near"),
    ("some p in paid satisfies p.§paid = today", "unknown-field-near"),
    ("count(paid[item.§bse > 5]) > 1", "unknown-field-near"),
    ("§card", "name-not-value"),
    ("§form = today", "name-not-value"),
    ("§applicant = card.number", "name-not-value"),
    ("§material.card", "name-not-value"),
    ("§bands > 3", "table-output"),
    ("bands.§lo > 3", "unknown-field-near"),
    ("§case.number = form.code", "case-number"),
    ("§case.draw < 5", "case-draw"),
    ("adult.§__class__ = today", "unknown-field"),
    # Functions
    ("§ag(card.birth_date, today) > 3", "unknown-function-near"),
    ("§frobnicate(today)", "unknown-function"),
    ("adult and §age > 3", "function-without-call"),
    ("§age(card.birth_date) > 3", "arguments"),
    ("age(card.birth_date, §limit) > 3", "expected-type"),
    ("add_days(today, §1.5) > today", "expected-type"),
    ("year(§\"2026-01-01\") = 2026", "expected-type"),
    ("months_in_a_row(§today, today) > 3", "expected-type"),
    ("months_covered(form.days, today, §3) > 3", "expected-type"),
    ("count(§form.years) > 3", "expected-type"),
    ("sum(§form.days) > 3", "expected-type"),
    ("any(§form.days)", "expected-type"),
    ("min(§form.members) > 3", "expected-type"),
    ("distinct(§form.members)", "expected-type"),
    ("contains(form.code, §3)", "expected-type"),
    ("length(§form.days) > 3", "expected-type"),
    ('matches(form.code, §"[0-9")', "pattern"),
    ('matches(form.code, §"(a)\\\\1")', "pattern"),
    ("matches(form.code, §card.name)", "pattern-literal"),
    ("same_name(card.name, §card.number)", "expected-type"),
    ('region(form.code, §"country") = "44"', "level-literal"),
    ("sex(§form.code) = \"男\"", "expected-type"),
    ("round(form.ratio, §7) > 3", "digits-literal"),
    ("floor(form.ratio, §limit) > 3", "digits-literal"),
    ("by_bands(form.ratio, §[10, 0], [1%, 2%]) > 3", "bands-order"),
    ("by_bands(form.ratio, [0, 10], §[1%]) > 3", "bands-length"),
    ("by_bands(form.ratio, §[0, form.ratio], [1%, 2%]) > 3", "bands-literal"),
    ("by_bands(form.income, §bounds, [1%, 2%]) > 3", "expected-type"),
    ("sampled(§101)", "draw-percent"),
    ("sampled(§form.ratio)", "draw-percent"),
    # Types
    ("§form.years", "expected-type"),
    ("adult and §form.years", "expected-type"),
    ("not(§form.code)", "expected-type"),
    ("if §limit then true else adult", "expected-type"),
    ("§form.income > form.years", "compare-types"),
    ("§form.code = today", "compare-types"),
    ("card.birth_date < §\"1950-01-01\"", "date-as-text"),
    ("§form.years = \"3\"", "compare-types"),
    ("form.kind = §\"甲级\"", "not-in-choices-near"),
    ("form.kind in [\"甲类\", §\"丙\"]", "not-in-choices"),
    ("§form.kind < \"乙类\"", "compare-order"),
    ("§adult > true", "compare-order"),
    ("card.number = §\"440309194503150022\"", "identifier-literal"),
    ("applicant.number = §\"张三\"", "identifier-literal"),
    ("form.phone = §\"12345\"", "identifier-literal"),
    ("§form.members = paid", "compare-types"),
    ("form.years in §limit", "not-a-list"),
    ("form.years in [1..§today]", "compare-types"),
    ("form.years between 1 and §\"5\"", "compare-types"),
    ("form.years in [§\"1\", 2]", "compare-types"),
    ("some x in §card.name satisfies x = today", "not-a-list"),
    ("count(§today[item > 3]) > 1", "not-a-list"),
    ("count(paid[§item.base]) > 1", "expected-type"),
    ("count(§[]) = 0", "empty-list"),
    ("count([1, §today]) = 0", "elements-differ"),
    ("(if adult then 1 else §today) = 1", "branches-differ"),
    ("§card.name + form.code = form.code", "text-plus"),
    ("§form.income + form.years > 3", "arithmetic-types"),
    ("§form.income * form.income > 3", "arithmetic-types"),
    ("§today + 30 > applied_on", "date-arithmetic"),
    ("-§today > applied_on", "negative"),
    # Where a thing may stand
    ("§item.base > 3", "item-place"),
    ("§some card in paid satisfies card.base > 5", "variable-repeats"),
    ("§some item in paid satisfies item.base > 5", "variable-repeats"),
    ("some p in paid satisfies §every p in paid satisfies p.base > 5", "variable-repeats"),
    ("adult and limit at §3 > 5", "expected-type"),
    ("§form.years at today > 5", "at-parameter"),
    ("§adult at today", "at-parameter"),
    ("limit at today §at today > 5", "syntax"),
    ("(§limit at today) at today > 5", "at-parameter"),
    ("form.years = [1§..5]", "range-place"),
    ("form.years in 1§..5", "range-place"),
    # Writing
    ("form.years > 1 §> 0", "chained-comparison"),
    ("form.years §== 3", "operator"),
    ("adult §&& form.years > 3", "operator"),
    ("§!adult", "operator"),
    ("form.years §<> 3", "operator"),
    ("form.code = §'a'", "text-quotes"),
    ('form.code = §"a', "text-quotes"),
    ("form.years §≥ 3", "full-width"),
    ("form.code = §“甲”", "full-width"),
    ("age§（card.birth_date，today） > 3", "full-width"),
    ("form.years > §１８", "full-width"),
    ("form.years > §1e400", "exponent"),
    ("form.ratio > §1.5E-3", "exponent"),
    ("form.years > §" + "9" * 16, "number-digits"),
    ("form.ratio > §0." + "1" * 11, "number-digits"),
    ("card.birth_date < §date(\"2026-02-30\")", "date-literal"),
    ("card.birth_date < §date(form.code)", "date-literal-argument"),
    ("form.years §@ 3", "character"),
    ("form.years > 3 §AND adult", "operator"),
    ("form.years > 3 §adult", "syntax"),
    ("(form.years > 3§", "syntax-end"),
    # As it is written elsewhere
    ("card.birth_date <= §2025-01-01", "bare-date"),
    ("card.birth_date <= §2025年1月1日", "bare-date"),
    ("§not adult", "operator"),
    ("adult and §not paid.base", "operator"),
    ("§not some p in paid satisfies p.base > 5", "operator"),
    ("form.years §not in [1, 2]", "operator"),
    ("adult §且 form.years > 3", "operator"),
    ("form.years > 3§或adult", "operator"),
    ("adult§且form.years > 3", "operator"),
    ("§非 adult", "operator"),
    ("§非(adult)", "operator"),
    ("form.years §大于等于 3", "operator"),
    ("form.years in §[60-119]", "operator"),
    # Lists
    ("count(form.members[§age > 3]) > 1", "unknown-name-field"),
    ("some m in form.members satisfies §age_ > 3", "unknown-name"),
    ("some m in form.members satisfies §id_number = card.number", "unknown-name-field"),
    ("some a in paid satisfies every b in paid satisfies §no c in paid satisfies c.base > a.base", "lists-nested"),
    ("count(paid[count(paid[count(§paid[item.base > 1]) > 1]) > 1]) > 1", "lists-nested"),
    ("some a in paid satisfies count(paid[§some c in paid[item.base > 1] satisfies c.base > 1]) > 1", "lists-nested"),
    ("(" * 64 + "§(" + "adult" + ")" * 65, "too-deep"),
]  # fmt: skip


def refused(folder: Path, text: str) -> tuple[Finding, ...]:
    (folder / "evidence.yaml").write_text(EVIDENCE, encoding="utf-8")
    (folder / "r.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as caught:
        check_ruleset(load(folder / "r.yaml"))
    return caught.value.findings


def place_of_mark(text: str) -> str:
    before, _, _ = text.partition("§")
    return f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
@pytest.mark.parametrize(("marked", "code"), WRONG, ids=[f"{code}-{marked[:40]}" for marked, code in WRONG])
def test_a_wrong_expression_is_one_finding_at_its_character(
    tmp_path: Path, marked: str, code: str, style: Style
) -> None:
    text = RULESET + style(marked) + "\n"
    found = refused(tmp_path, text.replace("§", ""))
    assert [(f"{each.place.line}:{each.place.column}", each.code) for each in found] == [(place_of_mark(text), code)]
    for lang in ("zh", "en"):
        assert found[0].message(lang).strip()


@pytest.mark.parametrize(
    "written",
    [
        "not(" * 1_000 + "adult" + ")" * 1_000,
        "- " * 1_000 + "form.years > 2",
        "if adult then true else " * 1_000 + "adult",
        "some x in paid satisfies " * 1_000 + "adult",
        "adult" + ".a" * 1_000,
        "limit" + "[1]" * 1_000,
        "1 + " * 1_000 + "1 > 0",
    ],
    ids=lambda text: text[:12],
)
def test_whatever_is_nested_1000_deep_is_one_finding(tmp_path: Path, written: str) -> None:
    [found] = refused(tmp_path, f"{RULESET}'{written}'\n")
    assert found.code == ("too-deep" if len(written) <= 20_000 else "too-long")


@pytest.mark.parametrize("quote", ["'", '"', ""])
@pytest.mark.parametrize("bracket", ["[", "(", "{"])
def test_200000_open_brackets_are_refused_at_once(tmp_path: Path, bracket: str, quote: str) -> None:
    started = time.process_time()
    found = refused(tmp_path, RULESET + quote + bracket * 200_000 + quote + "\n")
    assert time.process_time() - started < 5
    assert len(found) == 1
    assert found[0].code in ("too-long", "too-deep", "non-scalar-key")


def test_the_name_that_was_probably_meant_is_said(tmp_path: Path) -> None:
    [found] = refused(tmp_path, RULESET + "adlut\n")
    assert found.message("zh") == "没有“adlut”这个名称，是否想写“adult”？"
    assert found.message("en") == "there is no name “adlut”; did you mean “adult”?"


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("not card.valid", "not(card.valid)"),
        ("not age(card.birth_date, today) > 3", "not(…)"),
        ("adult 且 adult", "and"),
        ("card.birth_date < 2025-01-01", 'date("2025-01-01")'),
        ("card.birth_date < 2025年3月1日", 'date("2025-03-01")'),
        ("form.years in [60-119]", "[60..119]"),
        ("count(form.members[id_number = card.number]) > 1", "item.id_number"),
        ("some m in form.members satisfies id_number = card.number", "m.id_number"),
    ],
)
def test_what_is_written_as_elsewhere_is_shown_as_it_should_be_written(tmp_path: Path, written: str, right: str) -> None:
    [found] = refused(tmp_path, f"{RULESET}'{written}'\n")
    assert found.params["right"] == right
    assert right in found.message("zh")
    assert right in found.message("en")


@pytest.mark.parametrize("cell", ["[60-119]", "(60-119]", "60-119", "60~119", "60至119"])
def test_a_range_with_a_dash_in_a_cell_is_shown_with_dots(tmp_path: Path, cell: str) -> None:
    [found] = refused(tmp_path, RULESET.replace("[['-', 1, 2]]", f"[['{cell}', 1, 2]]") + "adult\n")
    assert found.params == {"found": cell, "right": "[60..119]"}


@pytest.mark.parametrize(
    "written",
    [
        "some a in paid satisfies every b in paid satisfies a.base > b.base",
        "some a in paid[item.base > 1][item.base > 2] satisfies count(paid[item.base > 3]) > 1",
        "(some a in paid satisfies a.base > 1) and (some b in paid satisfies count(paid[item.base > 1]) > 1)",
    ],
)
def test_lists_may_be_nested_two_deep(tmp_path: Path, written: str) -> None:
    (tmp_path / "evidence.yaml").write_text(EVIDENCE, encoding="utf-8")
    (tmp_path / "r.yaml").write_text(f"{RULESET}{written}\n", encoding="utf-8")
    assert check_ruleset(load(tmp_path / "r.yaml")).ruleset.conditions


def test_full_width_signs_are_shown_as_they_should_be_written(tmp_path: Path) -> None:
    [found] = refused(tmp_path, RULESET + "'age（card.birth_date，today）≥１８ and card.name != \"，\"'\n")
    assert found.params["right"] == 'age(card.birth_date,today)>=18 and card.name != "，"'


def test_one_defect_is_not_found_again_wherever_its_name_is_read(tmp_path: Path) -> None:
    text = RULESET + "adult\n  again: {require: adult and form.years > 3, otherwise: review}\n"
    found = refused(tmp_path, text.replace("  adult: age(", "  adult: ages("))
    assert [each.code for each in found] == ["unknown-function-near"]
