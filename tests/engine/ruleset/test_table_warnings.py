"""`check` warns of holes and overlaps in decision tables where they are, and never where they are not."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.ruleset.checking import check_ruleset
from engine.ruleset.findings import Finding
from engine.ruleset.loading import load

FORM = """
ruleset: r
self_declared: 只看表
form:
  years: {type: integer}
  months: {type: integer}
  income: {type: money}
  ratio: {type: number}
  born: {type: date}
  kind: {type: {one-of: [甲, 乙, 丙]}}
  said: {type: boolean}
  city: {type: text}
  phone: {type: phone}
parameters: {limit: {type: integer, from: {2020-01-01: 3}}}
conditions: {said: {require: form.said, otherwise: review}}
"""

Row = Sequence[Any]


def warnings(
    folder: Path, inputs: Sequence[str], rows: Sequence[Row] | Mapping[str, Sequence[Row]], hit: str = "unique",
    **rest: Any,
) -> tuple[Finding, ...]:
    """What `check` warns of in a table over form facts; JSON is YAML."""
    table: dict[str, Any] = {"hit": hit, "inputs": [f"form.{name}" for name in inputs], "output": {"type": "integer"}}
    table |= {"from" if isinstance(rows, Mapping) else "rows": rows, **rest}
    path = folder / "r.yaml"
    path.write_text(f"{FORM}tables:\n  t: {json.dumps(table, ensure_ascii=False)}\n", encoding="utf-8")
    found = check_ruleset(load(path)).warnings
    assert {each.severity for each in found} <= {"warning"}
    return found


def said(found: Sequence[Finding]) -> list[str]:
    """`hole [80..89]`, `overlap 1 2 85`"""
    assert all(str(each.params["values"]) in each.message("zh") and str(each.params["values"]) in each.message("en") for each in found)
    rows = [f"{each.params['first']} {each.params['second']} " if "first" in each.params else "" for each in found]
    return [f"{each.code.removeprefix('table-')} {row}{each.params['values']}" for each, row in zip(found, rows, strict=True)]


@pytest.mark.parametrize(
    ("name", "cells", "holes"),
    [
        ("years", ["[70..79]", "[80..89]", "[90..99]", ">= 100"], []),
        ("years", ["[70..79]", "[90..99]", ">= 100"], ["[80..89]"]),
        ("years", ["< 5", "> 5"], ["5"]),
        ("years", ["< 5", "not(< 10)"], ["[5..9]"]),
        ("years", ["[0..3)", "(3..5]", "8, 9", "-3"], ["[-2..-1]", "3", "[6..7]"]),
        ("years", ["<= 2.5", ">= 3"], []),
        ("years", ["5"], []),
        ("years", ["[1..2]", "[9..8]"], []),
        ("income", ["[0..1000]", "[1001..2000]"], ["(1000..1001)"]),
        ("income", ["[0..1000]", "[1000.01..2000]"], []),
        ("ratio", ["[0..1]", "(1..2)", "> 2"], ["2"]),
        ("ratio", ["[0..1]", "[1.01..2)", "(3..4]"], ["(1..1.01)", "[2..3]"]),
        ("ratio", ["< 10%", "> 20%"], ["[0.1..0.2]"]),
        ("born", ['< date("1950-01-01")', '>= date("1950-01-03")'], ['[date("1950-01-01")..date("1950-01-02")]']),
        ("kind", ['"甲"'], ['"乙", "丙"']),
        ("kind", ['not("甲")', '"甲"'], []),
        ("kind", ['!= "甲"'], ['"甲"']),
        ("said", ["true"], ["false"]),
        ("said", ["-"], []),
        ("city", ['"深圳市"', '"广州市"'], []),
        ("city", ['not("深圳市")'], ['"深圳市"']),
        ("city", ['!= "深圳市"', '"深圳市", "广州市"'], []),
        ("years", ["< form.months", "[5..6]"], []),
        ("years", ["< limit", "[5..6]"], []),
        ("city", ['< "乙"', '"甲"'], []),
    ],
)
def test_a_hole_is_what_no_row_takes_within_what_the_rows_name(
    tmp_path: Path, name: str, cells: list[str], holes: list[str]
) -> None:
    found = warnings(tmp_path, [name], [[cell, 1] for cell in cells], hit="first")
    assert said(found) == [f"hole {hole}" for hole in holes]


@pytest.mark.parametrize(
    ("hit", "rest", "warned"),
    [
        *((hit, {}, True) for hit in ("unique", "any", "first", "rule-order", "collect")),
        *(("collect", {"aggregate": how}, how in ("min", "max")) for how in ("sum", "count", "min", "max")),
        *((hit, {"default": 0}, False) for hit in ("unique", "any", "first", "collect")),
    ],
)
def test_a_hole_matters_only_where_the_result_would_be_unknown(
    tmp_path: Path, hit: str, rest: dict[str, Any], warned: bool
) -> None:
    found = warnings(tmp_path, ["years"], [["[1..2]", 1], ["[4..5]", 1]], hit=hit, **rest)
    assert said(found) == ["hole 3"] * warned


@pytest.mark.parametrize(
    ("name", "cells", "overlaps"),
    [
        ("years", ["[70..80]", "[80..89]"], ["1 2 80"]),
        ("years", ["[70..80)", "[80..89]"], []),
        ("years", ["> 5", "> 10", "-"], ["1 3 6", "1 2 11"]),
        ("ratio", ["<= 2.5", "> 2.49"], ["1 2 2.5"]),
        ("income", ["[0..100]", "[99.99..200]"], ["1 2 100"]),
        ("born", ['<= date("1950-01-01")', '>= date("1950-01-01")'], ['1 2 date("1950-01-01")']),
        ("kind", ['"甲", "乙"', '"乙", "丙"'], ['1 2 "乙"']),
        ("said", ["-", "true"], ["1 2 true"]),
        ("city", ['not("深圳市")', '"广州市"'], ['1 2 "广州市"']),
        ("city", ['not("深圳市")', 'not("广州市")'], ['1 2 not("深圳市", "广州市")']),
        ("phone", ['"13800138000"', '"１3800138000"'], ['1 2 "13800138000"']),
        ("years", ["< limit", "[5..6]", "[6..7]"], ["2 3 6"]),
        ("years", ["[9..8]", "[8..9]"], []),
    ],
)
def test_an_overlap_of_a_unique_table_names_both_rows_and_a_value(
    tmp_path: Path, name: str, cells: list[str], overlaps: list[str]
) -> None:
    found = warnings(tmp_path, [name], [[cell, 1] for cell in cells], default=0)
    assert said(found) == [f"overlap {each}" for each in overlaps]


def test_rows_of_an_any_table_may_overlap_as_long_as_they_agree(tmp_path: Path) -> None:
    rows: list[Row] = [["< 10", 1], ["< 5", "1"], ["[4..20]", 2], ["> 15", "form.months"]]
    assert said(warnings(tmp_path, ["years"], rows, hit="any")) == ["rows-differ 1 3 4"]


def test_several_inputs_are_looked_at_together(tmp_path: Path) -> None:
    rows: list[Row] = [["[1..5]", '"甲", "乙"', 1], ["[6..9]", '"甲"', 2], ["[5..9]", '"乙"', 3]]
    assert said(warnings(tmp_path, ["years", "kind"], rows)) == [
        'hole form.kind: "丙"', 'overlap 1 3 form.years: 5; form.kind: "乙"',
    ]
    rows = [["[1..5]", "-", 1], ["[6..9]", '"甲"', 2], ["[6..9]", '"丙"', 3]]
    assert said(warnings(tmp_path, ["years", "kind"], rows)) == ['hole form.years: [6..9]; form.kind: "乙"']


def test_every_period_is_looked_at_by_itself(tmp_path: Path) -> None:
    periods: dict[str, list[Row]] = {"2020-01-01": [["[1..2]", 1], ["[4..5]", 1]], "2021-01-01": [["[1..4]", 1], ["[4..5]", 1]]}
    assert said(warnings(tmp_path, ["years"], periods)) == ["hole 3", "overlap 1 2 4"]


def test_a_warning_stands_at_the_row_and_reads_well_in_both_languages(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text(
        FORM + "tables:\n  t:\n    hit: unique\n    inputs: [form.years]\n    output: {type: money}\n    rows:\n"
        "      - ['[1..4]', 1]\n      - ['[4..5]', 2]\n      - ['> 6', 3]\n",
        encoding="utf-8",
    )
    hole, overlap = check_ruleset(load(tmp_path / "r.yaml")).warnings
    assert (hole.place.line, overlap.place.line) == (22, 23)
    assert hole.message("zh") == "没有一行对应 6，结果会是未知；请补一行，或写 default"
    assert overlap.message("en").startswith("Rows 1 and 2 both match 4")


def test_a_large_table_is_looked_at_quickly(tmp_path: Path) -> None:
    started = time.process_time()
    rows: list[Row] = [[f"<= {count}", 1] for count in range(3_000)]
    assert said(warnings(tmp_path, ["years"], rows, hit="any")) == []
    rows = [[f"[{count}..{count + 1}]", f"[{count}..{count + 1}]", 1] for count in range(0, 3_000, 3)]
    assert len(warnings(tmp_path, ["years", "months"], rows)) == 5
    assert time.process_time() - started < 20


# Against brute force, on integers from -1 to 7

VALUES = range(-3, 10)
NUMBERS = st.integers(-1, 7)
COMPARED: dict[str, Callable[[int, int], bool]] = {
    "": lambda x, y: x == y, "=": lambda x, y: x == y, "!=": lambda x, y: x != y,
    "<": lambda x, y: x < y, "<=": lambda x, y: x <= y, ">": lambda x, y: x > y, ">=": lambda x, y: x >= y,
}  # fmt: skip
Cell = tuple[str, frozenset[int]]
"""How it is written, and the values it takes."""


@st.composite
def unary_tests(draw: st.DrawFn) -> Cell:
    if draw(st.booleans()):
        opens, low, high, closes = draw(st.sampled_from("[(")), draw(NUMBERS), draw(NUMBERS), draw(st.sampled_from("])"))
        taken = (x for x in VALUES if low + (opens == "(") <= x <= high - (closes == ")"))
        return f"{opens}{low}..{high}{closes}", frozenset(taken)
    operator, bound = draw(st.sampled_from(sorted(COMPARED))), draw(NUMBERS)
    return f"{operator} {bound}".strip(), frozenset(x for x in VALUES if COMPARED[operator](x, bound))


@st.composite
def cells(draw: st.DrawFn) -> Cell:
    several = draw(st.lists(unary_tests(), max_size=2))
    if not several:
        return "-", frozenset(VALUES)
    written, taken = ", ".join(text for text, _ in several), frozenset().union(*(each for _, each in several))
    return (f"not({written})", frozenset(VALUES) - taken) if draw(st.booleans()) else (written, taken)


def bounds(written: str) -> list[int]:
    return [int(each) for each in re.findall(r"-?\d+", written)]


def values_in(text: str) -> set[int]:
    """What a hole's text says of one input."""
    if ".." in text:
        first, last = bounds(text)
        return set(range(first, last + 1))
    operator, bound = re.fullmatch(r"([<>]?=?) ?(-?\d+)", text).groups()  # type: ignore[union-attr]
    return {x for x in VALUES if COMPARED[operator](x, int(bound))}


