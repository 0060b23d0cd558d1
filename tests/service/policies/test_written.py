"""Rulesets and cases changed in tables and by buttons: what is not touched stays byte for byte, and what is written reads back."""

from __future__ import annotations

import difflib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.decision.problems import Gap
from engine.ruleset.findings import Refused
from engine.ruleset.loading import load
from service.cases.drawing import faults_of
from service.policies.studio.lighting import lit
from service.policies.studio.side_by_side import side_by_side
from service.policies.studio.trying_pages import Outcome
from service.policies.studio.written_cases import with_case, with_expected
from service.policies.studio.written_tables import Row, read, with_rows, with_values
from service.policies.studio.yaml_text import composed, entry, flow, text_of, written_text, written_value
from tests.service.conftest import ROOT

RULES = sorted(path for path in (ROOT / "rules").glob("*/*.yaml") if not path.name.endswith(".cases.yaml"))
SENIOR = ROOT / "rules/senior-allowance/2019-10-01.yaml"
ALLOWANCE = ("allowance", "")


def changes(old: str, new: str) -> list[str]:
    return [line for line in difflib.ndiff(old.splitlines(), new.splitlines()) if line[0] in "+-"]


@pytest.mark.parametrize("path", RULES, ids=lambda each: each.parent.name)
def test_writing_back_what_is_there_changes_nothing(path: Path) -> None:
    written = read(path.read_text("utf-8"))
    same = {(table.name, period.day): [Row(place, tuple(cell.text for cell in row)) for place, row in enumerate(period.rows)]
            for table in written.tables for period in table.periods}  # fmt: skip
    values = {(each.name, day): cell.text for each in written.parameters for day, cell in each.values}
    assert with_rows(written, same) == with_values(written, values) == written.text


def test_a_value_is_dated_and_rows_are_changed_taken_out_and_put_in() -> None:
    text = SENIOR.read_text("utf-8")
    changed = with_values(read(text), {("minimum_age", "2027-01-01"): "65"})
    rows = [Row(None, ("[65..69]", "100")), Row(0, ("[70..79]", "200")), Row(2, ("[90..99]", "550")), Row(None, ('"甲"', "-"))]
    assert changes(text, with_rows(read(changed), {ALLOWANCE: rows})) == [
        "-   minimum_age: {type: integer, label: 起领年龄, basis: 第三条, from: {2019-10-01: 70}}",
        "+   minimum_age: {type: integer, label: 起领年龄, basis: 第三条, from: {2019-10-01: 70, 2027-01-01: 65}}",
        '+       - ["[65..69]", 100]', '-       - ["[80..89]", 300]', '-       - ["[90..99]", 500]', '+       - ["[90..99]", 550]',
        '-       - [">= 100", 1000]', "+       - ['\"甲\"', \"-\"]",
    ]  # fmt: skip


def test_dated_rows_blocks_and_remarks_stay_as_they_are_written() -> None:
    text = """\
parameters:
  limit:                       # 上限
    type: money
    from:
      2020-01-01: "300.10"     # 首次
  bounds: {type: {list-of: number}, from: {2020-01-01: [0, 1]}}
tables:
  t:
    hit: first
    inputs: [a, b]
    outputs: {x: {type: integer}}
    from:
      2020-01-01:
        - - '"甲"'             # 甲
          - "-"
          - 1
        - ["-", "-", 2]
      2021-01-01: [["-", "-", 3]]
"""
    written = read(with_values(read(text), {("limit", "2022-01-01"): "400", ("bounds", "2020-01-01"): "[0, 2]"}))
    first, second = written.tables[0].periods
    assert (first.day, second.day) == ("2020-01-01", "2021-01-01")
    found = with_rows(written, {
        ("t", "2020-01-01"): [Row(0, ('"乙"', "-", "1"))],
        ("t", "2021-01-01"): [Row(0, ("-", "-", "3")), Row(None, ("1", "-", "4"))],
    })  # fmt: skip
    assert changes(text, found) == [
        '+       2022-01-01: "400"',
        "-   bounds: {type: {list-of: number}, from: {2020-01-01: [0, 1]}}",
        "+   bounds: {type: {list-of: number}, from: {2020-01-01: [0, 2]}}",
        "-         - - '\"甲\"'             # 甲", "+         - - '\"乙\"'             # 甲",
        '-         - ["-", "-", 2]',
        '-       2021-01-01: [["-", "-", 3]]', '+       2021-01-01: [["-", "-", 3], ["1", "-", 4]]',
    ]  # fmt: skip


