"""What a policy writer may write is read as it is meant; what cannot be is refused, each defect once, at its place."""

from __future__ import annotations

import re
import time
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.language import types
from engine.language.types import ListType, OneOf, Record, Type
from engine.ruleset.declared_types import TYPE
from engine.ruleset.document import read_document
from engine.ruleset.evidence_types import EVIDENCE_TYPES
from engine.ruleset.findings import Finding, Refused
from engine.ruleset.loading import load
from engine.ruleset.message_shape import MESSAGE
from engine.ruleset.model import Duration, Ruleset
from engine.ruleset.sections import DURATION
from engine.ruleset.values import read_value

BAD = Path(__file__).parent / "bad"
EVIDENCE = (BAD / "evidence.yaml").read_text(encoding="utf-8")
HEAD = "ruleset: r\nevidence: {card: {licence: resident-id-card, required: true}}\n"
GROWN = "conditions: {grown: {require: 'age(card.birth_date, today) >= 18', otherwise: review}}\n"


def loaded(folder: Path, text: str) -> Ruleset:
    (folder / "evidence.yaml").write_text(EVIDENCE, encoding="utf-8")
    (folder / "r.yaml").write_text(text, encoding="utf-8")
    return load(folder / "r.yaml")


def refused(read: Any, *arguments: Any) -> tuple[Finding, ...]:
    with pytest.raises(Refused) as caught:
        read(*arguments)
    return caught.value.findings


def findings_if_refused(read: Any, *arguments: Any) -> tuple[Finding, ...] | None:
    try:
        read(*arguments)
    except Refused as caught:
        return caught.findings
    return None


def codes(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.code for finding in findings]


def value(type_: Type, text: str) -> Any:
    return read_value(type_, read_document("v.yaml", text.encode()))


def expected(path: Path) -> list[str]:
    first_line = path.read_text(encoding="utf-8").partition("\n")[0]
    return re.findall(r"[0-9]+:[0-9]+ [a-z-]+", first_line.removeprefix("# expect: "))


def as_expected(findings: tuple[Finding, ...], path: Path) -> list[str]:
    assert {finding.place.path for finding in findings} == {str(path)}
    assert all(finding.message("zh").strip() and finding.message("en").strip() for finding in findings)
    return [f"{finding.place.line}:{finding.place.column} {finding.code}" for finding in findings]


@pytest.mark.parametrize(
    "path", sorted(path for path in BAD.glob("*.yaml") if path.name != "evidence.yaml"), ids=lambda path: str(path.stem)
)
def test_a_bad_file_is_refused_with_exactly_its_findings_in_both_languages(path: Path) -> None:
    assert as_expected(refused(load, path), path) == expected(path)


@pytest.mark.parametrize("path", sorted((BAD / "evidence-types").glob("*.yaml")), ids=lambda path: str(path.stem))
def test_bad_evidence_types_are_refused_with_exactly_their_findings(path: Path) -> None:
    node = read_document(str(path), path.read_bytes())
    assert as_expected(refused(EVIDENCE_TYPES.read, node), path) == expected(path)


@pytest.mark.parametrize(
    ("type_", "text", "read"),
    [
        (types.BOOLEAN, "true", True),
        (types.INTEGER, "-12", -12),
        (types.NUMBER, "12.50", Decimal("12.5")),
        (types.NUMBER, "12", Decimal(12)),
        (types.NUMBER, "80%", Decimal("0.8")),
        (types.NUMBER, "12.5%", Decimal("0.125")),
        (types.MONEY, "300.10", Decimal("300.10")),
        (types.TEXT, "no", "no"),
        (types.TEXT, "on", "on"),
        (types.TEXT, "12:30", "12:30"),
        (types.TEXT, "true", "true"),
        (types.TEXT, "'0123'", "0123"),
        (types.TEXT, " Ａ座　１０１ ", "A座 101"),
        (types.DATE, "2026-02-28", date(2026, 2, 28)),
        (types.RESIDENT_ID, "'44030919450315002X'", None),
        (types.PHONE, "'13800138000'", "13800138000"),
        (OneOf(("甲", "no")), "no", "no"),
        (ListType(types.INTEGER), "[1, 2]", (1, 2)),
        (ListType(types.INTEGER), "[]", ()),
        (
            ListType(Record((("kind", OneOf(("甲", "乙"))), ("on", types.DATE)))),
            "[{kind: 甲, on: 2026-01-01}]",
            ({"kind": "甲", "on": date(2026, 1, 1)},),
        ),
    ],
)
def test_a_value_is_typed_by_what_it_stands_for(type_: Type, text: str, read: Any) -> None:
    if read is None:
        assert codes(refused(value, type_, text)) == ["bad-resident-id"]
    else:
        got = value(type_, text)
        assert got == read
        assert type(got) is type(read)


