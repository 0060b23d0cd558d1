"""Commitments (告知承诺), checked after the approval that rests on them: kept, or put before a person.

Whoever is found to have broken one cannot commit to anything until it is repaired (国办发〔2020〕42号).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from sqlmodel import Session

from engine.catalogue import Material
from service import audit
from service.accounts.actions import Caller, account_of, names_of
from service.cases import actions as cases
from service.database import Conflict, Database
from service.materials import actions as materials
from service.problems import Problem
from service.revocations import store
from service.revocations.models import FollowUp, FollowUps
from service.revocations.tables import FollowUpRow
from service.state import Service, end_of
from service.work.actions import Later, Work, later

CHECK = "follow-up.check"
"""The kind of work that checks one commitment: `case number/condition`."""
MATERIAL = "material."
"""What a commitment is called that stands in for a material, before the material's id."""
_AHEAD = timedelta(days=5)  # so that a source that is down has some days to come back
_AGAIN = timedelta(days=1)


def follow(service: Service, work: Work) -> None:
    """Puts down what an approval let its applicant off proving."""
    if work.detail["status"] != "approved":
        return
    with service.database.reading() as session:
        promised = dict(_promised(service, session, work.subject))
        given = cases.given_by(service, session, work.subject)
    if not promised or given is None:
        return
    now = service.now()

    def keep(session: Session) -> None:
        for condition, by in promised.items():
            if store.seen_follow_up(session, work.subject, condition) is None:
                session.add(FollowUpRow(
                    case_number=work.subject, condition=condition, account_id=given.account_id, department=given.department, by=by, at=now,
                ))  # fmt: skip
                due = max(end_of(by) - _AHEAD, now)
                session.add(later(CHECK, f"{work.subject}/{condition}", due))

    try:
        service.database.write(keep)
    except Conflict:
        return  # put down already, by whoever did this work at the same time


def check(service: Service, work: Work) -> None:
    """Looks at one commitment on the evidence of today. Raises `Later` while that cannot be told and there is time."""
    number, _, condition = work.subject.partition("/")
    with service.database.reading() as session:
        row = store.seen_follow_up(session, number, condition)
        given = cases.given_by(service, session, number)
    if row is None or row.state != "open" or given is None or given.status != "approved":
        return
    if condition.startswith(MATERIAL):
        kept = _material_kept(service, number, condition, given.account_id)
    else:
        kept = cases.kept_promise(service, number, condition)
    now = service.now()
    if kept is None and now < end_of(row.by):
        raise Later(min(now + _AGAIN, end_of(row.by)))

    def settle(session: Session) -> None:
        found = store.follow_up(session, number, condition)
        if found is None or found.state != "open":
            return
        found.state = "kept" if kept else "doubtful"
        found.told = "pass" if kept else "unknown" if kept is None else "fail"
        session.add(found)
        audit.record(session, now, None, f"commitment.{found.state}", number, detail={"condition": condition})

    service.database.write(settle)


def _promised(service: Service, session: Session, number: str) -> Iterator[tuple[str, date]]:
    """What an approved case was let off proving, each with the day by which it is checked: conditions, and materials."""
    for each in cases.promises_of(session, number):
        yield each.condition, each.by
    case = cases.approved_on(session, number)
    situation = None if case is None else service.catalogue.situations.get(case.situation)
    if case is not None and situation is not None:
        for material in materials.promised(session, number, situation):
            yield MATERIAL + material.id, cases.after(case.on, materials.checked_within(material)).day


def material_of(service: Service, situation: str, condition: str) -> Material | None:
    """The material that a commitment stands in for, where it is one of a material."""
    found = service.catalogue.situations.get(situation)
    listed = found.materials if found else ()
    return next((each for each in listed if MATERIAL + each.id == condition), None)


def _material_kept(service: Service, number: str, condition: str, account_id: int) -> bool | None:
    with service.database.reading() as session:
        holder = account_of(session, account_id)
        case = cases.approved_on(session, number)
    material = None if case is None else material_of(service, case.situation, condition)
    return None if material is None else materials.met_since(service, material, holder.number, holder.name, number)


def follow_ups(service: Service, caller: Caller, state: str, limit: int) -> FollowUps:
    """Those of the caller's department. Raises `Problem`."""
    department = _department(caller)
    with service.database.reading() as session:
        return FollowUps(follow_ups=shown(store.follow_ups(session, department, state, limit)))


def settle(service: Service, caller: Caller, number: str, condition: str, broken: bool, reason: str) -> FollowUp:
    """What a person found of a commitment that is doubtful. Raises `Problem`."""
    return _change(service, caller, number, condition, "doubtful", "broken" if broken else "dismissed", reason)


def repair(service: Service, caller: Caller, number: str, condition: str, reason: str) -> FollowUp:
    """Lets somebody commit again who made good what they broke. Raises `Problem`."""
    return _change(service, caller, number, condition, "broken", "repaired", reason)


def commitments_closed(database: Database, account_id: int) -> bool:
    """Whether a broken promise, not repaired, closes commitments to somebody."""
    with database.reading() as session:
        return store.has_broken(session, account_id)


def _change(service: Service, caller: Caller, number: str, condition: str, state: str, becomes: str, reason: str) -> FollowUp:
    department = _department(caller)
    cases.case_of(service, caller, number)  # that they may see it, and that they looked
    now = service.now()

    def work(session: Session) -> FollowUpRow:
        row = store.follow_up(session, number, condition)
        if row is None or row.department != department:
            raise Problem("unknown-follow-up")
        if row.account_id == caller.id:
            raise Problem("not-yours-to-decide")
        if row.state != state or row.repaired_at is not None:
            found = "repaired" if row.repaired_at else row.state
            if (row.settled_by, row.reason, found) == (caller.id, reason, becomes):  # the same form, sent twice
                return row
            if row.settled_by is None:
                raise Problem("not-allowed-now", case_status=row.state, allowed=[])
            raise Problem("found-already", by=names_of(session, [row.settled_by])[row.settled_by], found=found)
        if becomes == "repaired":
            row.repaired_at = now
        else:
            row.state = becomes
        row.settled_by, row.reason = caller.id, reason
        session.add(row)
        audit.record(session, now, caller, f"commitment.{becomes}", number, detail={"condition": condition})
        return row

    return shown([service.database.write(work)])[0]


def _department(caller: Caller) -> str:
    """The table of access lets those alone in who decide, and they have a department."""
    assert caller.department is not None
    return caller.department


def shown(rows: Sequence[FollowUpRow]) -> list[FollowUp]:
    return [
        FollowUp.model_validate(each.model_dump(include={"case_number", "condition", "by", "state", "told", "reason", "repaired_at"}))
        for each in rows
    ]

