"""Which types go together: the result of arithmetic, and what may be compared."""

from __future__ import annotations

from engine.language.types import (
    IDENTIFIERS,
    INTEGER,
    NUMBER,
    NUMERIC,
    Boolean,
    HolderNumber,
    Integer,
    ListType,
    Money,
    OneOf,
    Phone,
    Record,
    Type,
    assignable,
)

UNORDERED = (Boolean, OneOf, ListType, Record, *IDENTIFIERS, Phone)
"""These know `=` and `!=` only."""


def arithmetic_type(operator: str, left: Type, right: Type) -> Type | None:
    """The type of the result by `docs/rule-language.md`, Numbers; None where the two do not go together."""
    if not isinstance(left, NUMERIC) or not isinstance(right, NUMERIC):
        return None
    match left, right, operator:
        case Money(), Money(), "+" | "-":
            return Money(left.whole_fen and right.whole_fen)
        case Money(), Money(), "/":
            return NUMBER
        case (Money(), Money(), _) | (Money(), _, "+" | "-") | (_, Money(), "+" | "-" | "/"):
            return None
        case Money(), _, _:
            return Money(operator == "*" and left.whole_fen and isinstance(right, Integer))
        case _, Money(), _:
            return Money(right.whole_fen and isinstance(left, Integer))
    return INTEGER if isinstance(left, Integer) and isinstance(right, Integer) and operator != "/" else NUMBER


def comparable(left: Type, right: Type) -> bool:
    """Whether values of the two may be asked to be equal."""
    if isinstance(left, ListType) and isinstance(right, ListType):
        return comparable(left.element, right.element)
    if isinstance(left, Record) or isinstance(right, Record):
        return False
    if isinstance(left, OneOf) and isinstance(right, OneOf):
        return bool(set(left.values) & set(right.values))
    if isinstance(left, IDENTIFIERS) and isinstance(right, IDENTIFIERS):
        return type(left) is type(right) or HolderNumber in (type(left), type(right))
    if isinstance(left, Money) or isinstance(right, Money):
        return isinstance(left, Money) and isinstance(right, Money)
    return assignable(left, right) or assignable(right, left)
