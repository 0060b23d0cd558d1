"""Revoking an approval, with a hearing (行政许可法 第六十九条, 行政处罚法 第六十三条 by analogy).

    a head starts, with reason and clause -> the holder is told and may speak -> a hearing, where they want one -> a head concludes
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from sqlmodel import Session

from service.accounts.actions import Caller
from service.cases import actions as cases
from service.database import Conflict
from service.mandates.standing import hold
from service.problems import Problem
from service.revocations import store
from service.revocations.models import Conclusion, Hearing, Revocation, Start, Statement
from service.revocations.tables import RevocationRow
from service.state import Service, day_of, end_of

SPEAK_WITHIN = 5
"""Working days in which a holder may speak or ask for a hearing."""
UNDER_WAY = ("notified", "stated", "heard")
"""The states of a revocation that is not concluded."""


def start(service: Service, caller: Caller, number: str, given: Start) -> Revocation:
    """Raises `Problem`."""
    cases.case_of(service, caller, number)
    department = _department(caller)
    now = service.now()
    until = end_of(cases.deadline(day_of(now), SPEAK_WITHIN).day)

    def work(session: Session) -> RevocationRow:
        found = cases.given_by(service, session, number)
        if found is None or found.department != department:
            raise Problem("unknown-case")
        if found.account_id == caller.id:
            raise Problem("not-yours-to-decide")
        before = store.revocation(session, number)
        if before is not None and before.outcome != "dropped":
            raise Problem("revocation-open")
        if before is not None:
            session.delete(before)  # it is told on the timeline and in the record
            session.flush()
        cases.note(session, number, "revocation-started", now, caller, given.reason)
        row = RevocationRow(
            case_number=number, department=department, reason=given.reason, clause=given.clause, started_by=caller.id, started_at=now,
            until=until,
        )  # fmt: skip
        session.add(row)
        return row

    try:
        return shown(service.database.write(work))
    except Conflict:
        raise Problem("revocation-open") from None


def state(service: Service, caller: Caller, number: str, given: Statement) -> Revocation:
    """What the holder says, once, and whether they want to be heard. Raises `Problem`."""

    def work(session: Session, row: RevocationRow, now: datetime) -> None:
        hold(session, caller, day_of(now))
        if row.stated_at is not None:
            raise Problem("already-stated")
        if now >= row.until:
            raise Problem("too-late-to-speak", last_day=day_of(row.until).isoformat())
        row.statement, row.stated_at, row.wants_hearing = given.statement, now, given.wants_hearing
        cases.note(session, number, "revocation-answered", now, caller.actor, given.statement)

    if not cases.is_holder(service, caller, number):
        raise Problem("not-yours")
    return _change(service, number, work)


def hear(service: Service, caller: Caller, number: str, given: Hearing) -> Revocation:
    """The record of a hearing that was held. Raises `Problem`."""
    cases.case_of(service, caller, number)
    department = _department(caller)
    try:
        held = date.fromisoformat(given.on)
    except ValueError:
        raise Problem("hearing-day") from None

    def work(session: Session, row: RevocationRow, now: datetime) -> None:
        _hold(row, department)
        if not day_of(row.started_at) <= held <= day_of(now):
            raise Problem("hearing-day")
        row.heard_on, row.hearing = held, given.record
        cases.note(session, number, "revocation-heard", now, caller)

    return _change(service, number, work)


def conclude(service: Service, caller: Caller, number: str, given: Conclusion) -> Revocation:
    """Raises `Problem`: not before the holder could speak, and was heard where they want to be; and not by who started it alone."""
    cases.case_of(service, caller, number)
    department = _department(caller)

    def work(session: Session, row: RevocationRow, now: datetime) -> None:
        _hold(row, department)
        if given.outcome == "revoked":
            if row.stated_at is None and now < row.until:
                raise Problem("may-still-speak", last_day=day_of(row.until).isoformat())
            if row.wants_hearing and row.heard_on is None:
                raise Problem("hearing-missing")
            if row.started_by == caller.id and cases.takes_two(service, session, number):
                raise Problem("second-person-needed")
            cases.revoke(session, number, caller, given.reason, now)
        else:
            cases.note(session, number, "revocation-dropped", now, caller, given.reason)
        row.concluded_by, row.concluded_at = caller.id, now
        row.outcome, row.conclusion = given.outcome, given.reason

    return _change(service, number, work)


def revocation_of(service: Service, caller: Caller, number: str) -> Revocation:
    """For its holder and for staff who may see the case. Raises `Problem`."""
    cases.case_of(service, caller, number)
    found = revocation_on(service, number)
    if found is None:
        raise Problem("no-revocation")
    return found


def revocation_on(service: Service, number: str) -> Revocation | None:
    """For whoever was shown the case already."""
    with service.database.reading() as session:
        row = store.seen(session, number)
    return None if row is None else shown(row)


def may_speak(service: Service, found: Revocation) -> bool:
    """Whether its holder may still say something."""
    return found.state in UNDER_WAY and found.statement is None and service.now() < found.until


def speak_until(session: Session, number: str) -> datetime | None:
    row = store.seen(session, number)
    return None if row is None else row.until


def shown(row: RevocationRow) -> Revocation:
    steps = (row.outcome, "heard" if row.heard_on else None, "stated" if row.stated_at else None, "notified")
    known = row.model_dump(exclude={"department", "started_by", "stated_at", "concluded_by", "outcome"})
    return Revocation.model_validate({**known, "state": next(each for each in steps if each)})


def _change(service: Service, number: str, work: Callable[[Session, RevocationRow, datetime], None]) -> Revocation:
    now = service.now()

    def change(session: Session) -> RevocationRow:
        row = store.revocation(session, number)
        if row is None:
            raise Problem("no-revocation")
        if row.outcome is not None:
            raise Problem("not-allowed-now", case_status=row.outcome, allowed=[])
        work(session, row, now)
        session.add(row)
        return row

    return shown(service.database.write(change))


def _hold(row: RevocationRow, department: str) -> None:
    if row.department != department:
        raise Problem("unknown-case")


def _department(caller: Caller) -> str:
    """Whose approvals they may revoke: the table of access lets heads alone in, who have a department."""
    assert caller.department is not None
    return caller.department
