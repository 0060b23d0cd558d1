"""Putting work down for later, and doing what is due.

Work is taken by lease: whoever takes it has a while, and if they are gone by then, somebody else takes it. So it is done at
least once, and everything that does work must bear being told twice.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any
from uuid import UUID

import orjson
from prometheus_client import Counter
from sqlmodel import Session

from service.database import Database, fresh
from service.work import store
from service.work.tables import WorkRow

LEASE = timedelta(minutes=5)
ATTEMPTS = 12
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=5), timedelta(hours=6)
_BATCH = 20
_IDLE = 1.0  # seconds between two looks
_STUCK = 2 * LEASE.total_seconds()
_logger = logging.getLogger(__name__)
_done = Counter("miaopi_work", "Work that was done, put off, or given up", ["kind", "outcome"])


@dataclass(frozen=True, slots=True)
class Work:
    """One piece, as whoever does it sees it."""

    id: UUID
    kind: str
    subject: str
    detail: Mapping[str, Any]
    attempts: int
    due_at: datetime


class Later(Exception):
    """Not yet: the work is put off until `at`, which is no failure."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self.at = at


Handler = Callable[[Work], None]
_row = fresh(WorkRow)


def later(kind: str, subject: str, due_at: datetime, /, **detail: Any) -> WorkRow:
    """A row to keep in the transaction that makes the work necessary. `detail` holds no personal data."""
    return WorkRow(kind=kind, subject=subject, due_at=due_at, detail=orjson.dumps(detail).decode())


def later_row(kind: str, subject: str, due_at: datetime, /, **detail: Any) -> WorkRow:
    """The same where rows are inserted; a session does not take it."""
    return _row(kind=kind, subject=subject, due_at=due_at, detail=orjson.dumps(detail).decode())


@dataclass(frozen=True, slots=True)
class Backlog:
    """Of one kind. `first_due`: when the longest due of what waits was, or will be, due; `dead`: given up."""

    kind: str
    waiting: int
    first_due: datetime | None
    dead: int


def backlog(session: Session) -> list[Backlog]:
    """Every kind of which something is not done."""
    waiting = {kind: (count, first) for kind, count, first in store.waiting(session)}
    dead = dict(store.dead(session))
    found = []
    for kind in sorted({*waiting, *dead}):
        count, first = waiting.get(kind, (0, None))
        found.append(Backlog(kind, count, first, dead.get(kind, 0)))
    return found


class Worker:
    """Does the work of the kinds it has handlers for. `start` puts it on a thread of its own."""

    def __init__(self, database: Database, handlers: Mapping[str, Handler], now: Callable[[], datetime]) -> None:
        self.database = database
        self.handlers = handlers
        self.now = now
        self._stop = Event()
        self._thread: Thread | None = None
        self._looked = time.monotonic()

    def start(self) -> None:
        self._thread = Thread(target=self._run, name="worker", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends after the piece of work at hand."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    @property
    def stuck(self) -> bool:
        """Whether its thread has ended, or has been at one piece of work for longer than anything may take."""
        ended = self._thread is not None and not self._thread.is_alive() and not self._stop.is_set()
        return ended or time.monotonic() - self._looked > _STUCK

    def do_due(self) -> int:
        """Does what is due at this moment, and answers how much that was."""
        taken = self.database.write(self._take)
        for each in taken:
            if self._stop.is_set():
                break  # the lease ends by itself
            self._looked = time.monotonic()
            self._do(each)
        return len(taken)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._looked = time.monotonic()
            try:
                found = self.do_due()
            except Exception as error:
                _logger.error("work could not be taken: %s", type(error).__name__)
                found = 0
            if not found:
                self._stop.wait(_IDLE)

    def _take(self, session: Session) -> list[Work]:
        now = self.now()
        rows = store.due(session, self.handlers.keys(), now, _BATCH)
        for row in rows:
            row.leased_until = now + LEASE
            row.attempts += 1
        return [_work(row) for row in rows]

    def _do(self, work: Work) -> None:
        try:
            self.handlers[work.kind](work)
            outcome = self._done
        except Later as put_off:
            at = put_off.at
            outcome = lambda row: self._put_off(row, at)  # noqa: E731
        except Exception as error:
            _logger.error("work %s %s: %s", work.kind, work.subject, type(error).__name__, exc_info=False)
            name = type(error).__name__
            outcome = lambda row: self._failed(row, name)  # noqa: E731
        self.database.write(lambda session: self._settle(session, work, outcome))

    def _settle(self, session: Session, work: Work, outcome: Callable[[WorkRow], str]) -> None:
        row = store.by_id(session, work.id)
        if row is None or row.attempts != work.attempts:
            return  # the lease ran out, and somebody else has it
        row.leased_until = None
        _done.labels(work.kind, outcome(row)).inc()

    def _done(self, row: WorkRow) -> str:
        row.done_at = self.now()
        return "done"

    def _put_off(self, row: WorkRow, at: datetime) -> str:
        row.due_at = at
        row.attempts = 0
        return "put-off"

    def _failed(self, row: WorkRow, error: str) -> str:
        row.error = error
        if row.attempts >= ATTEMPTS:
            row.failed_at = self.now()
            return "given-up"
        wait = min(_FIRST_WAIT * 2 ** (row.attempts - 1), _LONGEST_WAIT)
        row.due_at = self.now() + wait * random.uniform(0.8, 1.2)  # noqa: S311 — spreads, hides nothing
        return "failed"


def _work(row: WorkRow) -> Work:
    return Work(row.id, row.kind, row.subject, orjson.loads(row.detail), row.attempts, row.due_at)
