"""Cases in the hands of approvers: who may see one, taking it, giving it back, passing it on.

Each move names the version that the case was seen at.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any, TypeVar

import orjson
from sqlmodel import Session

from service import audit
from service.accounts.actions import Caller, account_of, is_same_person, names_of
from service.cases import store
from service.cases.moves import move, to_change
from service.cases.relation import relation, visible
from service.cases.states import FOLLOWING
from service.cases.tables import CaseRow
from service.database import Conflict
from service.problems import Problem
from service.state import Service, day_of

REVIEWED = ("in_review", "under_appeal")
"""Where a person decides."""
T = TypeVar("T")


def reviewable(session: Session, caller: Caller, number: str, now: datetime) -> CaseRow:
    """A case of the caller's department that they need not keep out of. Raises `Problem`."""
    return visible(session, caller, number, now)


def look(service: Service, caller: Caller, number: str, looking: str) -> CaseRow:
    """The same; the look is on record before it is answered."""
    now = service.now()
    with service.database.reading() as session:
        case = reviewable(session, caller, number, now)
    service.database.insert([audit.row(now, caller, looking, case.number)])
    return case


def facts_of(session: Session, number: str) -> dict[str, Any]:
    """What a case was last decided on by what the sources answered."""
    facts: dict[str, Any] = orjson.loads(store.rules_receipt(session, number).body)["facts"]
    return facts


def seen_beside(session: Session, caller: Caller, numbers: Collection[str], now: datetime) -> Sequence[CaseRow]:
    """Those of these cases that the caller may see, the newest first."""
    rows = store.by_numbers(session, numbers)
    return [each for each in rows if relation(session, each, caller, day_of(now)) in caller.reach]


def standing_of(service: Service, number: str) -> dict[str, Any]:
    """Where a case stands that somebody has just moved."""
    with service.database.reading() as session:
        case = store.by_number(session, number)
        assert case is not None
        names = {} if case.assignee_id is None else names_of(session, {case.assignee_id})
    known = case.model_dump(include={"number", "version", "status", "queue", "department"})
    return {**known, "assignee": None if case.assignee_id is None else names.get(case.assignee_id)}


def claim(service: Service, caller: Caller, number: str, version: int) -> None:
    """Takes a case for oneself: nobody else decides it until it is given back. Raises `Problem`."""

    def work(session: Session, case: CaseRow, now: datetime) -> None:
        hold_reviewed(case)
        if case.assignee_id is not None:
            raise taken(session, case)
        hold_undecided(session, case, caller)
        case.assignee_id, case.claimed_at = caller.id, now
        move(session, case, "claimed", now, caller, shown=False)

    change(service, caller, number, version, work)


def release(service: Service, caller: Caller, number: str, version: int) -> None:
    """Gives a case back. Raises `Problem`."""

    def work(session: Session, case: CaseRow, now: datetime) -> None:
        hold_claimed(session, case, caller)
        case.assignee_id = case.claimed_at = None
        move(session, case, "released", now, caller, shown=False)

    change(service, caller, number, version, work)


def transfer(service: Service, caller: Caller, number: str, version: int, queue: str, department: str | None, reason: str) -> None:
    """Passes a case that one has taken to another queue, or to another department. Raises `Problem`."""

    def work(session: Session, case: CaseRow, now: datetime) -> None:
        hold_reviewed(case)
        hold_claimed(session, case, caller)
        hold_free(case)
        to = department or case.department
        if to not in service.catalogue.departments or queue not in service.catalogue.departments[to].queues:
            raise Problem("unknown-queue")
        case.department, case.queue = to, queue
        case.assignee_id = case.claimed_at = None
        move(session, case, "transferred", now, caller, note=reason, shown=False)

    change(service, caller, number, version, work)


def change(
    service: Service, caller: Caller, number: str, version: int, work: Callable[[Session, CaseRow, datetime], T]
) -> T:
    """Does the work on the case as it was seen, in one transaction. Raises `Problem`."""
    now = service.now()

    def one(session: Session) -> T:
        reviewable(session, caller, number, now)
        return work(session, to_change(session, number, version), now)

    try:
        return service.database.write(one)
    except Conflict:  # with an approval of the same moment
        raise Problem("given-already") from None


def hold_reviewed(case: CaseRow) -> None:
    if case.status not in REVIEWED:
        raise Problem("not-allowed-now", case_status=case.status, allowed=list(FOLLOWING[case.status]))


def hold_claimed(session: Session, case: CaseRow, caller: Caller) -> None:
    if case.assignee_id is None:
        raise Problem("not-claimed")
    if case.assignee_id != caller.id:
        raise taken(session, case)


def hold_free(case: CaseRow) -> None:
    """Nothing else is under way: no decision that waits for a second person, no special procedure."""
    if case.proposed_by is not None:
        raise Problem("waits-for-second")
    if case.procedure_since is not None:
        raise Problem("procedure-runs", since=case.procedure_since.isoformat())


def hold_undecided(session: Session, case: CaseRow, caller: Caller) -> None:
    if decided_before(session, case, caller):
        raise Problem("decided-before")


def decided_before(session: Session, case: CaseRow, caller: Caller) -> bool:
    """Whoever decided before has no say in the appeal, nor whoever proposed in confirming it, by another account neither."""
    before = {case.proposed_by}
    if case.status == "under_appeal":
        for each in store.decisions(session, case.number):
            before |= {each.account_id, each.second_id}
    return any(is_same_person(caller, account_of(session, each)) for each in before if each is not None)


def taken(session: Session, case: CaseRow) -> Problem:
    assert case.assignee_id is not None
    by = names_of(session, {case.assignee_id}).get(case.assignee_id)
    return Problem("taken", by=by, since=case.claimed_at.isoformat() if case.claimed_at else None)


