"""The values an input of a decision table can have, cut where its cells cut them: within a region no cell differs.

Every ordered type is a scale of whole steps (one, a day, a fen, the tenth decimal place), so that a gap between two
cells is seen exactly: between 79 and 80 there is no integer, but there are numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from math import ceil, floor
from typing import Any

from engine.language import tree
from engine.language.texts import fold
from engine.language.types import IDENTIFIERS, Boolean, Date, Integer, Money, Number, OneOf, Phone, Text, Type

Span = tuple[int, int]
"""First and last step."""

_LARGEST = 10**15  # no number has more digits before its point: docs/rule-language.md, Numbers
_PLACES = 10


@dataclass(frozen=True, slots=True)
class Region:
    """`rows` has bit n set if row n's cell takes these values. `text` is how a cell would name them, `witness` one of them.

    `inner`: within what the cells name, rather than beyond it; only there is a gap a hole (`docs/meaning.md`).
    """

    rows: int
    inner: bool
    text: str
    witness: str


def is_seen(type_: Type, cell: tree.Cell) -> bool:
    """Whether what the cell takes can be told without any facts: it names literals alone, and values, if text."""
    ordered = _scale(type_) is not None
    if not ordered and not isinstance(type_, (Boolean, OneOf, Text, Phone, *IDENTIFIERS)):
        return False
    return all(
        all(isinstance(each, tree.Literal) for each in _operands(test)) and (ordered or test.operator in ("=", "!="))
        for test in cell.tests
    )


def regions(type_: Type, cells: Sequence[tree.Cell]) -> list[Region]:
    """All values of the type, ascending or as declared. Every cell must be seen."""
    scale = _scale(type_)
    return _spans_cut(scale, cells) if scale else _values_cut(type_, cells)


def _operands(test: tree.Test) -> tuple[tree.Node, ...]:
    return (test.operand.low, test.operand.high) if isinstance(test.operand, tree.Range) else (test.operand,)


# Ordered types


@dataclass(frozen=True, slots=True)
class _Scale:
    """`unit`: steps from one whole value to the next. `first` and `last` are the steps that values can have."""

    unit: int
    first: int
    last: int
    write: Callable[[int], str]

    def step(self, value: Any) -> Fraction:
        """Where a literal stands; between two steps where no value of the type equals it."""
        return Fraction(value.toordinal()) if isinstance(value, date) else Fraction(value) * self.unit


def _scale(type_: Type) -> _Scale | None:
    match type_:
        case Integer():
            return _numeric_scale(0)
        case Money(whole_fen=True):
            return _numeric_scale(2)
        case Number() | Money():
            return _numeric_scale(_PLACES)
        case Date():
            return _Scale(1, 1, date.max.toordinal(), lambda step: f'date("{date.fromordinal(step)}")')
    return None


def _numeric_scale(places: int) -> _Scale:
    unit = 10**places

    def write(step: int) -> str:
        written = format(Decimal(step).scaleb(-places), "f")
        return written.rstrip("0").rstrip(".") if "." in written else written

    return _Scale(unit, 1 - _LARGEST * unit, _LARGEST * unit - 1, write)


def _spans_cut(scale: _Scale, cells: Sequence[tree.Cell]) -> list[Region]:
    spans = [_spans(scale, cell) for cell in cells]
    ends = scale.last + 1
    starts = sorted({scale.first, ends, *(bound for each in spans for low, high in each for bound in (low, high + 1))})
    place = {start: index for index, start in enumerate(starts)}
    turns = [0] * len(starts)  # the rows that begin or cease to match at each start
    for row, each in enumerate(spans):
        for low, high in each:
            turns[place[low]] ^= 1 << row
            turns[place[high + 1]] ^= 1 << row
    named = _named(cells)
    cut: list[tuple[int, bool, Span]] = []
    rows = 0
    for start, after, turn in zip(starts, starts[1:], turns, strict=False):
        rows ^= turn
        outer = len(starts) > 2 and (start == scale.first or after == ends)
        cut.append((rows, not outer or bool(rows & named), (start, after - 1)))
    return [
        Region(rows, inner, _span_text(scale, span), _span_witness(scale, span))
        for (rows, inner), alike in groupby(cut, key=lambda each: each[:2])
        for span in [_joined([span for _, _, span in alike])]
    ]


def _joined(spans: Sequence[Span]) -> Span:
    return spans[0][0], spans[-1][1]


def _named(cells: Sequence[tree.Cell]) -> int:
    """The rows whose cell says something: all but those with `-`."""
    return sum(1 << row for row, cell in enumerate(cells) if cell.tests)


def _spans(scale: _Scale, cell: tree.Cell) -> list[Span]:
    """What the cell takes: ascending, none touching the next."""
    if not cell.tests:
        return [(scale.first, scale.last)]
    taken = _union(span for test in cell.tests for span in _test_spans(scale, test))
    return list(_complement(scale, taken)) if cell.negated else taken


def _test_spans(scale: _Scale, test: tree.Test) -> Iterator[Span]:
    low, high = scale.first, scale.last
    steps = [scale.step(each.value) for each in _operands(test) if isinstance(each, tree.Literal)]
    first, last = steps[0], steps[-1]
    match test.operator:
        case "in":
            assert isinstance(test.operand, tree.Range)
            low = ceil(first) if test.operand.low_included else floor(first) + 1
            high = floor(last) if test.operand.high_included else ceil(last) - 1
        case "=":
            low, high = ceil(first), floor(first)
        case "!=":
            yield scale.first, ceil(first) - 1
            low = floor(first) + 1
        case "<":
            high = ceil(first) - 1
        case "<=":
            high = floor(first)
        case ">":
            low = floor(first) + 1
        case ">=":
            low = ceil(first)
    yield low, high


def _union(spans: Iterable[Span]) -> list[Span]:
    taken: list[Span] = []
    for low, high in sorted(span for span in spans if span[0] <= span[1]):
        if taken and low <= taken[-1][1] + 1:
            taken[-1] = (taken[-1][0], max(high, taken[-1][1]))
        else:
            taken.append((low, high))
    return taken


def _complement(scale: _Scale, taken: Sequence[Span]) -> Iterator[Span]:
    start = scale.first
    for low, high in taken:
        if start < low:
            yield start, low - 1
        start = high + 1
    if start <= scale.last:
        yield start, scale.last


def _span_text(scale: _Scale, span: Span) -> str:
    low, high = span
    if low == high:
        return scale.write(low)
    if span == (scale.first, scale.last):
        return "-"
    # The end of a gap between numbers is said by the number beside it: (79..80), not [79.0000000001..79.9999999999].
    first, last = scale.write(low), scale.write(high)
    after = scale.write(low - 1) if low > scale.first else first
    before = scale.write(high + 1) if high < scale.last else last
    opens, closes = _places(after) < _places(first), _places(before) < _places(last)
    if low == scale.first:
        return f"< {before}" if closes else f"<= {last}"
    if high == scale.last:
        return f"> {after}" if opens else f">= {first}"
    return f"{f'({after}' if opens else f'[{first}'}..{f'{before})' if closes else f'{last}]'}"


def _places(written: str) -> int:
    return len(written.partition(".")[2])


def _span_witness(scale: _Scale, span: Span) -> str:
    """The roundest value near an end that a cell names."""
    low, high = span
    if span == (scale.first, scale.last):
        return "-"
    unit = scale.unit
    while unit > 1:
        step = high // unit * unit if low == scale.first else -(-low // unit) * unit
        if low <= step <= high:
            return scale.write(step)
        unit //= 10
    return scale.write(high if low == scale.first else low)


# Types whose values are only equal or not


def _values_cut(type_: Type, cells: Sequence[tree.Cell]) -> list[Region]:
    closed: tuple[Any, ...] = type_.values if isinstance(type_, OneOf) else (True, False) if isinstance(type_, Boolean) else ()
    mentioned = (_value(type_, each.value) for cell in cells for test in cell.tests for each in _operands(test)
                 if isinstance(each, tree.Literal))
    values = list(closed) or list(dict.fromkeys(mentioned))
    taken = dict.fromkeys(values, 0)
    others = 0  # the rows that take whatever is not mentioned
    for row, cell in enumerate(cells):
        takes_others, exceptions = _exceptions(type_, cell)
        others |= takes_others << row
        for value in exceptions:
            taken[value] ^= 1 << row
    together: dict[int, list[Any]] = {}
    for value in values:
        together.setdefault(taken[value] ^ others, []).append(value)
    found = [Region(rows, True, ", ".join(map(_written, alike)), _written(alike[0])) for rows, alike in together.items()]
    if not closed:
        text = f"not({', '.join(map(_written, values))})" if values else "-"
        found.append(Region(others, not values or bool(others & _named(cells)), text, text))
    return found


def _exceptions(type_: Type, cell: tree.Cell) -> tuple[bool, set[Any]]:
    """Whether the cell takes a value that it does not mention, and the values for which it is the other way round."""
    takes_others, exceptions = not cell.tests, set[Any]()
    for test in cell.tests:
        assert isinstance(test.operand, tree.Literal)
        value = {_value(type_, test.operand.value)}
        if test.operator == "=":
            exceptions = exceptions - value if takes_others else exceptions | value
        else:
            exceptions = exceptions & value if takes_others else value - exceptions
            takes_others = True
    return takes_others != cell.negated, exceptions


def _value(type_: Type, literal: Any) -> Any:
    folded = fold(literal) if isinstance(literal, str) else literal
    return folded.upper() if isinstance(type_, (Phone, *IDENTIFIERS)) else folded


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
