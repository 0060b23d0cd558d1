"""Declared types of the oracle, and how a JSON or YAML value becomes a typed value of them."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.oracle.values import Value, listed

Declared = Any
"""A type as written: `text`, `{one-of: [甲, 乙]}`, `{list-of: text}`, `{list-of: {field: {type: …}}}`."""

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
PHONE = re.compile(r"1[3-9]\d{9}|(?:010|02\d|0[3-9]\d\d)-[2-9]\d{6,7}", re.ASCII)
LONGEST_TEXT = 1_000
TWO_PLACES, TEN_PLACES, FIFTEEN_DIGITS = 2, 10, 15


class WrongTypeError(Exception):
    """A value is not of its declared type."""


class CheckCharacterError(WrongTypeError):
    """A uscc of the right shape whose check character is wrong."""


def written(scalar: Any) -> str:
    """A scalar of the ruleset as its text: expressions may be given as `True`, `200` or `date`."""
    if isinstance(scalar, bool):
        return "true" if scalar else "false"
    return str(scalar)


def fold(text: str) -> str:
    """Full-width ASCII to half-width, NFC, trimmed."""
    halved = "".join(
        chr(ord(c) - 0xFEE0) if "\uff01" <= c <= "\uff5e" else " " if c == "\u3000" else c for c in text
    )
    return unicodedata.normalize("NFC", halved).strip()


def resident_id_is_right(text: str) -> bool:
    """GB 11643: eighteen digits (the last may be X), a real date, the check character."""
    if not re.fullmatch(r"[0-9]{17}[0-9X]", text):
        return False
    year, month, day = int(text[6:10]), int(text[10:12]), int(text[12:14])
    if year == 0 or not 1 <= month <= 12 or not 1 <= day <= monthrange(year, month)[1]:
        return False
    total = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(text[:17]))
    return text[17] == "10X98765432"[total % 11]


def uscc_check_character(first_seventeen: str) -> str:
    """GB 32100."""
    total = sum(USCC_ALPHABET.index(each) * (3**place % 31) for place, each in enumerate(first_seventeen))
    return USCC_ALPHABET[(31 - total % 31) % 31]


def element_type(declared: Declared) -> Declared | None:
    """The element type of a declared scalar list, `{field: type}` of a list of records; None for what is no list."""
    if not isinstance(declared, Mapping) or "list-of" not in declared:
        return None
    element = declared["list-of"]
    if isinstance(element, Mapping):
        if set(element) == {"one-of"}:
            return element
        if set(element) == {"type"} and not (isinstance(element["type"], Mapping) and "type" in element["type"]):
            return element["type"]
        return {"record": {name: field["type"] for name, field in element.items()}}
    return element


def record_fields(declared: Declared) -> Mapping[str, Declared] | None:
    return declared["record"] if isinstance(declared, Mapping) and "record" in declared else None


def _decimal(raw: Any, places: int) -> Fraction:
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal | str):
        raise WrongTypeError
    text = raw if isinstance(raw, str) else format(Decimal(repr(raw) if isinstance(raw, float) else raw), "f")
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
        raise WrongTypeError
    value = Fraction(text)
    if abs(value) >= 10**FIFTEEN_DIGITS or (value * 10**places).denominator != 1:
        raise WrongTypeError
    return value


def typed(raw: Any, declared: Declared) -> Value:
    """The typed value of a scalar or a whole list.

    Raises WrongTypeError; CheckCharacterError for a uscc that only its check character makes wrong.
    """
    if isinstance(declared, Mapping):
        if "one-of" in declared:
            if not isinstance(raw, str) or fold(raw) not in [fold(written(each)) for each in declared["one-of"]]:
                raise WrongTypeError
            return fold(raw)
        if "record" in declared:
            if not isinstance(raw, Mapping) or any(name not in raw for name in declared["record"]):
                raise WrongTypeError
            return {name: typed(raw[name], field) for name, field in declared["record"].items()}
        if not isinstance(raw, list | tuple):
            raise WrongTypeError
        return listed(typed(each, element_type(declared)) for each in raw)
    if declared == "boolean":
        if not isinstance(raw, bool):
            raise WrongTypeError
        return raw
    if declared == "integer":
        return int(_decimal(raw, 0))
    if declared == "number":
        return _decimal(raw, TEN_PLACES)
    if declared == "money":
        return _decimal(raw, TWO_PLACES)
    if not isinstance(raw, str) or len(raw) > LONGEST_TEXT:
        raise WrongTypeError
    return _text(raw if declared == "date" else fold(raw), declared)


def _text(text: str, declared: Declared) -> Value:
    if declared == "text":
        return text
    if declared == "date":
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            raise WrongTypeError
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise WrongTypeError from None
    text = text.upper()
    if declared == "resident-id" and not resident_id_is_right(text):
        raise WrongTypeError
    if declared == "phone" and not PHONE.fullmatch(text):
        raise WrongTypeError
    if declared == "uscc":
        if len(text) != 18 or any(each not in USCC_ALPHABET for each in text):
            raise WrongTypeError
        if uscc_check_character(text[:17]) != text[17]:
            raise CheckCharacterError
    return text


def policy_value(raw: Any, declared: Declared) -> Value:
    """A parameter's value, a default or a value of `none_means`: as facts, and `80%` and YAML's own dates too."""
    if isinstance(raw, date):
        raw = raw.isoformat()
    if isinstance(raw, list | tuple) and element_type(declared) is not None:
        return listed(policy_value(each, element_type(declared)) for each in raw)
    if isinstance(raw, Mapping) and (fields := record_fields(declared)) is not None:
        return {name: policy_value(raw[name], fields[name]) for name in raw}
    if isinstance(raw, str) and raw.endswith("%") and declared == "number":
        return Fraction(raw[:-1]) / 100
    if declared == "text" or (isinstance(declared, Mapping) and "one-of" in declared):
        raw = written(raw)
    return typed(raw, declared)


def rendered(value: Value, declared: Declared) -> Any:
    """A grant's value as JSON: money and numbers as text, money with two places at least."""
    if declared == "integer" or isinstance(value, bool):
        return value
    if declared in ("number", "money"):
        return render_number(Fraction(value), TWO_PLACES if declared == "money" else 0)
    if isinstance(value, date):
        return value.isoformat()
    if (element := element_type(declared)) is not None:
        return [rendered(each, element) for each in value.values]
    if (fields := record_fields(declared)) is not None:
        return {name: rendered(value[name], fields[name]) for name in fields}
    return value


def render_number(value: Fraction, least_places: int) -> str:
    digits = str(abs(value) * 10**TEN_PLACES).rjust(TEN_PLACES + 1, "0")
    whole, fraction = digits[:-TEN_PLACES], digits[-TEN_PLACES:].rstrip("0").ljust(least_places, "0")
    return ("-" if value < 0 else "") + whole + ("." + fraction if fraction else "")