def test_identifiers_are_upper_cased() -> None:
    assert value(types.RESIDENT_ID, "11010519491231002x") == "11010519491231002X"


@given(st.integers(-(10**15) + 1, 10**15 - 1), st.integers(0, 10))
def test_a_number_written_plainly_is_exact(digits: int, places: int) -> None:
    written = format(Decimal(digits).scaleb(-places), "f")
    assert value(types.NUMBER, written) == Decimal(written)


@given(st.text(min_size=1, max_size=30))
def test_whatever_stands_for_a_number_is_a_number_or_one_finding(text: str) -> None:
    findings = findings_if_refused(value, types.NUMBER, text)
    assert findings is None or len(findings) == 1


def test_a_text_over_1000_characters_is_refused() -> None:
    assert value(types.TEXT, "长" * 1000)
    assert codes(refused(value, types.TEXT, "长" * 1001)) == ["text-too-long"]


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("money", types.MONEY),
        ("resident-id", types.RESIDENT_ID),
        ("{one-of: [甲, ' 乙 ', on]}", OneOf(("甲", "乙", "on"))),
        ("{list-of: text}", ListType(types.TEXT)),
        ("{list-of: {type: text}}", ListType(types.TEXT)),
        ("{list-of: {type: {one-of: [甲]}}}", ListType(OneOf(("甲",)))),
        ("{list-of: {type: {type: text}}}", ListType(Record((("type", types.TEXT),)))),
        (
            "{list-of: {type: {type: text}, on: {type: date, label: 日期}}}",
            ListType(Record((("type", types.TEXT), ("on", types.DATE)))),
        ),
    ],
)
def test_a_declared_type_is_read(text: str, type_: Type) -> None:
    assert TYPE.read(read_document("t.yaml", text.encode())) == type_


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("30 days", Duration(30, "days")),
        ("1 day", Duration(1, "days")),
        ("60 working days", Duration(60, "working days")),
        ("6 months", Duration(6, "months")),
        ("2 years", Duration(2, "years")),
    ],
)
def test_a_duration_is_read(text: str, duration: Duration) -> None:
    assert DURATION.read(read_document("d.yaml", text.encode())) == duration


def test_a_message_is_fixed_text_and_paths_with_their_places() -> None:
    node = read_document("m.yaml", "{zh: '满{age}岁{{a}}', en: '{hukou.city}!'}".encode())
    message = MESSAGE.read(node)
    assert message.en
    assert [part.text for part in message.zh] == ["满", None, "岁{a}"]
    assert [part.expression.text if part.expression else None for part in message.en] == ["hukou.city", None]
    expression = message.zh[1].expression
    assert expression
    assert expression.scalar.place(expression.tree.at[0]).column == 9


def test_words_of_other_yaml_readers_are_texts_and_keys_as_written(tmp_path: Path) -> None:
    ruleset = loaded(
        tmp_path,
        HEAD + GROWN + "title: no\nbasis: 12:30\n"
        "define: {on: 1, off: 2, y: 3}\n"
        "form: {on: {type: {one-of: [on, no, 12:30]}, default: no, label: yes}}\n",
    )
    assert (ruleset.title, ruleset.basis) == ("no", "12:30")
    assert list(ruleset.definitions) == ["on", "off", "y"]
    assert ruleset.form["on"].type == OneOf(("on", "no", "12:30"))
    assert (ruleset.form["on"].default, ruleset.form["on"].label) == ("no", "yes")


def test_everything_of_evidence_is_read(tmp_path: Path) -> None:
    ruleset = loaded(
        tmp_path,
        "ruleset: r\nevidence:\n"
        "  card: {licence: resident-id-card, required: form.a, accept: [valid, expired], fresh: 30 days,"
        " otherwise: reject, message: 没有证件, queue: papers, when: form.a}\n"
        "  heads: {licence: resident-id-card, for_each: form.b, of: item.id, ground: 'duty: 第三条'}\n"
        "  mine: {licence: resident-id-card, of: applicant.number, all: true}\n" + GROWN,
    )
    card, heads, mine = ruleset.evidence.values()
    assert not isinstance(card.required, bool)
    assert (card.accept, card.fresh, card.otherwise, card.queue) == (
        ("valid", "expired"), Duration(30, "days"), "reject", "papers",
    )
    assert heads.of
    assert heads.for_each
    assert heads.ground == "duty: 第三条"
    assert (mine.of, mine.all, mine.required) == (None, True, False)