SHAPE = "tables:\n  t:\n    inputs: [a]\n    output: {type: integer}\n    hit: first\n"
ORDERED = """\
tables:
  t:
    rows:
      # 各档标准
      - ["甲", 1]            # 一

      # 二级
      # 和三级
      - - "乙"
        - 2                  # 二
      -
        ["丙", 3]
      # 折行
      - - >-
          [70..79]
        - >-
          5

      - [丁, 4]              # 四
    inputs: [a]  # 输入
    output: {type: integer}
    hit: first
"""
BLOCKS = (
    '      - ["甲", 1]            # 一\n',
    '      # 二级\n      # 和三级\n      - - "乙"\n        - 2                  # 二\n',
    '      -\n        ["丙", 3]\n',
    "      # 折行\n      - - >-\n          [70..79]\n        - >-\n          5\n",
    "      - [丁, 4]              # 四\n",
)


@given(st.permutations(range(5)), st.integers(0, 5), st.lists(st.integers(0, 5), max_size=3))
def test_rows_that_are_moved_or_taken_out_take_their_remarks_along(order: list[int], count: int, new: list[int]) -> None:
    """Remarks above the first row are the table's and stay."""
    before = read(ORDERED)
    cells = [tuple(cell.text for cell in row) for row in before.tables[0].periods[0].rows]
    rows = [Row(place, cells[place]) for place in order[:count]]
    for number, at in enumerate(new):
        rows.insert(min(at, len(rows)), Row(None, (f"new{number}", str(number))))
    text = with_rows(before, {("t", ""): rows})
    found = read(text).tables[0].periods[0].rows
    assert [tuple(cell.text for cell in row) for row in found] == [row.cells for row in rows]
    assert [place for place, block in enumerate(BLOCKS) if block in text] == sorted(order[:count])
    assert [remark in text for remark in ("二级", "折行")] == [place in order[:count] for place in (1, 3)]
    assert text.startswith("tables:\n  t:\n    rows:\n      # 各档标准\n")
    if count == len(BLOCKS):
        assert len(text.splitlines()) == len(ORDERED.splitlines()) + len(new)
    assert text.endswith("    inputs: [a]  # 输入\n    output: {type: integer}\n    hit: first\n")


def test_a_row_is_moved_and_changed_at_once() -> None:
    text = SENIOR.read_text("utf-8")
    rows = [Row(3, (">= 100", "1200")), Row(1, ("[80..89]", "300")), Row(0, ("[70..79]", "200")), Row(2, ("[90..99]", "500"))]
    lines = text.splitlines()
    at = lines.index('      - ["[70..79]", 200]')
    lines[at : at + 4] = ['      - [">= 100", 1200]', lines[at + 1], lines[at], lines[at + 2]]
    assert with_rows(read(text), {ALLOWANCE: rows}).splitlines() == lines


def test_folded_cells_are_changed_and_taken_out_whole() -> None:
    head = f"{SHAPE}    rows:\n"
    text = f"""\
{head}      - - >-
          [70..79]
        - >-
          5
      # 八十岁
      - - |-
          # 80

        - 6
      - ["-", 7]
conditions: {{}}
"""
    found = with_rows(read(text), {("t", ""): [Row(0, ("[60..79]", "4")), Row(2, ("-", "7"))]})
    assert found == f'{head}      - - "[60..79]"\n        - 4\n      - ["-", 7]\nconditions: {{}}\n'


def test_a_row_that_never_was_is_no_row() -> None:
    first, never, new = Row(0, ("[70..79]", "200")), Row(9999, ("x", "9")), Row(None, ("甲", "1"))
    for rows in ([never, new], [first, never, new]):
        found = read(with_rows(read(SENIOR.read_text("utf-8")), {ALLOWANCE: rows})).tables[0].periods[0].rows
        assert [tuple(cell.text for cell in row) for row in found] == [row.cells for row in rows if row != never]


@pytest.mark.parametrize(
    "rows",
    ["? rows\n    : - [a, 1]\n      - [b, 2]\n", "rows:\n    - - |\n        a\n        and b\n      - 1\n", "rows: [[a, [1,\n      2]]]\n"],
)
def test_rows_that_no_page_can_change_stay_as_they_are(rows: str) -> None:
    written = read(f"{SHAPE}    {rows}")
    assert [period.editable for period in written.tables[0].periods] == [False]
    assert with_rows(written, {("t", ""): [Row(None, ("c", "3")), Row(0, ("d", "4"))]}) == written.text


def test_a_return_alone_breaks_a_line_too() -> None:
    text = SHAPE + "    rows:\n      # 一\n      - [a, 1]\n      # 二\n      - [b, 2]\n"
    moved = {("t", ""): [Row(1, ("b", "2")), Row(0, ("a", "3")), Row(None, ("c", "4"))]}
    for returned in (text.replace("\n", "\r"), text.replace("rows:\n", "rows:\r"), text.replace("1]\n", "1]\r")):
        assert with_rows(read(returned), moved) == with_rows(read(text), moved)


def test_rows_that_stand_no_further_in_than_their_table_are_all_taken_out() -> None:
    written = read(SHAPE + "    rows:\n    - [a, 1]\n    - [b, 2]\n    default: 0\n")
    assert read(with_rows(written, {("t", ""): []})).tables[0].periods[0].rows == ()


