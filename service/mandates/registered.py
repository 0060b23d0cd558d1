"""Guardians and representatives: never by their own word, but by what a register answers or what the office knows from a document.

What a register answered counts for `CONFIRMED`, and is asked for again then; a minor's guardian is one until the child is of age.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from engine.language.identifiers import birth_date_of, resident_id_fault, uscc_check, uscc_shape
from engine.language.texts import fold, fold_identifier
from service.accounts.actions import Caller, ensure
from service.database import Database
from service.evidence.actions import Purpose, attested
from service.mandates import standing, store
from service.mandates.giving import moved
from service.mandates.models import KnownMandate
from service.mandates.tables import MandateRow
from service.problems import Problem
from service.state import Service, day_of

CONFIRMED = timedelta(days=30)
OF_AGE = 18
_LICENCE, _BIRTH = "business-licence", "birth-certificate"
_BY_LAW = {_LICENCE: "duty: 市场主体登记管理条例 第三十五条", _BIRTH: "duty: 民法典 第二十七条"}
"""By what right each register is asked: firms' representatives are public, parents are their children's guardians."""


def confirm(service: Service, caller: Caller, principal: str) -> MandateRow:
    """What the registers say of the caller: that they stand for this organisation, or are a parent of this child. Raises `Problem`."""
    now = service.now()
    today, number = day_of(now), fold_identifier(principal)
    if not standing.may_act(caller):
        raise Problem("not-while-acting" if caller.acting else "mandate-unconfirmed")
    service.prechecks.count(f"mandates/{caller.id}")
    row = _child(service, caller, number, today) if resident_id_fault(number) is None else _firm(service, caller, number, today)

    def work(session: Session) -> MandateRow:
        before = store.between(session, caller.number, number, row.kind, today)
        if before and (before[0].until is None or (row.until is not None and before[0].until >= row.until)):
            return before[0]
        return _kept(session, row, caller, now)

    return service.database.write(work)


def enter(database: Database, given: KnownMandate, by: Caller, now: datetime) -> MandateRow:
    """What the office knows by a document. `by`: the administrator. Raises `Problem`."""
    principal, agent, today = fold_identifier(given.principal.number), fold_identifier(given.agent.number), day_of(now)
    person = resident_id_fault(principal) is None
    if person != (given.kind == "guardian") or not (person or (uscc_shape(principal) and uscc_check(principal))):
        raise Problem("mandate-principal")
    if resident_id_fault(agent) is not None or agent == principal:
        raise Problem("mandate-agent")
    try:
        until = None if given.until is None else date.fromisoformat(given.until)
    except ValueError:
        raise Problem("mandate-until") from None
    if person and (last := _last_day_of_childhood(principal)) >= today:
        until = last if until is None else min(until, last)
    if until is not None and until < today:
        raise Problem("mandate-until")
    row = MandateRow(
        kind=given.kind, principal=principal, principal_name=fold(given.principal.name), agent=agent, agent_name=fold(given.agent.name),
        reference=given.reference, since=today, until=until,
    )  # fmt: skip
    return database.write(lambda session: _kept(session, row, by, now))


def end(database: Database, id_: UUID, by: Caller, now: datetime) -> MandateRow:
    """Ends one of any kind at once. Raises `Problem`."""

    def work(session: Session) -> MandateRow:
        row = store.to_change(session, id_)
        if row is None:
            raise Problem("unknown-mandate")
        if row.state == "ended":
            raise Problem("mandate-closed")
        row.state, row.ended_at, row.ended_by = "ended", now, by.id
        moved(session, row, "ended", now, by)
        return row

    return database.write(work)


def _firm(service: Service, caller: Caller, number: str, today: date) -> MandateRow:
    said = _said(service, _LICENCE, number, today)
    if said.get("representative_number") != caller.number or not said.get("name"):
        raise Problem("mandate-unconfirmed")
    return _row("representative", number, str(said["name"]), caller, _LICENCE, today, today + CONFIRMED)


def _child(service: Service, caller: Caller, number: str, today: date) -> MandateRow:
    last = _last_day_of_childhood(number)
    if last < today:
        raise Problem("mandate-of-age")
    said = _said(service, _BIRTH, number, today)
    if caller.number not in (said.get("mother_number"), said.get("father_number")) or not said.get("name"):
        raise Problem("mandate-unconfirmed")
    return _row("guardian", number, str(said["name"]), caller, _BIRTH, today, last)


def _said(service: Service, type_: str, subject: str, today: date) -> dict[str, object]:
    declared = service.evidence_types.get(type_)
    if declared is None:
        raise Problem("mandate-unconfirmed")
    purpose = Purpose("核实能否代为办理", right=_BY_LAW[type_])
    found = attested(service.sources, declared, subject, purpose, today)
    if found.state == "unknown":
        raise Problem("mandate-register-silent", {"Retry-After": "60"})
    if found.state != "held":
        raise Problem("mandate-unconfirmed")
    return dict(found.attributes)


def _row(kind: str, number: str, name: str, caller: Caller, type_: str, today: date, until: date) -> MandateRow:
    return MandateRow(
        kind=kind, principal=number, principal_name=name, agent=caller.number, agent_name=caller.name, reference=type_,
        since=today, until=until,
    )  # fmt: skip


def _kept(session: Session, row: MandateRow, by: Caller, now: datetime) -> MandateRow:
    kept = MandateRow(**row.model_dump(exclude={"principal_index", "agent_index"}))
    kept.given_at = kept.accepted_at = now
    kept.given_by = by.id
    ensure(session, kept.principal, kept.principal_name, kept.agent, now)
    moved(session, kept, "registered", now, by)
    return kept


def _last_day_of_childhood(number: str) -> date:
    born = birth_date_of(number)
    try:
        return born.replace(year=born.year + OF_AGE) - timedelta(1)
    except ValueError:  # born on a 29 February
        return date(born.year + OF_AGE, 2, 28)
