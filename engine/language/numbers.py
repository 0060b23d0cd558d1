"""Exact decimal arithmetic of the language: every operation rounds its exact result half away from zero to 10 places.

Numbers are `int` or `decimal.Decimal` with at most 15 digits before the point and 10 after; all operands here are known
and `fits` holds for them. Nothing depends on the thread's decimal context. See `docs/meaning.md`, "Values".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from itertools import pairwise
from typing import TypeAlias

Numeric: TypeAlias = int | Decimal
Diagnose: TypeAlias = Callable[[str], None]
"""Called with the code of what made a value unknown, such as `overflow`."""

WHOLE_DIGITS = 15
PLACES = 10

_LIMIT: int = 10**WHOLE_DIGITS
_HIGH, _LOW = Decimal(_LIMIT), Decimal(-_LIMIT)
_UNITS = tuple(Decimal((0, (1,), -places)) for places in range(PLACES + 1))
_LAST = _UNITS[PLACES]
# Sums and products have 50 digits at most. A quotient may never end, but one that is no tie at its 10th place differs
# from a tie within 60 digits, so that rounding it there and again to 10 places is rounding once.
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP, traps=[])
_WRITTEN = re.compile(rf"-?[0-9]{{1,{WHOLE_DIGITS}}}(\.[0-9]{{1,{PLACES}}})?")


def _within(diagnose: Diagnose, result: Decimal) -> Decimal | None:
    if _LOW < result < _HIGH:
        return result
    diagnose("overflow")
    return None


def _whole(diagnose: Diagnose, result: int) -> int | None:
    if -_LIMIT < result < _LIMIT:
        return result
    diagnose("overflow")
    return None


def add(diagnose: Diagnose, a: Numeric, b: Numeric) -> Numeric | None:
    """a + b; an int of two ints; unknown with `overflow`."""
    if type(a) is int and type(b) is int:
        return _whole(diagnose, a + b)
    return _within(diagnose, _EXACT.add(a, b))  # never more places than its operands


def subtract(diagnose: Diagnose, a: Numeric, b: Numeric) -> Numeric | None:
    """a - b; an int of two ints; unknown with `overflow`."""
    if type(a) is int and type(b) is int:
        return _whole(diagnose, a - b)
    return _within(diagnose, _EXACT.subtract(a, b))


def multiply(diagnose: Diagnose, a: Numeric, b: Numeric) -> Numeric | None:
    """a × b; an int of two ints; unknown with `overflow`."""
    if type(a) is int and type(b) is int:
        return _whole(diagnose, a * b)
    return _within(diagnose, _EXACT.quantize(_EXACT.multiply(a, b), _LAST))


def divide(diagnose: Diagnose, a: Numeric, b: Numeric) -> Decimal | None:
    """a ÷ b, never an int; unknown with `division-by-zero` or `overflow`."""
    if b == 0:
        diagnose("division-by-zero")
        return None
    return _within(diagnose, _EXACT.quantize(_EXACT.divide(a, b), _LAST))


def negate(x: Numeric) -> Numeric:
    """-x, which always fits."""
    return -x if type(x) is int else _EXACT.minus(x)


def _rounded(diagnose: Diagnose, x: Numeric, digits: int, integer_result: bool, rounding: str) -> Numeric | None:
    if type(x) is int:
        return x
    result = _within(diagnose, Decimal(x).quantize(_UNITS[digits], rounding, _EXACT))
    return int(result) if integer_result and result is not None else result


def round_to(diagnose: Diagnose, x: Numeric, digits: int, integer_result: bool) -> Numeric | None:
    """x to `digits` places (0 to 10), ties away from zero; an int if `integer_result`; unknown with `overflow`."""
    return _rounded(diagnose, x, digits, integer_result, ROUND_HALF_UP)


def floor_to(diagnose: Diagnose, x: Numeric, digits: int, integer_result: bool) -> Numeric | None:
    """As `round_to`, towards minus infinity."""
    return _rounded(diagnose, x, digits, integer_result, ROUND_FLOOR)


def ceiling_to(diagnose: Diagnose, x: Numeric, digits: int, integer_result: bool) -> Numeric | None:
    """As `round_to`, towards plus infinity."""
    return _rounded(diagnose, x, digits, integer_result, ROUND_CEILING)


def total(diagnose: Diagnose, items: Sequence[Numeric | None]) -> Numeric | None:
    """The sum, 0 of nothing; one operation, so only the result may be too large: unknown with `overflow`.

    Unknown if an element is unknown.
    """
    whole, rest = 0, Decimal(0)
    for item in items:
        if item is None:
            return None
        if type(item) is int:
            whole += item
        else:
            rest = _EXACT.add(rest, item)  # 60 digits hold more elements than any list has
    if all(type(item) is int for item in items):
        return _whole(diagnose, whole)
    return _within(diagnose, _EXACT.add(rest, Decimal(whole)))


def by_bands(
    diagnose: Diagnose, x: Numeric, bounds: Sequence[Numeric | None], rates: Sequence[Numeric | None]
) -> Numeric | None:
    """The part of x in each band times the band's rate, added up; 0 below the first bound.

    `bounds` are where the bands start; the last band has no end. Unknown with `bands` unless there are as many rates as
    bounds, at least one, and the bounds ascend; with `overflow` as in any operation.
    """
    starts, shares = [bound for bound in bounds if bound is not None], [rate for rate in rates if rate is not None]
    if len(starts) < len(bounds) or len(shares) < len(rates):
        return None
    if not len(starts) == len(shares) > 0 or not ascending(starts):
        diagnose("bands")
        return None
    result: Numeric = 0
    ends: list[Numeric] = [*starts[1:], x]
    for start, end, rate in zip(starts, ends, shares, strict=True):
        if x <= start:
            break
        part = subtract(diagnose, min(x, end), start)
        product = None if part is None else multiply(diagnose, part, rate)
        sum_ = None if product is None else add(diagnose, result, product)
        if sum_ is None:
            return None
        result = sum_
    return result


def ascending(bounds: Sequence[Numeric]) -> bool:
    """Whether each is greater than the one before it."""
    return all(a < b for a, b in pairwise(bounds))


def parse_number(text: str) -> Numeric | None:
    """A written number: ASCII digits with an optional sign and fraction, no exponent. An int where no point is written.

    None if it is written otherwise, or with more than 15 digits before or 10 after the point.
    """
    if not _WRITTEN.fullmatch(text):
        return None
    return Decimal(text) if "." in text else int(text)


def fits(value: Numeric) -> bool:
    """Whether a value from outside is one of the language's: finite, within 15 digits before the point and 10 after."""
    if isinstance(value, int):
        return -_LIMIT < value < _LIMIT
    if not value.is_finite() or not _LOW < value < _HIGH:
        return False
    return value == _EXACT.quantize(value, _LAST)


def render(value: Numeric, money: bool) -> str:
    """The canonical text: no exponent, no trailing zeros, no -0. Money has at least two places, more only if needed."""
    text = str(value) if isinstance(value, int) else format(value, "f")
    whole, _, fraction = text.partition(".")
    fraction = fraction.rstrip("0")
    if money:
        fraction = fraction.ljust(2, "0")
    text = f"{whole}.{fraction}" if fraction else whole
    return text.removeprefix("-") if value == 0 else text