def test_what_is_collected_counts_by_row_only_where_it_is_not_aggregated() -> None:
    hits = [read(SHAPE.replace("first", hit) + "    rows: [[a, 1]]\n").tables[0].hit for hit in ("collect", "collect\n    aggregate: sum")]
    assert hits == ["rule-order", "collect"]


def test_a_try_tells_what_is_wrong_in_the_words_beside_the_fields() -> None:
    outcome = Outcome(gaps=[Gap("form.age", "missing", "起领年龄")])
    assert outcome.faults("en") == faults_of(outcome.gaps, "en")["form.age"] == ["Age from which it is paid is missing"]


@given(st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=30))
def test_whatever_is_typed_reads_back_as_it_was_typed(typed: str) -> None:
    for write in (written_text, written_value):
        root = composed(flow({"a": write(typed), "b": "[" + write(typed) + "]"}))
        assert text_of(entry(root, "a")) == typed


def test_a_case_takes_what_came_out_and_a_new_one_is_added() -> None:
    cases = SENIOR.with_suffix(".cases.yaml").read_text("utf-8")
    ruleset = load(SENIOR, date(2026, 11, 23))
    got = {"conclusion": "approve", "grant": {"monthly_amount": "100.00"}}
    one = with_expected(cases, "70周岁生日前一天不能申请", got, ruleset)
    unknown = {"conclusion": "review", "queue": "general", "unknown": ["aged"]}
    row = with_expected(cases, "2月29日出生的人平年3月1日满70周岁 [1]", unknown, ruleset)
    assert one is not None
    assert row is not None
    assert changes(cases, one) == ["-   expect: {conclusion: reject, fails: [aged]}",
                                   "+   expect: {conclusion: approve, grant: {monthly_amount: 100}}"]  # fmt: skip
    assert changes(cases, row) == ["-       expect: {conclusion: reject, fails: [aged]}",
                                   "+       expect: {conclusion: review, queue: general, unknown: [aged]}"]  # fmt: skip
    assert with_expected(cases, "没有这样的用例", got, ruleset) is None
    facts = {"evidence": {"death": {"registered": "true"}}}
    added = with_case(cases, "有登记", "81周岁深户，数据齐全", facts, {"conclusion": "review", "fails": ["alive"]})
    assert added.removeprefix(cases) == (
        "- name: 有登记\n  like: \"81周岁深户，数据齐全\"\n  evidence: {death: {registered: true}}\n"
        "  expect: {conclusion: review, fails: [alive]}\n"
    )


def test_conditions_light_up_over_all_their_lines() -> None:
    text = SENIOR.read_text("utf-8")
    told = [{"condition": name, "label": name, "outcome": "pass"} for name in ("same-person", "aged", "not-sampled")]
    found = {each.condition: text.splitlines()[each.first - 1 : each.last] for each in lit(text, told)}
    assert list(found) == ["aged", "not-sampled"]
    assert (found["aged"][0], found["aged"][-1]) == ("  aged:", "    basis: 第三条")
    assert (found["not-sampled"][0], found["not-sampled"][-1]) == ("  not-sampled:", "    queue: spot-check")
    assert lit("conditions: [", told) == []


def test_two_texts_stand_beside_each_other_with_what_differs_marked() -> None:
    old = "\n".join(f"line {n}" for n in range(20))
    new = old.replace("line 10", "line ten").replace("line 12\n", "") + "\nlast"
    found = side_by_side(old, new)
    assert [each.kind for each in found if each.kind not in ("same", "gap")] == ["changed", "removed", "added"]
    changed = next(each for each in found if each.kind == "changed")
    assert changed.old is not None
    assert changed.new is not None
    assert "".join(text for text, differs in changed.new.parts if differs) == "ten"
    assert (changed.old.number, changed.new.number) == (11, 11)
    assert sum(each.skipped for each in found) + sum(each.old is not None for each in found) == 20
    assert side_by_side(old, old) == []


def test_a_list_that_is_not_closed_is_no_list() -> None:
    """What is typed into a field never breaks the text around it."""
    text = "parameters:\n  a: {type: {list-of: number}, from: {2020-01-01: [0, 1]}}\n  b: {from: {2020-01-01: 5}}\n"
    for typed in ("[0, 2", "[0] # x", "[0]]", "}, b: {"):
        found = read(with_values(read(text), {("a", "2020-01-01"): typed}))
        assert [each.name for each in found.parameters] == ["a", "b"]
        assert found.parameters[0].values[0][1].text == typed


@pytest.mark.parametrize("text", ["a: [", "", "a: *b", "[" * 40])
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        read(text)


def test_what_is_no_table_is_left_out() -> None:
    written = read("parameters: 1\ntables: {t: [x], u: {inputs: [a], output: {}, rows: [[1]]}}")
    assert (written.parameters, written.tables) == ((), ())