def test_labels_that_are_not_written_are_the_names(tmp_path: Path) -> None:
    ruleset = loaded(
        tmp_path,
        HEAD + GROWN + "form: {a: {type: text}}\nparameters: {b: {type: integer, from: {2020-01-01: 1}}}\n"
        "tables: {c: {hit: unique, inputs: [b], output: {type: money}, rows: [['-', 1]]}}\n"
        "grant: {d: {value: c, type: money}}\n",
    )
    assert ruleset.title == "r"
    assert [
        ruleset.form["a"].label, ruleset.parameters["b"].label, ruleset.conditions["grown"].label,
        ruleset.tables["c"].outputs[0].label, ruleset.grant["d"].label,
    ] == ["a", "b", "grown", "c", "d"]


def test_a_table_is_read_with_its_outputs_default_and_dated_rows(tmp_path: Path) -> None:
    ruleset = loaded(
        tmp_path,
        HEAD + GROWN + "tables:\n  t:\n    hit: first\n    inputs: [card.birth_date, today]\n"
        "    outputs: {a: {type: money}, b: {type: text, label: 乙}}\n"
        "    default: [0, '\"无\"']\n"
        "    from:\n      2025-01-01: [['-', '-', 2, '\"二\"']]\n"
        "      2024-01-01: [['-', '-', 1, '\"一\"'], ['-', '-', 3, '\"三\"']]\n",
    )
    table = ruleset.tables["t"]
    assert table.named
    assert [day for day, _ in table.periods] == [date(2024, 1, 1), date(2025, 1, 1)]
    assert [len(rows) for _, rows in table.periods] == [2, 1]
    assert [(output.id, output.label) for output in table.outputs] == [("a", "a"), ("b", "乙")]
    assert table.default
    assert [cell.text for cell in table.default] == ["0", '"无"']


def test_500_conditions_are_read_in_file_order(tmp_path: Path) -> None:
    conditions = "".join(f"  c{n}: {{require: 'card.name = \"{n}\"', otherwise: review}}\n" for n in range(500))
    started = time.process_time()
    ruleset = loaded(tmp_path, HEAD + "conditions:\n" + conditions)
    assert list(ruleset.conditions) == [f"c{n}" for n in range(500)]
    assert time.process_time() - started < 5


def rows(count: int) -> str:
    lines = "".join(f"      - ['\"{n}\"', '[{n}..{n + 1})', {n}]\n" for n in range(count))
    return f"tables:\n  t:\n    hit: first\n    inputs: [card.name, 1]\n    output: {{type: money}}\n    rows:\n{lines}"


def test_a_table_of_5000_rows_is_read_and_one_of_5001_is_refused(tmp_path: Path) -> None:
    started = time.process_time()
    ruleset = loaded(tmp_path, HEAD + GROWN + rows(5000))
    assert len(ruleset.tables["t"].periods[0][1]) == 5000
    assert time.process_time() - started < 15
    assert codes(refused(loaded, tmp_path, HEAD + GROWN + rows(5001))) == ["too-many-rows"]


def test_more_than_10000_expression_nodes_are_refused_once(tmp_path: Path) -> None:
    half = " and ".join(["1 = 1"] * 800)
    definitions = "define:\n" + "".join(f"  d{n}: {half}\n" for n in range(4))
    assert loaded(tmp_path, HEAD + GROWN + definitions).definitions
    too_many = definitions + f"  d4: {half}\n"
    assert codes(refused(loaded, tmp_path, HEAD + GROWN + too_many)) == ["too-many-expression-nodes"]


SEED = (BAD / "many-defects.yaml").read_text(encoding="utf-8") + rows(2)


PIECES = st.sampled_from(["", "{", ": ", "- ", "a", "[x]", "'1'", "\n  "])


@given(st.lists(st.tuples(st.integers(0, len(SEED)), st.integers(0, 12), PIECES)))
def test_any_ruleset_loads_whole_or_is_refused_with_findings_in_both_languages(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[int, int, str]]
) -> None:
    text = SEED
    for start, length, new in edits:
        text = text[:start] + new + text[start + length :]
    findings = findings_if_refused(loaded, tmp_path_factory.mktemp("drawn"), text)
    assert findings is None or all(finding.line("zh") and finding.line("en") for finding in findings)
    assert findings != ()
