"""Commitments (告知承诺): a promise that stands in for evidence which is not required, to be checked by a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.decision.evidence import after
from engine.decision.settling import Settled
from engine.ruleset.checking import Checked
from engine.ruleset.model import Condition


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A commitment that was accepted, and the day by which it must be checked."""

    condition: str
    by: date


class Commitment:
    """The commitment of one condition, compiled."""

    def __init__(self, checked: Checked, condition: Condition) -> None:
        assert condition.commitment is not None
        self.condition = condition.id
        self.check_within = condition.commitment.check_within
        self.unless = tuple(each.text for each in condition.commitment.unless)
        evidence = checked.ruleset.evidence
        # A case without a draw is not sampled: that is known.
        read = [path for path in checked.facts_read(condition.require.tree) if path != "case.draw"]
        self.facts = [(path, name if (name := path.split(".")[0]) in evidence else None) for path in read]

    def accept(
        self, outcomes: Mapping[str, str], committed: frozenset[str], values: Mapping[str, Any],
        settled: Mapping[str, Settled], today: date,
    ) -> FollowUp | None:
        """What follows if the promise is accepted; None if it is not."""
        if outcomes[self.condition] != "unknown" or self.condition not in committed:
            return None
        if not all(outcomes[other] == "pass" for other in self.unless):
            return None
        by = after(today, self.check_within)
        if by is None or not self.only_for_want_of_evidence(values, settled):
            return None
        return FollowUp(self.condition, by)

    def only_for_want_of_evidence(self, values: Mapping[str, Any], settled: Mapping[str, Settled]) -> bool:
        """Whether everything unknown that the condition reads comes from evidence that is surely not required."""
        unknown = [evidence for path, evidence in self.facts if is_unknown(values[path])]
        return bool(unknown) and all(
            evidence is not None and settled[evidence].required is False for evidence in unknown
        )


def is_unknown(value: Any) -> bool:
    """Whether a value, or any part of it, is unknown."""
    if isinstance(value, tuple):
        return any(map(is_unknown, value))
    if isinstance(value, dict):
        return any(map(is_unknown, value.values()))
    return value is None


def accepted(
    commitments: Sequence[Commitment], outcomes: Mapping[str, str], committed: frozenset[str],
    values: Mapping[str, Any], settled: Mapping[str, Settled], today: date,
) -> tuple[FollowUp, ...]:
    found = (each.accept(outcomes, committed, values, settled, today) for each in commitments)
    return tuple(each for each in found if each is not None)
