"""Typed values in a ruleset: defaults, parameters, `none_means`. Every scalar is typed by what it stands for."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from engine.language import types
from engine.language.identifiers import phone_shape, resident_id_fault, uscc_check, uscc_shape
from engine.language.numbers import PLACES, parse_number
from engine.language.texts import fold, fold_identifier
from engine.language.types import ListType, OneOf, Record, Type
from engine.ruleset.document import Node
from engine.ruleset.shapes import (
    DAY,
    FLAG,
    Gathering,
    Key,
    Shape,
    keys,
    parted,
    refuse,
    scalar,
    sequence,
    suggestion,
    text_scalar,
)

LONGEST_TEXT = 1000
"""Code points."""


def read_value(type_: Type, node: Node) -> Any:
    """The Python value of `type_`, as `engine.language.types` lists them. Raises `Refused`."""
    match type_:
        case OneOf():
            return _one_of(type_, node)
        case ListType():
            return _list(type_, node)
        case Record():
            return _record(type_, node)
        case _:
            return _SCALARS[type_](node)


def _number_text(node: Node) -> str:
    found = scalar(node)
    if not re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?%?", found.text):
        refuse(found.place(), "bad-number", value=found.text)
    if found.quoted:
        refuse(found.place(), "quoted-number", value=found.text)
    return found.text


def _integer(node: Node) -> int:
    text = _number_text(node)
    value = parse_number(text)
    if "." in text or "%" in text:
        refuse(node.place(), "bad-integer", value=text)
    if not isinstance(value, int):
        refuse(node.place(), "bad-number", value=text)
    return value


def _number(node: Node) -> Decimal:
    text = _number_text(node)
    value = parse_number(text.removesuffix("%"))
    if value is None:
        refuse(node.place(), "bad-number", value=text)
    if not text.endswith("%"):
        return Decimal(value)
    sign, digits, exponent = Decimal(value).as_tuple()
    assert isinstance(exponent, int)
    part = Decimal((sign, digits, exponent - 2))  # exact, whatever the thread's context
    if 2 - exponent > PLACES:
        refuse(node.place(), "bad-number", value=text)
    return part


def _money(node: Node) -> Decimal:
    text = _number_text(node)
    value = parse_number(text)
    if value is None:
        refuse(node.place(), "percent-money" if "%" in text else "bad-number", value=text)
    if len(text.partition(".")[2]) > 2:
        refuse(node.place(), "money-places", value=text)
    return Decimal(value)


def _text(node: Node) -> str:
    found = text_scalar(node)
    value = fold(found.text)
    if len(value) > LONGEST_TEXT:
        refuse(found.place(), "text-too-long", limit=str(LONGEST_TEXT))
    return value


def _identifier(well_written: Callable[[str], bool], code: str) -> Callable[[Node], str]:
    def read(node: Node) -> str:
        found = text_scalar(node)
        value = fold_identifier(found.text)
        if not well_written(value):
            refuse(found.place(), code, value=found.text)
        return value

    return read


def _date(node: Node) -> date:
    return DAY.read(node)


_SCALARS: dict[Type, Callable[[Node], Any]] = {
    types.BOOLEAN: FLAG.read,
    types.INTEGER: _integer,
    types.NUMBER: _number,
    types.MONEY: _money,
    types.TEXT: _text,
    types.DATE: _date,
    types.RESIDENT_ID: _identifier(lambda text: resident_id_fault(text) is None, "bad-resident-id"),
    types.USCC: _identifier(lambda text: uscc_shape(text) and uscc_check(text), "bad-uscc"),
    types.PHONE: _identifier(phone_shape, "bad-phone"),
}


def _one_of(type_: OneOf, node: Node) -> str:
    found = text_scalar(node)
    value = fold(found.text)
    if value not in type_.values:
        refuse(found.place(), "not-a-choice", value=found.text, near=suggestion(value, type_.values))
    return value


def _list(type_: ListType, node: Node) -> tuple[Any, ...]:
    items = parted(node) if isinstance(type_.element, (types.Text, OneOf)) else sequence(node).items
    gathering = Gathering()
    values = [gathering.read(read_value, type_.element, item) for item in items]
    gathering.finish()
    return tuple(values)


def _record(type_: Record, node: Node) -> dict[str, Any]:
    return read_fields(dict(type_.fields), node, all_of_them=True)


def read_fields(types_: dict[str, Type], node: Node, *, all_of_them: bool) -> dict[str, Any]:
    """A mapping with values of these types; a field that is not among them is refused."""
    fields = {
        name: Key(Shape(partial(read_value, type_), {}), "", "", required=all_of_them) for name, type_ in types_.items()
    }
    return keys(fields).read(node)
