"""An editor that knows the JSON Schema offers what the reader takes, and never marks what the reader accepts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from engine.ruleset.document import Mapping, Node, Scalar, Sequence, read_document
from engine.ruleset.evidence_types import EVIDENCE_TYPES
from engine.ruleset.files import FRAGMENT, RULESET
from engine.ruleset.findings import Refused
from engine.ruleset.schema import ruleset_schema
from engine.ruleset.shapes import Shape

HERE = Path(__file__).parent
SCHEMA = ruleset_schema()
WHOLE = """
ruleset: whole
title: 全部
basis: 条
dated_by: applied_on
ends: 2030-01-01
include: [identity]
form:
  a: {type: text, label: 甲, pattern: '[a-z]+', optional: true, asked_when: form.b, prefill: card.name}
  b: {type: boolean, default: false}
  c: {type: {list-of: {type: {one-of: [no, on, 12:30]}}}, at_least: 1, at_most: 3}
  d: {type: {list-of: {on: {type: date, label: 日}, type: {type: text}}}}
  e: {type: {one-of: [true, '1']}, default: true}
  f: {type: {list-of: {type: money}}, default: [1.50, 2]}
evidence:
  card: {licence: resident-id-card, required: true, accept: [valid, expired], fresh: 30 days, otherwise: reject,
         message: {zh: 无, en: none}, queue: q, when: true}
  death: {check: civil-affairs/death-register, required: form.b, all: true}
  head: {licence: resident-id-card, for_each: form.d, of: item.type, ground: 'duty: 第三条'}
parameters:
  p: {type: number, label: 率, basis: 条, from: {2019-10-01: 80%, 2020-10-01: 0.5}}
  q: {type: {list-of: {a: {type: integer}}}, from: {2019-10-01: [{a: 1}]}}
define: {n: 1, t: true, x: 'p + 1'}
tables:
  one: {hit: unique, inputs: [n, x], output: {type: money, label: 元}, default: 0,
        rows: [['-', 1, 2], [< 3, '[1..2]', n]]}
  two: {hit: collect, aggregate: sum, inputs: [n], output: {type: money}, from: {2019-10-01: [['-', 1]]}}
  six: {hit: first, inputs: [n], outputs: {a: {type: text}, b: {type: money}}, default: ['"乙"', 2],
        rows: [['-', '"甲"', 1]]}
conditions:
  c-1: {label: 条件, require: n = 1, otherwise: reject, message: 否, message_unknown: {zh: 未知}, basis: 条, queue: q,
        commitment: {check_within: 60 working days, unless: [c-2]}}
  c-2: {require: true, counts: false}
conclusions:
  - {review: r-1, when: {fails: [c-1], passes: [c-2]}, queue: q}
  - {review: r-2, when: true}
grant:
  g: {value: one, type: money, label: 元}
"""
FRAGMENT_FILE = (HERE / "bad/common/identity/2020-01-01.yaml").read_text(encoding="utf-8")
EVIDENCE_FILE = (HERE / "bad/evidence.yaml").read_text(encoding="utf-8") + "    none_means: {registered: false}\n"


def as_yaml_1_2(node: Node) -> Any:
    """What an editor makes of a node: the core schema of YAML 1.2."""
    if isinstance(node, Sequence):
        return [as_yaml_1_2(item) for item in node.items]
    if isinstance(node, Mapping):
        return {name: as_yaml_1_2(entry.value) for name, entry in node.entries.items()}
    text = node.text
    if node.quoted:
        return text
    if text in ("true", "True", "TRUE", "false", "False", "FALSE"):
        return text.lower() == "true"
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if re.fullmatch(r"[-+]?[0-9]+", text):
        return int(text)
    return float(text) if re.fullmatch(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", text) else text


def complaints(text: str) -> list[str]:
    value = as_yaml_1_2(read_document("f.yaml", text.encode()))
    return [error.message for error in Draft7Validator(SCHEMA).iter_errors(value)]


def accepted(shape: Shape[Any], text: str) -> bool:
    try:
        shape.read(read_document("f.yaml", text.encode()))
    except Refused as refused:
        raise AssertionError(str(refused)) from refused
    return True


def test_the_schema_is_a_json_schema() -> None:
    Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    ("shape", "text"),
    [(RULESET, WHOLE), (FRAGMENT, FRAGMENT_FILE), (EVIDENCE_TYPES, EVIDENCE_FILE)],
    ids=["ruleset", "fragment", "evidence.yaml"],
)
def test_what_the_reader_accepts_the_schema_accepts(shape: Shape[Any], text: str) -> None:
    assert accepted(shape, text)
    assert complaints(text) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title:", "titel:"), ("otherwise: reject, message: 否", "otherwise: rejct, message: 否"),
        ("required: true", "required: [true]"), ("ends: 2030-01-01", "ends: 2030"), ("hit: unique", "hit: uniqe"),
        ("type: boolean", "type: bool"), ("title: 全部", "title: 2019"), ("optional: true", "optional: 'true'"),
        ("c-1: {label", "C_1: {label"), ("define: {n:", "define: {today:"), ("30 days", "30 hours"),
    ],
)
def test_what_an_editor_can_see_is_marked(old: str, new: str) -> None:
    assert old in WHOLE
    assert complaints(WHOLE.replace(old, new, 1))


def mappings(schema: Any) -> list[dict[str, Any]]:
    """Every schema of a mapping with fixed keys, at any depth."""
    parts = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
    found = [each for part in parts for each in mappings(part)]
    return [schema, *found] if isinstance(schema, dict) and schema.get("additionalProperties") is False else found


def test_every_mapping_takes_its_keys_and_no_others_and_says_what_each_is_in_both_languages() -> None:
    for schema in mappings(SCHEMA):
        for name, key in schema["properties"].items():
            assert key.get("description") or name == "type", (name, key)
            if "description" in key:
                zh, en = key["description"].split("\n\n")
                assert re.search("[\u4e00-\u9fff]", zh)
                assert not re.search("[\u4e00-\u9fff]", en)


@pytest.mark.parametrize("shape", [RULESET, FRAGMENT, EVIDENCE_TYPES], ids=["ruleset", "fragment", "evidence.yaml"])
def test_the_schema_offers_exactly_the_keys_the_reader_takes(shape: Shape[Any]) -> None:
    for name in shape.schema["properties"]:
        assert "unknown-key" not in codes_at_top(shape, name)
    assert "unknown-key" in codes_at_top(shape, "nothing")


def codes_at_top(shape: Shape[Any], name: str) -> list[str]:
    try:
        shape.read(read_document("f.yaml", f"{name}: [[]]\n".encode()))
    except Refused as refused:
        return [finding.code for finding in refused.findings]
    return []


def test_nothing_the_reader_accepts_in_the_bad_files_is_marked() -> None:
    """Expressions, names that repeat and other files are beyond a schema; their files are fine to it."""
    beyond = ("name-twice", "id-twice", "syntax", "unknown-licence", "no-required-evidence", "fragment-needs", "brace")
    for code in beyond:
        assert complaints((HERE / f"bad/{code}.yaml").read_text(encoding="utf-8")) == []


def test_a_scalar_is_what_yaml_1_2_makes_of_it() -> None:
    node = read_document("f.yaml", b"[no, 0123, 12:30, 1e3, '1', true, ]")
    assert isinstance(node, Sequence)
    assert all(isinstance(item, Scalar) for item in node.items)
    assert as_yaml_1_2(node) == ["no", 123, "12:30", 1000.0, "1", True]
