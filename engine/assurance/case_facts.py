"""The facts of a case, from YAML to the JSON of `decide`: scalars typed by what is declared, `null` for what is left out.

A case may be wrong on purpose: the form it is refused for, the evidence another department got wrong. So a value that
cannot be of its type is passed on as text; only a slip of the pen (quotes that are missing or too many) is a finding.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any, Final

from engine.language.types import BOOLEAN, DATE, TEXT, Boolean, Integer, ListType, Money, Number, Record, Type
from engine.ruleset import document
from engine.ruleset.document import Node, Scalar
from engine.ruleset.findings import Refused
from engine.ruleset.model import EvidenceType
from engine.ruleset.shapes import Gathering, Key, Shape, choice, keys
from engine.ruleset.values import read_value

LEFT_OUT: Final = object()
"""Stands where `null` is written: what would be there is not."""

_SLIPS = frozenset({"unquoted-digits", "quoted-number", "quoted-boolean", "empty-value"})
_ABOUT_ANSWERS: Mapping[str, Type] = {
    "status": TEXT, "holder": TEXT, "issued_on": DATE, "valid_until": DATE, "signature_valid": BOOLEAN,
}


def removable(shape: Shape[Any]) -> Shape[Any]:
    """The same, or `null`."""
    schema = {"anyOf": [{"type": "null"}, shape.schema]} if shape.schema else {}
    return Shape(lambda node: LEFT_OUT if _is_null(node) else shape.read(node), schema)


def fact(type_: Type) -> Shape[Any]:
    """A fact of a declared type."""
    return Shape(partial(_fact, type_), {})


def facts(types: Mapping[str, Type]) -> Shape[dict[str, Any]]:
    """Facts by name; a name that is not among them is refused."""
    return keys({name: Key(fact(type_), "", "") for name, type_ in types.items()})


def evidence(type_: EvidenceType) -> Shape[Any]:
    """What was answered about evidence: attributes, `none` or `unavailable`, or a list of these."""
    attributes = {name: each.type for name, each in type_.attributes.items()}
    answer = facts({**attributes, **_ABOUT_ANSWERS})
    word = choice("none", "unavailable")

    def read(node: Node) -> Any:
        match node:
            case document.Mapping():
                return answer.read(node)
            case document.Sequence():
                return _each(Shape(read, {}), node)
        return LEFT_OUT if _is_null(node) else word.read(node)

    return Shape(read, {})


def merged(base: Any, own: Any) -> Any:
    """`own` over `base`: mappings merge, anything else replaces."""
    if not isinstance(base, dict) or not isinstance(own, dict):
        return own
    return {**base, **{name: merged(base.get(name), value) for name, value in own.items()}}


def issued_before(on: date, answer: Any) -> Any:
    """Evidence that says nothing of its first day was issued the day before `on`."""
    match answer:
        case list():
            return [issued_before(on, each) for each in answer]
        case dict():
            return {"issued_on": date.fromordinal(max(on.toordinal() - 1, 1)).isoformat(), **answer}
    return answer


def without_removed(value: Any) -> Any:
    """JSON, without what was left out; an element of a list that was left out is null."""
    match value:
        case dict():
            return {name: without_removed(each) for name, each in value.items() if each is not LEFT_OUT}
        case list():
            return [without_removed(each) for each in value]
    return None if value is LEFT_OUT else value


def _fact(type_: Type, node: Node) -> Any:
    match type_, node:
        case ListType(element), document.Sequence():
            return _each(fact(element), node)
        case Record(fields), document.Mapping():
            return facts(dict(fields)).read(node)
        case ListType() | Record(), _:
            return _as_written(node)
        case _, Scalar() if not _is_null(node):
            return _scalar(type_, node)
    return _as_written(node)


def _scalar(type_: Type, node: Scalar) -> Any:
    try:
        value = read_value(type_, node)
    except Refused as refused:
        if slips := [each for each in refused.findings if each.code in _SLIPS]:
            raise Refused(slips) from None
        return node.text
    return value if isinstance(type_, (Boolean, Integer, Number, Money)) else node.text


def _each(item: Shape[Any], node: document.Sequence) -> list[Any]:
    gathering = Gathering()
    values = [gathering.read(item.read, each) for each in node.items]
    gathering.finish()
    return values


def _as_written(node: Node) -> Any:
    match node:
        case Scalar():
            return LEFT_OUT if _is_null(node) else node.text
        case document.Sequence():
            return [_as_written(each) for each in node.items]
        case document.Mapping():
            return {name: _as_written(entry.value) for name, entry in node.entries.items()}


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and not node.quoted and node.text == "null"
