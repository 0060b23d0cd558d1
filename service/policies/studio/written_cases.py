"""Cases changed as text: what one expects put to what came out, and a new one added at the end."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import yaml

from engine.language.types import Boolean, Date, Integer, ListType, Money, Number, Record, Type
from engine.ruleset.model import Ruleset
from service.policies.studio.yaml_text import (
    changed,
    composed,
    end_of,
    entry,
    flow,
    items,
    start_of,
    text_of,
    written_text,
)

_ROW = re.compile(r"(.*) \[([0-9]+)\]")


def with_expected(cases: str, name: str, got: Mapping[str, Any], ruleset: Ruleset) -> str | None:
    """The cases with that one expecting what came out; None where there is no such case. `name` as a report has it."""
    case = _case(composed(cases), name)
    expected = entry(case, "expect")
    if expected is None:
        return None
    return changed(cases, [(start_of(expected), end_of(expected), flow(expectation(got, ruleset)))])


def with_case(cases: str, name: str, base: str | None, facts: Mapping[str, Any], expect: Mapping[str, Any]) -> str:
    """With one more at the end; its facts and what it expects are written already."""
    lines = [f"- name: {written_text(name)}", *([f"  like: {written_text(base)}"] if base else [])]
    lines += [f"  {section}: {flow(value)}" for section, value in facts.items()]
    lines.append(f"  expect: {flow(expect)}")
    return (cases.rstrip("\n") + "\n" if cases.strip() else "") + "\n".join(lines) + "\n"


def expectation(got: Mapping[str, Any], ruleset: Ruleset) -> dict[str, Any]:
    """What came out as a case writes it down."""
    found: dict[str, Any] = {}
    for name, value in got.items():
        if name == "grant":
            found[name] = {id_: typed(each, ruleset.grant[id_].type) for id_, each in value.items()}
        elif value is not None:
            found[name] = value
    return found


def typed(value: Any, type_: Type) -> Any:
    """A value of the type, as JSON has it, as a case writes it."""
    if value is None:
        return "null"
    match type_:
        case Boolean():
            return "true" if value is True else "false" if value is False else written_text(str(value))
        case Money() | Number() | Integer():
            return _number(str(value))
        case Date():
            return str(value) if re.fullmatch(r"\d{4}-\d\d-\d\d", str(value)) else written_text(str(value))
        case ListType() if isinstance(value, list):
            return [typed(each, type_.element) for each in value]
        case Record() if isinstance(value, dict):
            return {name: typed(value[name], each) for name, each in type_.fields if name in value}
    return written_text(str(value))


def _number(text: str) -> str:
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
        return written_text(text)
    whole = Decimal(text)
    return str(int(whole)) if whole == whole.to_integral_value() else text


def _case(root: yaml.Node, name: str) -> yaml.Node | None:
    by_name = {text_of(entry(each, "name")): each for each in items(root)}
    if name in by_name:
        return by_name[name]
    row = _ROW.fullmatch(name)
    each = items(entry(by_name.get(row[1]), "each")) if row else ()
    return each[int(row[2]) - 1] if row and 0 < int(row[2]) <= len(each) else None
