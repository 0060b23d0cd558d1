"""Typed values as JSON has them, in receipts, cases and forms: numbers and money as decimal strings, days as ISO 8601."""

from __future__ import annotations

from datetime import date
from typing import Any

from engine.language.numbers import render
from engine.language.types import ListType, Money, Number, Record, Type


def as_json(value: Any, type_: Type) -> Any:
    """A value of the type, JSON-ready; null where it, or a part of it, is unknown."""
    if value is None:
        return None
    match type_:
        case Number() | Money():
            return render(value, isinstance(type_, Money))
        case ListType():
            return [as_json(each, type_.element) for each in value]
        case Record():
            return {name: as_json(value[name], field) for name, field in type_.fields}
    return value.isoformat() if isinstance(value, date) else value
