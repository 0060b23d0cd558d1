"""What the arguments of a built-in function must be, and the type of its call; `functions` has the functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from engine.language import numbers, texts
from engine.language.types import (
    BOOLEAN,
    INTEGER,
    NUMBER,
    NUMERIC,
    TEXT,
    TEXTUAL,
    Boolean,
    Date,
    Faulty,
    Integer,
    ListType,
    Money,
    Number,
    OneOf,
    ResidentId,
    Text,
    Type,
)

MOST_DIGITS = 6
"""The most places `round`, `floor` and `ceiling` keep."""
LEVELS = {"province": 2, "city": 4, "district": 6}
"""How many digits of an administrative code name the region of each level (GB/T 2260)."""


@dataclass(frozen=True, slots=True)
class Argument:
    """What is known of an argument before anything runs.

    `literal`: its value if it is a literal (`80%` is 0.8), a tuple of values if it is a list of literals, else None.
    `parameter`: it is the name of a declared parameter.
    """

    type: Type
    literal: Any = None
    parameter: bool = False


Arguments: TypeAlias = Sequence[Argument]
TypeRule: TypeAlias = Callable[[Arguments], Type]


# Not frozen: an exception is given its traceback while it is raised.
@dataclass(slots=True, eq=False)
class Misuse(Exception):
    """A faulty call. `index`: which argument, None for the call itself; `code` is a key of `faults.MESSAGES`."""

    code: str
    index: int | None
    params: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kind:
    """Types an argument may have; `expected` names them as a policy writer would."""

    expected: str
    types: tuple[type[Type], ...]
    listed: bool = False

    def demand(self, argument: Argument, index: int) -> None:
        """Raises `Misuse` unless the argument is of this kind."""
        found: Type | None = argument.type
        if self.listed:
            found = found.element if isinstance(found, ListType) else None
        if not isinstance(found, (*self.types, Faulty)):
            raise Misuse("expected-type", index, {"expected": self.expected, "found": str(argument.type)})


AN_INTEGER = Kind("integer", (Integer,))
A_NUMERIC = Kind("number | money", NUMERIC)
A_NUMBER = Kind("number", (Integer, Number))
A_DATE = Kind("date", (Date,))
A_TEXT = Kind("text", TEXTUAL)
A_WRITTEN_TEXT = Kind("text", (Text, OneOf))  # an identifier is no name, and does not tell where anybody lives
A_RESIDENT_ID = Kind("resident-id", (ResidentId,))
ANY_LIST = Kind("list", (Type,), listed=True)
BOOLEANS = Kind("list of boolean", (Boolean,), listed=True)
NUMERICS = Kind("list of number | money", NUMERIC, listed=True)
NUMBERS = Kind("list of number", (Integer, Number), listed=True)
AMOUNTS = Kind("list of money", (Money,), listed=True)
DATES = Kind("list of date", (Date,), listed=True)
ORDERED = Kind("list of number | money | date", (*NUMERIC, Date), listed=True)
COMPARABLES = Kind("list of anything but records", (Boolean, Date, *NUMERIC, *TEXTUAL), listed=True)


def type_rule(signature: str, kinds: Sequence[Kind], optional: int, result: Type | TypeRule) -> TypeRule:
    """The type of a call whose arguments are of these kinds; the last `optional` of them may be left out.

    `result` is that type, or gives it once the kinds are right. The rule raises `Misuse`.
    """

    def rule(arguments: Arguments) -> Type:
        if not len(kinds) - optional <= len(arguments) <= len(kinds):
            raise Misuse("arguments", None, {"signature": signature})
        for index, (argument, kind) in enumerate(zip(arguments, kinds, strict=False)):
            kind.demand(argument, index)
        return result if isinstance(result, Type) else result(arguments)

    return rule


def of_element(arguments: Arguments) -> Type:
    """The type of the elements of the first argument, a list."""
    found = arguments[0].type
    assert isinstance(found, ListType)
    return found.element


def literal_digits(arguments: Arguments) -> int:
    """The digits of `round` and its like: a literal, 0 unless written."""
    if len(arguments) < 2:
        return 0
    digits = arguments[1].literal
    if type(digits) is not int or not 0 <= digits <= MOST_DIGITS:
        raise Misuse("digits-literal", 1, {"most": str(MOST_DIGITS)})
    return digits


def rounded(arguments: Arguments) -> Type:
    digits, found = literal_digits(arguments), arguments[0].type
    if isinstance(found, Money):
        return Money(whole_fen=digits <= 2 or found.whole_fen)
    return INTEGER if digits == 0 else NUMBER


def matched(arguments: Arguments) -> Type:
    pattern = arguments[1].literal
    if not isinstance(pattern, str):
        raise Misuse("pattern-literal", 1)
    try:
        texts.compile_pattern(pattern)
    except texts.PatternError as refused:
        raise Misuse("pattern", 1, {"reason": str(refused)}) from None
    return BOOLEAN


def of_level(arguments: Arguments) -> Type:
    if arguments[1].literal not in LEVELS:
        raise Misuse("level-literal", 1)
    return TEXT


def banded(arguments: Arguments) -> Type:
    x, bounds, rates = arguments
    money = isinstance(x.type, Money)
    # Literal bounds may stand for money; a parameter of numbers may not.
    (AMOUNTS if money and bounds.literal is None else NUMBERS).demand(bounds, 1)
    for index, each in ((1, bounds), (2, rates)):
        if each.literal is None and not each.parameter:
            raise Misuse("bands-literal", index)
    if bounds.literal is not None:
        if not numbers.ascending(bounds.literal):
            raise Misuse("bands-order", 1)
        if rates.literal is not None and len(bounds.literal) != len(rates.literal):
            raise Misuse("bands-length", 2)
    return Money(whole_fen=False) if money else NUMBER


def drawn(arguments: Arguments) -> Type:
    percent = arguments[0]
    if percent.parameter or (percent.literal is not None and 0 <= percent.literal <= 100):
        return BOOLEAN
    raise Misuse("draw-percent", 0)
