"""Values of a receipt's JSON as an approver reads them, by their declared type."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.decision.wording import in_words
from engine.language.types import Boolean, Date, Integer, ListType, Money, Number, OneOf, Record, Type
from service.cases.wording import field_label
from service.problems import Language
from service.web.page import said

_NONE = {"zh": "无", "en": "none"}
_UNKNOWN = {"zh": "未知", "en": "unknown"}
_BETWEEN = {"zh": "、", "en": ", "}
_PAIR = {"zh": "：", "en": ": "}


def value_in_words(value: Any, type_: Type | None, lang: Language) -> str:
    """What is not of its type is shown as it came."""
    if value is None:
        return _UNKNOWN[lang]
    if isinstance(value, list):
        element = type_.element if isinstance(type_, ListType) else None
        return _BETWEEN[lang].join(value_in_words(each, element, lang) for each in value) or _NONE[lang]
    if isinstance(value, Mapping):
        types = dict(type_.fields) if isinstance(type_, Record) else {}
        parts = (f"{said(field_label(name), lang)}{_PAIR[lang]}{value_in_words(each, types.get(name), lang)}"
                 for name, each in value.items())  # fmt: skip
        return "，".join(parts) if lang == "zh" else ", ".join(parts)
    if isinstance(type_, OneOf):
        return said(str(value), lang)
    typed = _typed(value, type_)
    return str(value) if typed is None or type_ is None else in_words(typed, type_, lang)


def _typed(value: Any, type_: Type | None) -> Any:
    try:
        match type_:
            case Money() | Number() | Integer():
                return Decimal(str(value))
            case Date():
                return date.fromisoformat(value)
            case Boolean() | None:
                return value if isinstance(value, bool) else None
    except (InvalidOperation, TypeError, ValueError):
        return None
    return None


def truth_in_words(value: bool, lang: Language) -> str:
    return in_words(value, Boolean(), lang)
