"""Cases that wait for a silent source: tried again until it answers, and given to a person when its time is up."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from service.cases import store
from service.cases.deciding import Decided
from service.cases.keeping import keep_decision
from service.cases.moves import FIRST_WAIT, move, to_change
from service.cases.once import give_once
from service.cases.redeciding import decide_again
from service.cases.tables import CaseRow
from service.evidence.actions import use_rows
from service.problems import Problem
from service.state import Service
from service.work.actions import Later, Work

_LONGEST = timedelta(minutes=15)


def try_again(service: Service, work: Work) -> None:
    """Decides a case that waits for a source once more. Raises `Later` while that is silent."""
    with service.database.reading() as session:
        case = store.by_number(session, work.subject)
    if case is None or case.status != "awaiting_evidence" or case.until is None:
        return
    now = service.now()
    if now >= case.until:
        service.database.write(lambda session: _give_up(session, case, now))
        return
    decided = decide_again(service, case, now)
    if decided.waits_for:
        service.database.insert(use_rows(decided.uses, case.number))
        waited = now - case.received_at
        raise Later(min(now + min(max(waited / 4, FIRST_WAIT), _LONGEST), case.until))
    service.database.write(lambda session: _settle(session, service, case, decided, now))


def _settle(session: Session, service: Service, seen: CaseRow, decided: Decided, now: datetime) -> None:
    case = to_change(session, seen.number)
    if case.version != seen.version:
        raise Problem("changed-meanwhile", version=case.version)  # the work is tried again, with the case as it is now
    case.until = None
    becomes = decided.status(service.situation(case.situation))
    keep_decision(service, session, case, decided, "source-returned", now)
    move(session, case, "source-returned", now, None, becomes)
    give_once(service, session, case)


def _give_up(session: Session, seen: CaseRow, now: datetime) -> None:
    case = to_change(session, seen.number)
    if case.status == "awaiting_evidence":
        case.until = None
        move(session, case, "source-silent", now, None, "in_review")