def value_of(text: str) -> int | None:
    return None if text == "-" else int(text)


@given(st.lists(cells(), min_size=1, max_size=5))
@example([("[0..1]", frozenset({0, 1})), ("-", frozenset(VALUES))])
def test_over_one_input_warnings_are_what_brute_force_finds(
    tmp_path_factory: pytest.TempPathFactory, column: list[Cell]
) -> None:
    folder = tmp_path_factory.mktemp("drawn")
    found = warnings(folder, ["years"], [[text, 1] for text, _ in column])
    covered = frozenset().union(*(taken for _, taken in column))
    missed = {x for x in VALUES if x not in covered and covered and min(covered) < x < max(covered)}
    holes = [str(each.params["values"]) for each in found if each.code == "table-hole"]
    assert (holes == ["-"]) == (not covered)
    assert {x for hole in map(bounds, holes) if hole for x in range(hole[0], hole[-1] + 1)} == missed

    pairs = [each for each in found if each.code == "table-overlap"]
    several = any(sum(x in taken for _, taken in column) > 1 for x in VALUES)
    assert bool(pairs) == several
    for each in pairs:
        value = value_of(str(each.params["values"]))
        for row in (str(each.params["first"]), str(each.params["second"])):
            taken = column[int(row) - 1][1]
            assert taken == frozenset(VALUES) if value is None else value in taken


