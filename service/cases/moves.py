"""Moves of a case: each one checked, and one row of its timeline, its audit and its event with it, in one transaction.

The event (`case.moved`, a row of work) is what tells everybody else: notifications, payments, the result licence.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, SQLModel

from service import audit
from service.accounts.actions import names_of
from service.cases import store
from service.cases.clock import deadline, working_days
from service.cases.states import Status, hold_to
from service.cases.tables import CaseRow, TimelineRow
from service.database import fresh
from service.problems import Problem
from service.work.actions import later, later_row

MOVED = "case.moved"
"""The kind of work that a move leaves behind; its detail has `kind`, `status` and `version`."""
SOURCE = "case.source"
"""The kind of work that tries a silent source again."""
FIRST_WAIT = timedelta(seconds=30)
_entry = fresh(TimelineRow)
CLOSED: tuple[Status, ...] = ("approved", "rejected", "withdrawn", "lapsed", "revoked")


def first_rows(case: CaseRow, by: audit.By) -> list[SQLModel]:
    """What is kept beside a case that has just been decided for the first time."""
    at = case.received_at
    rows: list[SQLModel] = [
        _entry(case_number=case.number, sequence=case.version, at=at, kind="submitted", status=case.status,
               actor_id=audit.account_of(by)),
        audit.row(at, by, "case.submitted", case.number),
        later_row(MOVED, case.number, at, kind="submitted", status=case.status, version=case.version),
    ]
    if case.status == "awaiting_evidence":
        rows.append(later_row(SOURCE, case.number, at + FIRST_WAIT))
    return rows


def to_change(session: Session, number: str, version: int | None = None) -> CaseRow:
    """The case, kept from others until the transaction ends. Raises `Problem` where it is not of the version that was seen."""
    case = store.to_change(session, number)
    if case is None:
        raise Problem("unknown-case")
    if version is not None and case.version != version:
        raise changed(session, case)
    return case


def changed(session: Session, case: CaseRow) -> Problem:
    """That the case is not as it was seen: who changed what, and when. `by` is None where the rules or the clock did."""
    last = store.timeline(session, case.number, everything=True)[-1]
    by = None if last.actor_id is None else names_of(session, {last.actor_id}).get(last.actor_id)
    return Problem("changed-meanwhile", version=case.version, what=last.kind, by=by, at=last.at.isoformat())


def move(
    session: Session, case: CaseRow, kind: str, now: datetime, by: audit.By, becomes: Status | None = None,
    note: str | None = None, shown: bool = True,
) -> None:  # fmt: skip
    """Puts on record that something happened to the case, which may have become something else by it. Raises `Problem`."""
    if becomes is not None:
        hold_to(case.status, becomes)
        case.status = becomes
        case.closed_at = now if becomes in CLOSED else None
        case.settling = becomes == "approved"
        if becomes == "revoked":
            store.take_back(session, case.number)
    case.version += 1
    session.add(case)
    session.add(TimelineRow(
        case_number=case.number, sequence=case.version, at=now, kind=kind, status=case.status,
        actor_id=audit.account_of(by), note=note, shown=shown,
    ))  # fmt: skip
    audit.record(session, now, by, f"case.{kind}", case.number)
    session.add(later(MOVED, case.number, now, kind=kind, status=case.status, version=case.version))


def clock_from(day: date, days: int | None) -> dict[str, Any]:
    """The columns of a case whose clock runs for so many working days from `day` on; None where nothing is promised."""
    if days is None:
        return {"clock_from": None, "clock_days": None, "due_on": None, "due_provisional": False}
    found = deadline(day, days)
    return {"clock_from": day, "clock_days": days, "due_on": found.day, "due_provisional": found.provisional}


def start_clock(case: CaseRow, day: date, days: int | None) -> None:
    for name, value in clock_from(day, days).items():
        setattr(case, name, value)


def stop_clock(case: CaseRow, day: date) -> None:
    """What is left stays as it is, until it goes on."""
    if case.due_on is not None:
        case.clock_days = max(working_days(day, case.due_on), 0) if day < case.due_on else 0
        case.clock_from = case.due_on = None
        case.due_provisional = False


def resume_clock(case: CaseRow, day: date) -> None:
    if case.clock_from is None:
        start_clock(case, day, case.clock_days)


def count_again(session: Session) -> int:
    """Deadlines that lay past the calendar of their time, by the calendar of today. Answers how many have changed."""
    changed = 0
    for case in store.provisional(session):
        before = case.due_on
        if case.clock_from is not None:
            start_clock(case, case.clock_from, case.clock_days)
        changed += case.due_on != before
        session.add(case)
    return changed
