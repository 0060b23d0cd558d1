"""Giving a mandate, accepting it, and ending it: by whom, and each in one transaction with its record and what tells the other side.

A mandate begins to count when the agent accepts it, lasts at most `LONGEST`, and ends at once when either side says so. Guardians and
representatives are none of their own making: see `service.mandates.registered`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from engine.language.identifiers import resident_id_fault
from engine.language.texts import fold, fold_identifier
from service import audit
from service.accounts.actions import Caller
from service.mandates import standing, store
from service.mandates.models import NewMandate
from service.mandates.tables import MandateRow
from service.problems import Problem
from service.state import Service, day_of
from service.work.actions import later

LONGEST = timedelta(days=731)
MOST = 50
"""Mandates of one principal that are offered or in force."""
MOVED = "mandate.moved"
"""The kind of work that a move leaves behind; its subject is the mandate, its detail has `kind`."""


def give(service: Service, caller: Caller, given: NewMandate) -> MandateRow:
    """Offers it. Raises `Problem`."""
    _hold_own(caller)
    now = service.now()
    today, agent = day_of(now), fold_identifier(given.agent.number)
    if resident_id_fault(agent) is not None or agent in (caller.number, caller.person):
        raise Problem("mandate-agent")
    until = _until(given.until, today)
    _hold_scope(service, given)

    def work(session: Session) -> MandateRow:
        standing.hold(session, caller, today)
        if store.open_ones_of(session, caller.number, today) >= MOST:
            raise Problem("too-many-mandates", limit=MOST)
        row = MandateRow(
            kind="mandate", principal=caller.number, principal_name=caller.name, agent=agent, agent_name=fold(given.agent.name),
            acts=" ".join(sorted(given.acts)), department=given.department, situations=" ".join(sorted(given.situations)),
            since=today, until=until, state="offered", given_at=now, given_by=caller.actor.id,
        )  # fmt: skip
        moved(session, row, "given", now, caller.actor)
        return row

    return service.database.write(work)


def accept(service: Service, caller: Caller, id_: UUID) -> MandateRow:
    """By the agent alone, who has to be whom the principal named. Raises `Problem`."""
    now = service.now()

    def work(session: Session) -> MandateRow:
        row = to_change(session, caller, id_, now)
        if row.agent != caller.number or caller.acting is not None:
            raise Problem("mandate-not-yours")
        if row.state != "offered" or not _lasts(row, day_of(now)):
            raise Problem("mandate-closed")
        row.state, row.accepted_at, row.since = "in-force", now, day_of(now)
        moved(session, row, "accepted", now, caller.actor)
        return row

    return service.database.write(work)


def end(service: Service, caller: Caller, id_: UUID) -> MandateRow:
    """By either side, at once, whether it was accepted or not. Raises `Problem`."""
    now = service.now()

    def work(session: Session) -> MandateRow:
        row = to_change(session, caller, id_, now)
        if row.kind != "mandate":
            raise Problem("mandate-registered")
        if row.state == "ended":
            raise Problem("mandate-closed")
        kind = "declined" if row.state == "offered" and row.agent == caller.number else "ended"
        row.state, row.ended_at, row.ended_by = "ended", now, caller.actor.id
        moved(session, row, kind, now, caller.actor)
        return row

    return service.database.write(work)


def to_change(session: Session, caller: Caller, id_: UUID, now: datetime) -> MandateRow:
    """Kept from others until the transaction ends; and so is the caller's own right to act here. Raises `Problem`."""
    standing.hold(session, caller, day_of(now))
    row = store.to_change(session, id_)
    if row is None or not standing.concerns(row, caller):
        raise Problem("unknown-mandate")
    return row


def _hold_own(caller: Caller) -> None:
    """It becomes the caller's own mandate; an organisation's, where its representative acts for it. Nobody hands on a mandate."""
    if caller.acting is not None and not caller.acting.scope.allows("delegate"):
        raise Problem("not-while-acting")


def _until(until: str, today: date) -> date:
    try:
        day = date.fromisoformat(until)
    except ValueError:
        raise Problem("mandate-until") from None
    if not today <= day <= today + LONGEST:
        raise Problem("mandate-until", latest=(today + LONGEST).isoformat())
    return day


def _hold_scope(service: Service, given: NewMandate) -> None:
    known = given.department is None or given.department in service.catalogue.departments
    if not known or any(each not in service.catalogue.situations for each in given.situations):
        raise Problem("mandate-scope")
    if given.department is not None and given.situations:
        raise Problem("mandate-scope")


def _lasts(row: MandateRow, day: date) -> bool:
    return row.until is None or row.until >= day


def moved(session: Session, row: MandateRow, kind: str, now: datetime, by: Caller) -> None:
    """Keeps it as it has become, with the record of who made it so, and what tells both sides."""
    session.add(row)
    audit.record(session, now, by, f"mandate.{kind}", about=str(row.id))
    session.add(later(MOVED, str(row.id), now, kind=kind))
