"""Hit policies of decision tables over rows that match, may match or do not. Meaning: docs/meaning.md, "Decision tables".

Every policy takes, row by row, the matches (True, None, False) and the outputs (None unknown), and the default.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from engine.decision.lists import equal
from engine.language.numbers import total

Matches = Sequence["bool | None"]
Diagnose = Callable[[str], None]
Policy = Callable[[Matches, Sequence[Any], Any, Diagnose], Any]


class _NoDefault:
    """No `default:` was written. Unknown (None) is what a written one may be."""


NO_DEFAULT = _NoDefault()


def evaluated(matches: Matches, outputs: Sequence[Callable[[], Any]]) -> list[Any]:
    """Outputs that are expressions, evaluated only where the row may match."""
    return [None if match is False else output() for match, output in zip(matches, outputs, strict=True)]


def _split(matches: Matches, outputs: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Outputs of the rows that match, and of those that may."""
    sure, maybe = [], []
    for match, output in zip(matches, outputs, strict=True):
        if match:
            sure.append(output)
        elif match is None:
            maybe.append(output)
    return sure, maybe


def _agreed(outputs: Sequence[Any]) -> Any:
    """What all outputs are, if they are all known and equal."""
    first = outputs[0]
    return first if first is not None and all(equal(first, each) for each in outputs) else None


def _without_hit(maybe: list[Any], default: Any, diagnose: Diagnose) -> Any:
    """No row matches surely: the default, if no row that may match would change it."""
    if default is NO_DEFAULT:
        if not maybe:
            diagnose("no-row")
        return None
    return _agreed([default, *maybe]) if maybe else default


def unique(matches: Matches, outputs: Sequence[Any], default: Any, diagnose: Diagnose) -> Any:
    sure, maybe = _split(matches, outputs)
    if len(sure) > 1:
        diagnose("several-rows")
        return None
    if sure:
        return None if maybe else sure[0]
    return None if len(maybe) > 1 else _without_hit(maybe, default, diagnose)


def any_(matches: Matches, outputs: Sequence[Any], default: Any, diagnose: Diagnose) -> Any:
    sure, maybe = _split(matches, outputs)
    if not sure:
        return _without_hit(maybe, default, diagnose)
    if any(equal(sure[0], each) is False for each in sure):
        diagnose("rows-differ")
        return None
    return _agreed([*sure, *maybe])


def first(matches: Matches, outputs: Sequence[Any], default: Any, diagnose: Diagnose) -> Any:
    maybe: list[Any] = []
    for match, output in zip(matches, outputs, strict=True):
        if match:
            return _agreed([output, *maybe]) if maybe else output
        if match is None:
            maybe.append(output)
    return _without_hit(maybe, default, diagnose)


def priority(order: tuple[str, ...]) -> Policy:
    def policy(matches: Matches, outputs: Sequence[Any], default: Any, diagnose: Diagnose) -> Any:
        sure, maybe = _split(matches, outputs)
        if not sure:
            return _without_hit(maybe, default, diagnose)
        known = [order.index(each) for each in sure if each is not None]
        if not known:
            return None
        best = min(known)
        doubtful = None in sure or any(each is None or order.index(each) < best for each in maybe)
        return None if doubtful and best > 0 else order[best]

    return policy


def rule_order(matches: Matches, outputs: Sequence[Any], default: Any, diagnose: Diagnose) -> Any:
    sure, maybe = _split(matches, outputs)
    if maybe:
        return None
    if sure:
        return tuple(sure)
    found = _without_hit(maybe, default, diagnose)
    return None if default is NO_DEFAULT else (found,)


def output_order(order: tuple[str, ...]) -> Policy:
    def policy(matches: Matches, outputs: Sequence[Any], default: Any, diagnose: Diagnose) -> Any:
        found = rule_order(matches, outputs, default, diagnose)
        if found is None or True not in matches:
            return found  # the default alone, if any
        return None if None in found else tuple(sorted(found, key=order.index))

    return policy


def count(matches: Matches, outputs: Sequence[Any], default: Any, diagnose: Diagnose) -> Any:
    sure, maybe = _split(matches, outputs)
    if maybe:
        return None
    return len(sure) if sure or default is NO_DEFAULT else default


def sum_(matches: Matches, outputs: Sequence[Any], default: Any, diagnose: Diagnose) -> Any:
    sure, maybe = _split(matches, outputs)
    if any(each is None or each != 0 for each in maybe):
        return None
    if not sure:
        without = 0 if default is NO_DEFAULT else default
        return without if not maybe or without == 0 else None
    return total(diagnose, sure)


def extreme(better: Callable[[Any, Any], bool]) -> Policy:
    """`min` with `<`, `max` with `>`."""

    def policy(matches: Matches, outputs: Sequence[Any], default: Any, diagnose: Diagnose) -> Any:
        sure, maybe = _split(matches, outputs)
        if not sure:
            return _without_hit(maybe, default, diagnose)
        if None in sure or None in maybe:
            return None
        best = sure[0]
        for each in sure[1:]:
            if better(each, best):
                best = each
        return None if any(better(each, best) for each in maybe) else best

    return policy
