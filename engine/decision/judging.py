"""What a person has judged where the rules leave it to one: `judged` of the facts, by id of a condition or of a written review.

A condition may be judged only where its outcome is unknown, or fails with `otherwise: review`; anything else is left as the facts
make it. A written review that holds, or may hold, is settled by `pass`: then the conditions in its `fails` count as passed, for
that is what it reserves to a person. `fail` leaves it standing. Whatever may not be judged is left alone, not refused: whoever
takes judgements in refuses them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from engine.ruleset.model import Condition, Outcomes, WrittenReview

Judged = Mapping[str, Literal["pass", "fail"]]


def may_be_judged(condition: Condition, outcome: str) -> bool:
    return outcome == "unknown" or (outcome == "fail" and condition.otherwise == "review")


def judge_conditions(conditions: Sequence[Condition], outcomes: tuple[str, ...], judged: Judged) -> tuple[str, ...]:
    """The outcomes with what was judged, in the same order."""
    return tuple([
        judged[each.id] if each.id in judged and may_be_judged(each, outcome) else outcome
        for each, outcome in zip(conditions, outcomes, strict=True)
    ])  # fmt: skip


def judge_reviews(
    written: Sequence[WrittenReview], holds: Sequence[bool | None], ids: Sequence[str], outcomes: tuple[str, ...], judged: Judged
) -> tuple[tuple[str, ...], list[bool | None]]:
    """The outcomes and whether each written review holds, once a person has passed some of those that do or may."""
    found = list(outcomes)
    left: list[bool | None] = []
    for each, holding in zip(written, holds, strict=True):
        passed = holding is not False and judged.get(each.id) == "pass"
        left.append(False if passed else holding)
        if passed and isinstance(each.when, Outcomes):
            for failed in each.when.fails:
                found[ids.index(failed.text)] = "pass"
    return tuple(found), left
