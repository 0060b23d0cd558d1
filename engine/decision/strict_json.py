"""JSON as it may come in, strict, and as it goes out, canonical. Numbers come in as int or Decimal, never float.

Refused: duplicate names, NaN and Infinity, lone surrogates, numbers of over 34 digits, depth over 32, text that is not UTF-8.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

import orjson

MAX_DEPTH = 32
MAX_DIGITS = 34
LARGEST_INTEGER = 2**53  # above it, an integer is written as a string

_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)  # one that never ends is taken whole: else quadratic
_BRACKETS = re.compile(r"[\[\]{}]")
_SURROGATE = re.compile("[\ud800-\udfff]")


class BadJSON(ValueError):
    """`code` is a key of `engine.decision.problems.MESSAGES`; `params` are its named parts."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def read_json(data: bytes | str) -> Any:
    """The value of a JSON document. Raises `BadJSON`."""
    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else data
    except UnicodeDecodeError as error:
        raise BadJSON("json-not-utf8", position=str(error.start)) from None
    _refuse_depth(text)
    try:
        value = json.loads(
            text, object_pairs_hook=_unique, parse_float=_decimal, parse_int=_integer, parse_constant=_constant
        )
    except json.JSONDecodeError as error:
        raise BadJSON("json-syntax", line=str(error.lineno), column=str(error.colno)) from None
    if "\\u" in text or isinstance(data, str):  # UTF-8 has no surrogates of its own
        _refuse_surrogates(value)
    return value


def jsonable(value: Any) -> Any:
    """The same value with Decimals, and integers from 2^53 on, as strings, so that every reader reads the same number."""
    kind = type(value)
    if kind is str:
        return value
    if kind is dict:
        return {name: each if type(each) is str else jsonable(each) for name, each in value.items()}
    if kind is list:
        return [jsonable(each) for each in value]
    if kind is Decimal:
        return format(value, "f")
    if kind is int and not -LARGEST_INTEGER < value < LARGEST_INTEGER:
        return str(value)
    return value


def canonical(value: Any) -> bytes:
    """Canonical JSON of JSON-ready values, names sorted, without white space: RFC 8785, since there are no floats here and no
    names beyond the basic plane.
    """
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _refuse_depth(text: str) -> None:
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth = 0
    for bracket in _BRACKETS.finditer(_STRING.sub("", text)):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > MAX_DEPTH:
            raise BadJSON("json-too-deep", limit=str(MAX_DEPTH))


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    for name in found:
        if not name.isascii() and max(name) > "\uffff":  # its place in canonical order would depend on the reader
            raise _bad_name("json-name", name)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise _bad_name("json-duplicate", name)
            seen.add(name)
    return found


def _bad_name(code: str, name: str) -> BadJSON:
    """A name that no UTF-8 can hold is not told."""
    return BadJSON("json-surrogate") if _SURROGATE.search(name) else BadJSON(code, name=name)


def _integer(digits: str) -> int:
    if len(digits.lstrip("-")) > MAX_DIGITS:
        raise BadJSON("json-number", limit=str(MAX_DIGITS))
    return int(digits)


def _decimal(digits: str) -> Decimal:
    try:
        value = Decimal(digits) if len(digits) <= 2 * MAX_DIGITS else None
    except InvalidOperation:  # an exponent past what any Decimal has
        value = None
    if value is None or len(value.as_tuple().digits) > MAX_DIGITS or abs(value.adjusted()) > MAX_DIGITS:
        raise BadJSON("json-number", limit=str(MAX_DIGITS))
    return value


def _constant(name: str) -> NoReturn:
    raise BadJSON("json-constant", name=name)


def _refuse_surrogates(value: Any) -> None:
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, str):
            if _SURROGATE.search(each):
                raise BadJSON("json-surrogate")
        elif isinstance(each, dict):
            pending += [*each, *each.values()]
        elif isinstance(each, list):
            pending += each