@given(st.lists(st.tuples(cells(), cells()), min_size=1, max_size=4), st.sampled_from(["unique", "any"]))
def test_over_two_inputs_every_warning_is_true_and_none_is_missing(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[Cell, Cell]], hit: str
) -> None:
    folder = tmp_path_factory.mktemp("drawn")
    outputs = [index % 2 for index in range(len(rows))]
    written = [[one[0], other[0], output] for (one, other), output in zip(rows, outputs, strict=True)]
    found = warnings(folder, ["years", "months"], written, hit=hit)

    def matching(x: int, y: int) -> list[int]:
        return [index for index, (one, other) in enumerate(rows) if x in one[1] and y in other[1]]

    everywhere = list(product(VALUES, VALUES))
    pairs = [each for each in found if each.code != "table-hole"]
    results = (matching(x, y) if hit == "unique" else {outputs[row] for row in matching(x, y)} for x, y in everywhere)
    assert bool(pairs) == any(len(each) > 1 for each in results)
    for each in pairs:
        both = {int(str(each.params["first"])) - 1, int(str(each.params["second"])) - 1}
        where = dict(re.findall(r"form\.(\w+): (-?\d+)", str(each.params["values"])))
        assert any(
            both <= set(matching(x, y)) for x, y in everywhere
            if where.get("years", str(x)) == str(x) and where.get("months", str(y)) == str(y)
        )
    holes = [str(each.params["values"]) for each in found if each.code == "table-hole"]
    for hole in holes:
        where = {name: values_in(text) for name, text in re.findall(r"form\.(\w+): ([^;]+)", hole)}
        in_hole = product(where.get("years", VALUES), where.get("months", VALUES))
        assert not any(matching(*at) for at in in_hole)
    asked_for = [
        {x for cells_ in rows for text, taken in [cells_[place]] if text != "-" for x in taken} for place in (0, 1)
    ]
    assert holes or all(matching(*at) for at in product(*asked_for))
