"""Values of the oracle: unknown, lists with possible members, bounds of counts, Kleene logic, equality, rounding.

Unknown is None. Numbers are int or Fraction, texts str (folded), dates date, records dict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

Value = Any
Truth = bool | None

LARGEST = 10**15
"""No number reaches it: at most 15 digits before the point."""


@dataclass(frozen=True)
class Listed:
    """A list. `sure[i]` is false for a possible member: one that a filter could neither keep nor drop."""

    values: tuple[Value, ...]
    sure: tuple[bool, ...]

    @property
    def ordinary(self) -> bool:
        return all(self.sure)


@dataclass(frozen=True)
class Bounds:
    """The count of a list with possible members: from `low` to `high`, both included."""

    low: int
    high: int


def listed(values: Iterable[Value]) -> Listed:
    """An ordinary list."""
    members = tuple(values)
    return Listed(members, (True,) * len(members))


def count(items: Listed) -> int | Bounds:
    low, high = sum(items.sure), len(items.sure)
    return low if low == high else Bounds(low, high)


def settled(value: Value) -> Value:
    """The value as everything reads it that knows neither bounds nor possible members: those are unknown."""
    if isinstance(value, Bounds) or (isinstance(value, Listed) and not value.ordinary):
        return None
    return value


def known_throughout(value: Value) -> bool:
    """Known itself, and so is every element and every field of an element."""
    if isinstance(value, Listed):
        return value.ordinary and all(known_throughout(element) for element in value.values)
    if isinstance(value, dict):
        return all(known_throughout(field) for field in value.values())
    return value is not None and not isinstance(value, Bounds)


def negation(truth: Truth) -> Truth:
    return None if truth is None else not truth


def conjunction(truths: Iterable[Truth]) -> Truth:
    seen = list(truths)
    if any(truth is False for truth in seen):
        return False
    return None if any(truth is None for truth in seen) else True


def disjunction(truths: Iterable[Truth]) -> Truth:
    return negation(conjunction([negation(truth) for truth in truths]))


def equal(left: Value, right: Value) -> Truth:
    """Kleene equality; lists element by element, records never compared."""
    left, right = settled(left), settled(right)
    if left is None or right is None or isinstance(left, dict) or isinstance(right, dict):
        return None
    if isinstance(left, Listed):
        if len(left.values) != len(right.values):
            return False
        return conjunction([equal(*pair) for pair in zip(left.values, right.values, strict=True)])
    return bool(left == right)


def compare(operator: str, left: Value, right: Value) -> Truth:
    if operator == "=":
        return equal(left, right)
    if operator == "!=":
        return negation(equal(left, right))
    if left is None or right is None:
        return None
    if operator == "<":
        return bool(left < right)
    if operator == "<=":
        return bool(left <= right)
    if operator == ">":
        return bool(left > right)
    assert operator == ">=", operator
    return bool(left >= right)


def within(value: Value, low: Value, high: Value, low_included: bool = True, high_included: bool = True) -> Truth:
    return conjunction(
        [compare(">=" if low_included else ">", value, low), compare("<=" if high_included else "<", value, high)]
    )


def member(value: Value, items: Value) -> Truth:
    """`value in items` for a list."""
    items = settled(items)
    if items is None:
        return None
    return disjunction([equal(value, element) for element in items.values])


def for_every_count(values: list[Value], comparison: Callable[[list[Value]], Truth]) -> Truth:
    """A comparison that may read counts in bounds: known if every integer between the bounds gives the same answer."""
    choices = [range(value.low, value.high + 1) if isinstance(value, Bounds) else [value] for value in values]
    answers = {comparison(list(choice)) for choice in product(*choices)}
    return answers.pop() if len(answers) == 1 else None


def half_away(value: Fraction, places: int) -> Fraction:
    """Rounded half-up, away from zero."""
    scaled = abs(value) * 10**places
    whole = scaled.numerator // scaled.denominator
    if scaled - whole >= Fraction(1, 2):
        whole += 1
    return Fraction(-whole if value < 0 else whole, 10**places)


def number(exact: int | Fraction) -> int | Fraction | None:
    """The result of one operation: rounded to 10 places; unknown if it has more than 15 digits before the point."""
    result = half_away(Fraction(exact), 10)
    if abs(result) >= LARGEST:
        return None
    return int(result) if result.denominator == 1 else result
