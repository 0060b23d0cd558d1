"""Limits on how often somebody may call: so many calls in a fixed window, shared by all processes of one database.

A process takes calls from the window in blocks, one small write each, and spends them by itself. So no more calls than the limit are
ever let through; what one process has taken and does not spend before the window ends, others do not have.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Lock

from sqlalchemy import bindparam, text
from sqlalchemy import select as columns
from sqlmodel import Session, col

from service.database.interface import Database
from service.problems import Problem
from service.rate_limits.tables import RateWindowRow

_TAKE = text(
    "INSERT INTO rate_window (name, subject, since, taken) VALUES (:name, :subject, :since, :block) "
    "ON CONFLICT (name, subject) DO UPDATE SET since = excluded.since, "
    "taken = excluded.taken + CASE WHEN rate_window.since = excluded.since THEN rate_window.taken ELSE 0 END "
    "RETURNING taken"
)
_ASK = columns(col(RateWindowRow.taken)).where(
    col(RateWindowRow.name) == bindparam("name"), col(RateWindowRow.subject) == bindparam("subject"),
    col(RateWindowRow.since) == bindparam("since"),
)  # fmt: skip
_FORGET = text("DELETE FROM rate_window WHERE name = :name AND since < :since")
_BLOCKS = 20
"""Into so many parts a limit is cut, at most."""


class SharedWindow:
    """`limit` calls a subject in each window of `seconds`, under a name of its own."""

    def __init__(self, database: Database, name: str, limit: int, seconds: int, now: Callable[[], datetime]) -> None:
        self.limit = limit
        self.seconds = seconds
        self._database = database
        self._name = name
        self._now = now
        self._since = -1
        self._left: dict[str, int] = {}
        self._lock = Lock()

    def count(self, subject: str, limit: int | None = None) -> None:
        """`limit`: of this subject, where it has one of its own. Raises `Problem` with `Retry-After` where the calls are used up."""
        moment = self._now().timestamp()
        since = int(moment // self.seconds)
        if self._spent(subject, since):
            return
        most = self.limit if limit is None else limit
        block = max(most // _BLOCKS, 1)
        taken = self._database.write(lambda session: self._taken(session, subject, since, block))
        granted = min(block, most - (taken - block))
        if granted <= 0:
            raise self._used_up(moment)
        with self._lock:
            if since == self._since:
                self._left[subject] = self._left.get(subject, 0) + granted - 1

    def hold(self, subject: str) -> None:
        """Counts nothing. Raises `Problem` where the calls are used up."""
        moment = self._now().timestamp()
        asked = {"name": self._name, "subject": subject, "since": int(moment // self.seconds)}
        found = self._database.look_up(_ASK, asked)
        if found and found[0][0] >= self.limit:
            raise self._used_up(moment)

    def _used_up(self, moment: float) -> Problem:
        wait = int(self.seconds - moment % self.seconds) + 1
        return Problem("too-many-requests", {"Retry-After": str(wait)})

    def _spent(self, subject: str, since: int) -> bool:
        """One of the calls that this process has taken already, if any is left."""
        with self._lock:
            if since != self._since:
                self._since = since
                self._left.clear()
            left = self._left.get(subject, 0)
            if left:
                self._left[subject] = left - 1
            return left > 0

    def _taken(self, session: Session, subject: str, since: int, block: int) -> int:
        """How many were taken by all processes with this block."""
        asked = {"name": self._name, "subject": subject, "since": since}
        taken: int = session.connection().execute(_TAKE, {**asked, "block": block}).scalar_one()
        if taken == block:
            session.connection().execute(_FORGET, asked)
        return taken
