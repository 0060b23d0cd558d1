"""Reading a file is safe: whatever the bytes, it ends in nodes at their right places, or in one refusal that helps."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from time import process_time

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.ruleset.document import DEEPEST, LARGEST, MOST_NODES, Mapping, Node, Place, Scalar, Sequence, read_document
from engine.ruleset.findings import Finding, Refused

ROOT = Path(__file__).parents[3]
RULESET = """\
# 高龄老人津贴
ruleset: senior-allowance
title: "高龄老人津贴 \\u00b7 首次申领"
include: [identity]
form:
  bank_account: {type: text, label: 账号, pattern: '[0-9]{16,19}'}
define:
  years: >-
    age(id_card.birth_date,
    today)
tables:
  allowance:
    inputs: [years]
    rows:
      - ["[70..79]",  200]
      - [">= 100",   1000]
conditions:
  aged:
    label: 年满70周岁
    require: years >= minimum_age
    message: |
      申请人未满{minimum_age}周岁。
"""


def read(text: str | bytes) -> Node:
    return read_document("a.yaml", text if isinstance(text, bytes) else text.encode())


def refusal(text: str | bytes) -> Finding:
    with pytest.raises(Refused) as caught:
        read(text)
    (finding,) = caught.value.findings
    return finding


def value(text: str) -> Scalar:
    """The value of the first entry."""
    node = read(text)
    assert isinstance(node, Mapping)
    scalar = next(iter(node.entries.values())).value
    assert isinstance(scalar, Scalar)
    return scalar


def scalars(root: Node) -> Iterator[Scalar]:
    waiting = [root]
    while waiting:
        match waiting.pop():
            case Scalar() as scalar:
                yield scalar
            case Sequence(items=items):
                waiting.extend(items)
            case Mapping(entries=entries):
                waiting.extend(node for entry in entries.values() for node in (entry.key, entry.value))


def lines_of(source: str) -> list[str]:
    """As YAML 1.2 counts them: a line ends in LF, CR or CR LF."""
    return re.findall(r"[^\r\n]*(?:\r\n?|\n|$)", source)


# ---- what is read


@pytest.mark.parametrize("written", ["no", "on", "0123", "12:30", "300.10", "1e3", "~", "null", "2019-10-01", "0x1F"])
def test_a_scalar_stays_as_written(written: str) -> None:
    scalar = value(f"a: {written}")
    assert (scalar.text, scalar.quoted) == (written, False)


@pytest.mark.parametrize(
    ("written", "text", "quoted"),
    [("'it''s'", "it's", True), (r'"\u7532\n"', "甲\n", True), ("|\n  甲\n", "甲\n", False), ("", "", False)],
)
def test_quotes_blocks_and_nothing_are_told_apart(written: str, text: str, quoted: bool) -> None:
    scalar = value(f"a: {written}")
    assert (scalar.text, scalar.quoted) == (text, quoted)


def test_entries_come_in_file_order_and_nodes_know_their_places() -> None:
    root = read("b: {x: 1}\na:\n  - 甲\n  - [乙]\n")
    assert isinstance(root, Mapping)
    assert list(root.entries) == ["b", "a"]
    items = root.entries["a"].value
    assert isinstance(items, Sequence)
    assert root.entries["b"].value.place() == Place("a.yaml", 1, 4)
    assert items.place() == Place("a.yaml", 3, 3)
    assert [item.place() for item in items.items] == [Place("a.yaml", 3, 5), Place("a.yaml", 4, 5)]


def test_a_byte_order_mark_is_no_column() -> None:
    assert value("\ufeffa: b").place() == Place("a.yaml", 1, 4)


# ---- what is refused


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        (b"a: \xe7\x94\xb2\nb: \xff", "not-utf8", 2, 4),
        ("a: 甲".encode("gbk"), "not-utf8", 1, 4),
        ("a: 1\n".encode("utf-16"), "not-utf8", 1, 1),
        (b"\xed\xa0\x80", "not-utf8", 1, 1),
        ("", "empty-document", 1, 1),
        ("\ufeff# 说明\n", "empty-document", 1, 1),
        ("---\n...\n", "empty-document", 1, 1),
        ("a: 1\n---\nb: 2\n", "several-documents", 2, 1),
        ("a: 1\n...\nb: 2\n", "several-documents", 3, 1),
        ("a: 1\nb:\n  甲: 1\n  '甲': 2\n", "duplicate-key", 4, 3),
        ("a: 1\nb: &x 2", "anchor", 2, 4),
        ("a: &甲 2", "anchor", 1, 4),
        ("- 1\n- *x", "alias", 2, 3),
        ("a: * 2", "alias", 1, 4),
        ("a: !!str 1", "tag", 1, 4),
        ("a: ! 1", "tag", 1, 4),
        ("a: !!python/object/apply:os.system [x]", "tag", 1, 4),
        ("a:\n  <<: {b: 1}", "merge-key", 2, 3),
        ("a: 1\n? [b]\n: 2", "non-scalar-key", 2, 3),
        ("{{minimum_age}}: 1", "non-scalar-key", 1, 1),
        ("a: x\x00", "control-character", 1, 5),
        ("甲: \u202e乙", "control-character", 1, 4),
        ("甲: 一\u2028二", "control-character", 1, 5),
        ("甲: 一\x85二", "control-character", 1, 5),
        ("a: b\n\ufeffc: d", "control-character", 2, 1),
        (r'a: "甲\x1b"', "control-character", 1, 6),
        (r'a: "甲\uD800"', "bad-escape", 1, 8),
        (r'a: "\d+"', "bad-escape", 1, 5),
        ("a:\n\tb: 1", "tab-indentation", 2, 1),
        ("a: 1\n b: 2", "colon-in-value", 2, 3),
        ("label: 注意: 事项", "colon-in-value", 1, 10),
        ("a:\n  b: 1\n c: 2", "indentation", 3, 2),
        ("- a\nb: c", "indentation", 2, 1),
        ("a: 1\nb\nc: 2", "missing-colon", 2, 1),
        ("- a\n-b", "missing-colon", 2, 1),
        ("ruleset：x\ntitle: y", "full-width-colon", 1, 8),
        ("a:\n  甲：1\n  c: 2", "full-width-colon", 2, 4),
        ("a: 1\nb：2\nc: 3", "full-width-colon", 2, 2),
        ("a: {type: text, label：甲}", "full-width-colon", 1, 22),
        ("from: {2020-01-01：6}", "full-width-colon", 1, 18),
        ("from: {2020-01-01: 10,000}", "entry-without-colon", 1, 23),
        ("from: {2020-01-01: 10,000,000, 2021-01-01: 2}", "entry-without-colon", 1, 23),
        ("from: {2020-01-01:6}", "entry-without-colon", 1, 8),
        ("a: {value: min(a, b), type: money}", "entry-without-colon", 1, 19),
        ("message: {zh: 甲, 乙, en: x}", "entry-without-colon", 1, 18),
        ("message: {minimum_age}", "entry-without-colon", 1, 11),
        ("a: - b", "misplaced-list", 1, 4),
        ('a: 1\nb: "甲\nc: d\n', "unclosed-quote", 2, 4),
        ("a: '甲", "unclosed-quote", 1, 4),
        ("a: 1\nb: [1, {c: 2}\n\n", "unclosed-bracket", 2, 4),
        ("a: [1, {c: 2", "unclosed-bracket", 1, 8),
        ("a: [1, 2\nb: [3]\n", "missing-comma", 2, 2),
        ('require: "深圳市" = city', "text-after-value", 1, 16),
        ("message: {minimum_age}周岁\n", "text-after-value", 1, 23),
        ("rows:\n  - [(70..79], 200]", "text-after-value", 2, 14),
        ("- >= 100", "unexpected-character", 1, 3),
        ("- [>= 100, 1]", "unexpected-character", 1, 4),
        ("a: @b", "unexpected-character", 1, 4),
        ("a: ]", "unexpected-character", 1, 4),
        ("# 说明\n%YAML 1.1\n---\na: 1", "directive", 2, 1),
        ("a: 1\n%TAG ! a:b\n", "directive", 2, 1),
    ],
)
def test_a_refusal_says_what_and_where(text: str | bytes, code: str, line: int, column: int) -> None:
    finding = refusal(text)
    assert (finding.code, finding.place) == (code, Place("a.yaml", line, column))
    assert finding.line("zh").startswith(f"a.yaml:{line}:{column}: {code} ")
    assert finding.message("zh") != finding.message("en")


def test_a_file_of_exactly_the_limit_is_read_and_one_byte_more_refused() -> None:
    assert len(value("a: " + "x" * (LARGEST - 3)).text) == LARGEST - 3
    assert refusal("a: " + "x" * (LARGEST - 2)).code == "too-large"


def test_collections_nest_to_the_limit_and_no_deeper() -> None:
    assert isinstance(read("[" * DEEPEST + "]" * DEEPEST), Sequence)
    finding = refusal("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1))
    assert (finding.code, finding.place.column) == ("too-deep", DEEPEST + 1)


def test_nodes_are_counted_keys_and_collections_too() -> None:
    assert isinstance(read("- a\n" * (MOST_NODES - 1)), Sequence)
    finding = refusal("- a\n" * MOST_NODES)
    assert (finding.code, finding.place) == ("too-many-nodes", Place("a.yaml", MOST_NODES, 3))


def test_tables_have_an_allowance_of_their_own() -> None:
    table = "  t:\n    rows:\n" + '      - ["[70..79]", 一, 二, 三, 四, 五, 六, 七, 八, 九, 200]\n' * 4_900
    assert isinstance(read(f"a: 1\ntables:\n{table}conditions: [{'a, ' * 9_990}]\n"), Mapping)
    assert refusal(f"tables:\n{table}{table.replace('t:', 'u:', 1)}").code == "too-many-table-nodes"
    assert refusal(f"other:\n{table}").code == "too-many-nodes"
    assert refusal(f"other: {{tables: [{'a, ' * MOST_NODES}]}}").code == "too-many-nodes"


# ---- places inside scalars


@pytest.mark.parametrize(
    ("written", "offset", "line", "column"),
    [
        ("年满 70", 3, 1, 7),
        ("甲\n  乙\n\n  丙", 2, 2, 3),  # "甲 乙\n丙"
        ("甲\n  乙\n\n  丙", 4, 4, 3),
        ("'it''s 甲'", 5, 1, 11),
        (r'"\u7532\n乙"', 2, 1, 13),
        ('"a \\\n   b"', 2, 2, 4),
        ("|\n  甲\n\n    乙\n", 5, 4, 5),  # "甲\n\n  乙\n"
        ("|2-\n    甲", 2, 2, 5),
        (">\n  甲\n  乙\n\n  丙\n   丁\n", 2, 3, 3),  # "甲 乙\n丙\n 丁\n"
        (">\n  甲\n  乙\n\n  丙\n   丁\n", 7, 6, 4),
    ],
)
def test_an_offset_is_found_in_every_style(written: str, offset: int, line: int, column: int) -> None:
    assert value(f"a: {written}").place(offset) == Place("a.yaml", line, column)


@pytest.mark.parametrize(
    ("written", "column"), [("甲", 5), ("'甲'", 6), ("''", 4), ("", 3), ("|-\n 甲", 3), ("|\n 甲\n", 1)]
)
def test_past_the_text_is_where_it_ends(written: str, column: int) -> None:
    scalar = value(f"a: {written}")
    assert scalar.place(len(scalar.text)).column == column
    assert scalar.place(len(scalar.text) + 9).column == column


def assert_offsets_lead_to_their_characters(source: str) -> None:
    lines = lines_of(source)
    for scalar in scalars(read(source)):
        places = [scalar.place(offset) for offset in range(len(scalar.text))]
        assert all(before < after for before, after in pairwise(places))
        for meant, place in zip(scalar.text, places, strict=True):
            stands = lines[place.line - 1][place.column - 1]
            assert stands == meant or (stands in "\r\n" and meant in " \n") or (stands == "\\" and scalar.quoted)


PRINTED = st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="\ufeff\ufffe\uffff").filter(
    lambda character: not re.match("[\u202a-\u202e\u2066-\u2069]", character)
)
TEXTS = st.text(st.one_of(st.sampled_from(" \n\t'\"\\:#-甲a"), PRINTED), max_size=80)


@settings(deadline=None)
@given(
    texts=st.lists(TEXTS, min_size=1, max_size=4),
    style=st.sampled_from([None, "'", '"', "|", ">"]),
    width=st.sampled_from([10, 20, 80]),
    line_break=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_places_are_right_in_whatever_style_yaml_writes(
    texts: list[str], style: str | None, width: int, line_break: str
) -> None:
    dumped = yaml.dump(
        {"外": [{f"键{number}": text} for number, text in enumerate(texts)]},
        default_style=style,
        width=width,
        allow_unicode=True,
    )
    assert_offsets_lead_to_their_characters(dumped.replace("\n", line_break))


QUOTES = ("'", '"')


@settings(deadline=None, max_examples=300)
@given(
    opening=st.sampled_from(["", "'", '"', "|\n  ", ">\n  ", "|2+\n", ">1-\n", ">+\n", "|1\n", ">2 # 注\n"]),
    body=st.lists(
        st.sampled_from(["a", "甲", " ", "\t", "''", "\\\\", "\\u7532", "\\\n  ", "\n", "\n  ", "\n   ", ":"])
    ),
)
def test_places_are_right_in_whatever_style_a_person_writes(opening: str, body: list[str]) -> None:
    source = f"k:\n - {opening}{''.join(body)}{opening if opening in QUOTES else ''}\n - end\n"
    try:
        read(source)
    except Refused:
        return
    assert_offsets_lead_to_their_characters(source)


# ---- whatever the bytes


def assert_read_or_refused_once(data: bytes) -> None:
    lines = lines_of(data.decode("utf-8", "replace"))
    try:
        root = read_document("a.yaml", data)
    except Refused as refused:
        (finding,) = refused.findings
        assert 1 <= finding.place.line <= len(lines)
        assert 1 <= finding.place.column <= len(lines[finding.place.line - 1]) + 1
        for lang in ("zh", "en"):
            assert "\n" not in finding.line(lang)
    else:
        for scalar in scalars(root):
            assert scalar.place().line <= len(lines)


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=200))
@example(b"\xef\xbb\xbf\xef\xbb\xbfa: b")
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    assert_read_or_refused_once(data)


@settings(deadline=None, max_examples=1000)
@given(st.text(st.sampled_from("ab甲：:-?,[]{}#&*!|>'\"%@` \t\n\r\\0<=~.\x85\u2028\ufeff"), max_size=60))
def test_anything_that_looks_like_yaml_is_read_or_refused(text: str) -> None:
    assert_read_or_refused_once(text.encode())


@settings(deadline=None, max_examples=500)
@given(st.data())
def test_a_damaged_ruleset_is_read_or_refused(data: st.DataObject) -> None:
    damaged = bytearray(RULESET.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(damaged)))
        past = data.draw(st.integers(start, min(start + 12, len(damaged))))
        damaged[start:past] = data.draw(
            st.sampled_from([b"", b"\t", b"\n", b"'", b'"', b"[", b"}", b": ", b"&a ", b"\xff"])
        )
    assert_read_or_refused_once(bytes(damaged))


HOSTILE = {
    "brackets": b"[" * 200_000,
    "braces": b"{" * 200_000,
    "nested braces": b"{a: " * 200_000,
    "nested lists": b"- " * (LARGEST // 2),
    "nested keys": b"? " * (LARGEST // 2),
    "nested blocks": b"".join(b" " * level + b"a:\n" for level in range(1_000)),
    "five megabytes": b"a: 1\n" * 1_000_000,
    "quotes": b'"' * LARGEST,
    "apostrophes": b"'" * LARGEST,
    "colons": b"a:" * (LARGEST // 2),
    "colons and spaces": b": " * (LARGEST // 2),
    "commas": b"[" + b"a," * (LARGEST // 2 - 1),
    "spaces": b" " * LARGEST,
    "quoted spaces": b'"' + b" " * (LARGEST - 2) + b'"',
    "breaks": b"\n" * LARGEST,
    "quoted breaks": b'"' + b"\n" * (LARGEST - 2) + b'"',
    "block breaks": b">\n" + b"\n" * (LARGEST - 4) + b" a",
    "tabs": b"\t" * LARGEST,
    "comments": b"#\n" * (LARGEST // 2),
    "anchors": b"&a " * (LARGEST // 3),
    "tags": b"!" * LARGEST,
    "escapes": b'"' + b"\\0" * (LARGEST // 2 - 1) + b'"',
    "backslashes": b'"' + b"\\\\" * (LARGEST // 2 - 1) + b'"',
    "documents": b"---\n" * (LARGEST // 4),
    "directives": b"".join(b"%%TAG !%d! a:b\n" % number for number in range(50_000)),
    "late directives": b"a: b\n...\n" + b"".join(b"%%TAG !%d! a:b\n" % number for number in range(50_000)),
    "carriage returns": b"\r" * LARGEST,
    "one long key": b"a" * (LARGEST - 3) + b": b",
    "duplicate long keys": b"'" + b"a" * 400_000 + b"': 1\n'" + b"a" * 400_000 + b"': 1",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_at_once(name: str) -> None:
    began = process_time()
    try:
        root = read_document("a.yaml", HOSTILE[name])
    except Refused as refused:
        refused.findings[0].line("zh")
    else:
        for scalar in scalars(root):
            assert scalar.place(len(scalar.text) // 2).line >= 1
    assert process_time() - began < 2


MODEST = """
import resource
from engine.ruleset.document import read_document
from engine.ruleset.findings import Finding, Refused
from tests.engine.ruleset.test_document import HOSTILE

with open("/proc/self/statm") as pages:
    used = int(pages.read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 200_000_000,) * 2)
for data in HOSTILE.values():
    try:
        read_document("a.yaml", data)
    except Refused:
        pass
print("modest")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the limit of an address space is Linux's")
def test_hostile_files_are_read_in_little_memory() -> None:
    done = subprocess.run(
        [sys.executable, "-c", MODEST], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.stdout, done.stderr) == ("modest\n", "")
