"""Hit policies of decision tables, by trying every way in which the rows that may match could turn out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import chain, combinations
from typing import Any

from tests.oracle.values import Truth, Value, equal, known_throughout, listed, number

Match = tuple[Truth, Value]
"""Whether a row matches (it is not False), and the row's output."""

TRY_ALL = 8
"""Of more rows that may match, two at a time are tried: no policy looks at more than two rows to differ."""


def result(hit: str, aggregate: str | None, rows: list[Match], default: list[Value], order: list[str]) -> Value:
    """One output of a table.

    `rows` in file order, `default` empty or with one value, `order` the values of a one-of output.
    """
    candidates = [(truth, output) for truth, output in rows if truth is not False]
    uncertain = [place for place, (truth, _) in enumerate(candidates) if truth is None]
    if uncertain and unknown_by_decree(hit, aggregate, candidates, default):
        return None
    answers = []
    for matching in completions(uncertain):
        hits = [output for place, (truth, output) in enumerate(candidates) if truth or place in matching]
        answers.append(concluded(hit, aggregate, hits, default, order))
    if len(answers) == 1:
        return answers[0]
    return answers[0] if all(equal(answers[0], answer) for answer in answers) else None


def unknown_by_decree(hit: str, aggregate: str | None, candidates: Sequence[Match], default: list[Value]) -> bool:
    """Where rows may match and the meaning is unknown although every way out may give the same: a default that is what
    the uncertain rows would give."""
    if hit in ("rule-order", "output-order"):
        return True
    if hit == "collect" and aggregate == "sum":
        return all(truth is None for truth, _ in candidates) and bool(default) and default[0] != 0
    return hit == "collect" and aggregate in (None, "count")


def completions(uncertain: list[int]) -> Iterator[tuple[int, ...]]:
    sizes = range(len(uncertain) + 1 if len(uncertain) <= TRY_ALL else 3)
    return chain.from_iterable(combinations(uncertain, size) for size in sizes)


def concluded(hit: str, aggregate: str | None, hits: list[Value], default: list[Value], order: list[str]) -> Value:
    """What the policy makes of the rows that match, when it is settled which do."""
    if not hits:
        return without_a_row(hit, aggregate, default)
    if hit == "unique":
        return hits[0] if len(hits) == 1 else None
    if hit == "any":
        return hits[0] if all(equal(hits[0], output) for output in hits) else None
    if hit == "first":
        return hits[0]
    if hit == "priority":
        return highest(hits, order)
    if hit == "rule-order":
        return listed(hits)
    if hit == "output-order":
        return listed(sorted(hits, key=order.index)) if None not in hits else None
    return collected(aggregate, hits)


def highest(outputs: list[Value], order: list[str]) -> Value:
    known = [output for output in outputs if output is not None]
    if not known:
        return None
    best = min(known, key=order.index)
    return best if len(known) == len(outputs) or order.index(best) == 0 else None


def collected(aggregate: str | None, outputs: list[Value]) -> Value:
    if aggregate is None:
        return listed(outputs)
    if aggregate == "count":
        return len(outputs)
    if not all(known_throughout(output) for output in outputs):
        return None
    if aggregate == "sum":
        return number(sum(outputs, start=Fraction(0)))
    return min(outputs) if aggregate == "min" else max(outputs)


def without_a_row(hit: str, aggregate: str | None, default: list[Any]) -> Value:
    if default:
        is_list = hit in ("rule-order", "output-order") or (hit == "collect" and aggregate is None)
        return listed(default) if is_list else default[0]
    return 0 if aggregate in ("sum", "count") else None
