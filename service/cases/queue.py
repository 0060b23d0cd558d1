"""The queue of an approver: what the rules did not decide, and appeals, of their department; the oldest deadline first.

A case that somebody has taken is not in the others' lists, nor is one that the approver has to keep out of.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session

from service.accounts.actions import Caller, names_of
from service.cases import store
from service.cases.clock import working_days
from service.cases.keeping_out import keeps_out
from service.cases.reviewing import REVIEWED, hold_undecided
from service.cases.tables import CaseRow
from service.problems import Problem
from service.state import Service, day_of

SOON = 1
"""Working days left from which on a case is due soon."""
EVERY_QUEUE = "all"
"""In place of a queue's id."""
_BATCH = 50


@dataclass(frozen=True, slots=True)
class Filter:
    """What an approver wants to see. `queue`: `all`, or None for those they are skilled at and whatever they have taken.

    `assignee`: `me`, `none`, `all` (for a head), or both of the first where None.
    """

    queue: str | None = None
    state: str | None = None
    overdue: bool = False
    assignee: str | None = None
    situation: str | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """`due_on` None: it stands still. `left`: working days, negative where it is over."""

    due_on: date | None
    left: int | None
    stopped: bool
    provisional: bool
    overdue: bool
    due_soon: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case in a queue."""

    case: CaseRow
    clock: Clock
    assignee: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """`next`: after which the following page begins, None on the last; `previous`: before which the one before it ends."""

    waiting: Sequence[Waiting]
    next: str | None
    previous: str | None


def queue_of(
    service: Service, caller: Caller, wanted: Filter, after: str | None, limit: int, before: str | None = None
) -> Page:
    """`before` goes back from there, and `after` then says nothing. Raises `Problem`."""
    today = day_of(service.now())
    asked = _asked(caller, wanted, today)
    asked = replace(asked, before=_place(before)) if before else replace(asked, after=_place(after) if after else None)
    with service.database.reading() as session:
        rows: list[CaseRow] = []
        for case in _shown(session, caller, asked, today):
            rows.append(case)
            if len(rows) > limit:
                break
        names = names_of(session, {each.assignee_id for each in rows if each.assignee_id is not None})
    more, rows = len(rows) > limit, rows[:limit]
    if before:
        rows.reverse()
    shown = [waiting_of(each, names, today) for each in rows]
    onward, back = (bool(rows), more) if before else (more, bool(rows and after))
    return Page(shown, _mark(rows[-1]) if onward else None, _mark(rows[0]) if back else None)


def _mark(case: CaseRow) -> str:
    """Where in the queue it is, as `_place` reads it."""
    return f"{case.due_on or store.NEVER}.{case.number}"


def clock_of(case: CaseRow, today: date) -> Clock:
    if case.due_on is None:
        stopped = case.clock_days is not None and case.closed_at is None
        return Clock(None, case.clock_days if stopped else None, stopped, False, False, False)
    left = working_days(today, case.due_on) if today <= case.due_on else -working_days(case.due_on, today)
    return Clock(case.due_on, left, False, case.due_provisional, today > case.due_on, today <= case.due_on and left <= SOON)


def waiting_of(case: CaseRow, names: Mapping[int, str], today: date) -> Waiting:
    return Waiting(case, clock_of(case, today), None if case.assignee_id is None else names.get(case.assignee_id))


def _shown(session: Session, caller: Caller, asked: store.Asked, today: date) -> Iterator[CaseRow]:
    """Fetched piece by piece: some are left out."""
    while rows := store.waiting(session, asked, _BATCH):
        yield from (each for each in rows if not keeps_out(session, caller, each, today) and _may_decide(session, caller, each))
        last = (rows[-1].due_on or store.NEVER, rows[-1].number)
        asked = replace(asked, before=last) if asked.before else replace(asked, after=last)
        if len(rows) < _BATCH:
            return


def _may_decide(session: Session, caller: Caller, case: CaseRow) -> bool:
    try:
        hold_undecided(session, case, caller)
    except Problem:
        return "head" in caller.roles
    return True


def _asked(caller: Caller, wanted: Filter, today: date) -> store.Asked:
    statuses = REVIEWED if wanted.state is None else (wanted.state,)
    return store.Asked(
        department=caller.department,
        statuses=statuses,
        queues=_queues(caller, wanted.queue),
        in_any_queue=caller.id if wanted.queue is None else None,
        assignees=_assignees(caller, wanted.assignee),
        situation=wanted.situation,
        due_before=today if wanted.overdue else None,
    )


def _queues(caller: Caller, queue: str | None) -> Sequence[str] | None:
    if queue is None:
        return sorted(caller.queues) or None
    return None if queue == EVERY_QUEUE else (queue,)


def _assignees(caller: Caller, assignee: str | None) -> Collection[int | None] | None:
    match assignee:
        case None:
            return (caller.id, None)
        case "me":
            return (caller.id,)
        case "none":
            return (None,)
    if "head" not in caller.roles:
        raise Problem("head-only")
    return None


def _place(after: str) -> tuple[date, str]:
    day, _, number = after.partition(".")
    try:
        return date.fromisoformat(day), number
    except ValueError:
        raise Problem("not-found") from None
