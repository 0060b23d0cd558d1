"""Lists with unknowns at run time: quantifiers, filters, possible members, and counts that lie between two bounds.

Unknown is None. Meaning: docs/meaning.md, "Filters, possible members, counts".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product
from typing import Any, NamedTuple

Test = Callable[[Any], "bool | None"]
MOST_COMBINATIONS = 10_000
"""Combinations of bounded counts that one comparison tries; beyond, it is unknown."""


class Possible(NamedTuple):
    """A filtered list of which some members are not sure: their test was unknown. Pairs of element and certainty."""

    members: tuple[tuple[Any, bool], ...]


class Bounds(NamedTuple):
    """How many there are, when it is not sure: from `low` to `high`, low < high."""

    low: int
    high: int


def _members(items: tuple[Any, ...] | Possible) -> Iterable[tuple[Any, bool]]:
    return items.members if isinstance(items, Possible) else ((element, True) for element in items)


def some(items: tuple[Any, ...] | Possible | None, test: Test) -> bool | None:
    """Kleene `or` over the members; a possible member counts as unknown where its test is true."""
    if items is None:
        return None
    result: bool | None = False
    if isinstance(items, Possible):
        for element, sure in items.members:
            outcome = test(element)
            if outcome and sure:
                return True
            if outcome is not False:
                result = None
        return result
    for element in items:
        outcome = test(element)
        if outcome:
            return True
        if outcome is None:
            result = None
    return result


def every(items: tuple[Any, ...] | Possible | None, test: Test) -> bool | None:
    """Kleene `and` over the members; a possible member counts as unknown where its test is false."""
    if items is None:
        return None
    result: bool | None = True
    for element, sure in _members(items):
        outcome = test(element)
        if outcome is False and sure:
            return False
        if outcome is not True:
            result = None
    return result


def no(items: tuple[Any, ...] | Possible | None, test: Test) -> bool | None:
    found = some(items, test)
    return None if found is None else not found


def keep(items: tuple[Any, ...] | Possible | None, test: Test) -> tuple[Any, ...] | Possible | None:
    """The filter `items[test]`."""
    if items is None:
        return None
    kept: list[tuple[Any, bool]] = []
    for element, sure in _members(items):
        outcome = test(element)
        if outcome is not False:
            kept.append((element, sure and outcome is True))
    if all(sure for _, sure in kept):
        return tuple(element for element, _ in kept)
    return Possible(tuple(kept))


def project(items: tuple[Any, ...] | Possible | None, field: str) -> tuple[Any, ...] | Possible | None:
    """`items.field`; the field of an unknown record is unknown."""
    if items is None:
        return None
    if isinstance(items, Possible):
        return Possible(tuple((None if each is None else each[field], sure) for each, sure in items.members))
    return tuple(None if each is None else each[field] for each in items)


def count(items: tuple[Any, ...] | Possible | None) -> int | Bounds | None:
    if items is None:
        return None
    if isinstance(items, Possible):
        return Bounds(sum(sure for _, sure in items.members), len(items.members))
    return len(items)


def ordinary(items: Any) -> Any:
    """A list for anything that cannot have possible members: unknown if it has some."""
    return None if isinstance(items, Possible) else items


def exact(number: Any) -> Any:
    """A count for anything that needs one number: unknown between bounds."""
    return None if isinstance(number, Bounds) else number


def over_bounds(test: Callable[..., bool | None], *counts: Any) -> bool | None:
    """What `test` answers for every number between the bounds, if that is one answer."""
    ranges = [range(each.low, each.high + 1) if isinstance(each, Bounds) else (each,) for each in counts]
    combinations = 1
    for each in ranges:
        combinations *= len(each)
    if combinations > MOST_COMBINATIONS:
        return None
    answers = {test(*numbers) for numbers in product(*ranges)}
    return answers.pop() if len(answers) == 1 else None


def equal(left: Any, right: Any) -> bool | None:
    """Kleene equality of two values that may be lists."""
    if left is None or right is None:
        return None
    if not isinstance(left, tuple):
        return bool(left == right)
    if len(left) != len(right):
        return False
    result: bool | None = True
    for pair in zip(left, right, strict=True):
        same = equal(*pair)
        if same is False:
            return False
        if same is None:
            result = None
    return result


def among(value: Any, items: tuple[Any, ...] | None) -> bool | None:
    """`value in items`: true as soon as a known element equals; false only if all are known and differ."""
    if items is None:
        return None
    result: bool | None = False
    for element in items:
        same = equal(value, element)
        if same:
            return True
        if same is None:
            result = None
    return result


def pick(test: bool | None, then: Any, otherwise: Any) -> Any:
    """`if`: with an unknown test, what both branches agree on."""
    if test is not None:
        return then if test else otherwise
    if isinstance(then, (Possible, Bounds)) or isinstance(otherwise, (Possible, Bounds)):
        return None
    return then if equal(then, otherwise) else None
