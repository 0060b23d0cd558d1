"""What every provider of evidence takes and gives. A provider never raises: what it cannot get is unavailable, with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, Protocol

from engine.decision.evidence import RESERVED
from engine.ruleset.model import EvidenceType

UNAVAILABLE = "unavailable"
Reason = Literal[
    "timed-out", "unreachable", "down", "refused", "circuit-open", "deadline", "malformed", "bad-signature", "unknown-key",
    "untrusted-issuer", "wrong-type", "wrong-holder", "wrong-name", "stale", "no-ground", "failed",
]  # fmt: skip
"""Why there is no answer to rely on, as far as a provider can tell; `docs/service.md` explains each."""


@dataclass(frozen=True, slots=True)
class Question:
    """`subject`: whose, a resident-id or uscc; `name`: theirs, where it is known; `today`: the deciding day."""

    type: EvidenceType
    subject: str
    name: str | None
    purpose: str
    today: date


@dataclass(frozen=True, slots=True)
class Reply:
    """`answer`: as in the `evidence` of facts. `licences`: id and version of each licence that was returned."""

    answer: Any
    reason: Reason | None = None
    licences: tuple[str, ...] = ()

    @property
    def result(self) -> str:
        """`answered`, `none` or `unavailable`."""
        return self.answer if isinstance(self.answer, str) else "answered"

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the attributes that were returned."""
        each = self.answer if isinstance(self.answer, list) else [self.answer]
        return tuple(sorted({name for one in each if isinstance(one, dict) for name in one} - {*RESERVED}))


def unavailable(reason: Reason) -> Reply:
    return Reply(UNAVAILABLE, reason)


def together(replies: Sequence[Reply]) -> Reply:
    """Several licences are several answers, of which the engine takes the one that is usable, if it is the only one."""
    if len(replies) == 1:
        return replies[0]
    if not replies:
        return Reply("none")
    licences = tuple(each for reply in replies for each in reply.licences)
    reason = next((each.reason for each in replies if each.reason), None)
    if all(each.answer == UNAVAILABLE for each in replies):
        return Reply(UNAVAILABLE, reason, licences)
    answers = [one for each in replies for one in (each.answer if isinstance(each.answer, list) else [each.answer])]
    return Reply(answers, reason, licences)


class Provider(Protocol):
    """`outside`: asking leaves this process, so that the intent is put on record first."""

    outside: bool

    def ask(self, questions: Sequence[Question], within: float) -> Sequence[Reply]:
        """One reply a question, in order; all asked at once, done after `within` seconds."""

    def close(self) -> None: ...
