"""Two texts beside each other, line by line: what differs, with a little around it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

_AROUND = 3
_ALIKE = 0.4
"""From this likeness on, two lines are one that was changed, and what differs inside it is marked."""
_LONGEST_MARKED = 2_000  # characters of a line that is looked into

Part = tuple[str, bool]
"""A piece of a line, and whether it differs."""


@dataclass(frozen=True, slots=True)
class Side:
    number: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """`kind`: same, changed, added, removed; gap for lines left out between, which are `skipped` many."""

    kind: Literal["same", "changed", "added", "removed", "gap"]
    old: Side | None = None
    new: Side | None = None
    skipped: int = 0


def side_by_side(old: str, new: str) -> list[Line]:
    """Empty where nothing differs."""
    before, after = old.splitlines(), new.splitlines()
    groups = list(difflib.SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(_AROUND))
    found: list[Line] = []
    last = 0
    for group in groups:
        if group[0][1] > last:
            found.append(Line("gap", skipped=group[0][1] - last))
        for tag, start, end, first, past in group:
            if tag == "equal":
                there = zip(range(start, end), range(first, past), strict=True)
                found += [Line("same", _plain(one, before[one]), _plain(other, after[other])) for one, other in there]
            else:
                found += _changed(before[start:end], after[first:past], start, first)
        last = group[-1][2]
    if found and last < len(before):
        found.append(Line("gap", skipped=len(before) - last))
    return found


def _plain(index: int, text: str) -> Side:
    return Side(index + 1, ((text, False),))


def _changed(old: Sequence[str], new: Sequence[str], start: int, first: int) -> Iterator[Line]:
    """Pairs those that are alike, in order; the others stand alone."""
    taken = 0
    for index, line in enumerate(old):
        match = next((n for n in range(taken, len(new)) if _alike(line, new[n])), None)
        if match is None:
            yield Line("removed", _plain(start + index, line))
            continue
        yield from (Line("added", new=_plain(first + n, new[n])) for n in range(taken, match))
        left, right = _marked(line, new[match])
        yield Line("changed", Side(start + index + 1, left), Side(first + match + 1, right))
        taken = match + 1
    yield from (Line("added", new=_plain(first + n, new[n])) for n in range(taken, len(new)))


def _alike(one: str, other: str) -> bool:
    if max(len(one), len(other)) > _LONGEST_MARKED:
        return False
    matcher = difflib.SequenceMatcher(None, one.strip(), other.strip(), autojunk=False)
    return matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE


def _marked(old: str, new: str) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    left: list[Part] = []
    right: list[Part] = []
    for tag, start, end, first, past in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if start < end:
            left.append((old[start:end], tag != "equal"))
        if first < past:
            right.append((new[first:past], tag != "equal"))
    return tuple(left), tuple(right)
