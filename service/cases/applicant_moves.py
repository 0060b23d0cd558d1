"""What an applicant can do about a case: supplement what was asked for, withdraw it, appeal against a refusal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from engine.decision.problems import InvalidFacts
from service.accounts.actions import Caller
from service.cases import store
from service.cases.keeping import keep_decision
from service.cases.models import Supplement
from service.cases.moves import move, resume_clock, start_clock, to_change
from service.cases.redeciding import decide_again, given_of
from service.cases.relation import is_own, visible
from service.cases.states import FOLLOWING, hold_to
from service.cases.tables import CaseRow
from service.mandates.standing import hold
from service.materials import actions as materials
from service.problems import Problem
from service.state import Service, day_of

APPEAL_WITHIN = timedelta(days=60)
"""行政复议法 第二十条: sixty days from the day the person learns of the decision."""
APPEAL_DAYS = 60
"""The longest an appeal may take; counted in working days here, which the law is kinder than."""
APPEALED = "appealed"
"""What the timeline calls it."""


def withdraw(service: Service, caller: Caller, number: str, reason: str | None) -> None:
    """Raises `Problem`."""

    def work(session: Session, case: CaseRow, now: datetime) -> None:
        case.until = case.assignee_id = case.claimed_at = case.proposed_by = case.procedure_since = None
        case.due_on, case.due_provisional = None, False
        move(session, case, "withdrawn", now, caller.actor, "withdrawn", reason)

    _change(service, caller, number, work)


def appeal(service: Service, caller: Caller, number: str, reason: str) -> None:
    """Another approver than the one who decided, if one did, looks at it again, once. Raises `Problem`."""

    def work(session: Session, case: CaseRow, now: datetime) -> None:
        _hold_to_appeal(session, case, now)
        case.assignee_id = case.claimed_at = None
        case.queue = case.queue or "general"
        start_clock(case, day_of(now), APPEAL_DAYS)
        move(session, case, APPEALED, now, caller.actor, "under_appeal", reason)

    _change(service, caller, number, work)


def appeal_refused(service: Service, caller: Caller, number: str) -> Problem | None:
    """Why an appeal would not be taken now, if it would not. Raises `Problem` where there is no such case of theirs."""
    now = service.now()
    with service.database.reading() as session:
        case = _own(session, caller, number, now)
        try:
            _hold_to_appeal(session, case, now)
        except Problem as problem:
            return problem
    return None


def supplement(service: Service, caller: Caller, number: str, given: Supplement) -> None:
    """Decides the case again with what is added; a person has the last word. Raises `Problem`, `InvalidFacts`."""
    with service.database.reading() as session:
        seen = _own(session, caller, number, service.now())
        if seen.status != "awaiting_supplement":
            raise Problem("not-allowed-now", case_status=seen.status, allowed=list(FOLLOWING[seen.status]))
        facts = given_of(session, seen)
        situation, day = service.situation(seen.situation), day_of(service.now())
        added, gaps = materials.hand_in(session, service, seen.account_id, situation, given.materials, day)
    if gaps:
        raise InvalidFacts(gaps)
    changed: dict[str, Any] = {"form": {**facts.get("form", {}), **given.form}}
    if given.commitments:
        changed["commitments"] = sorted({*facts.get("commitments", []), *given.commitments})
    now = service.now()
    decided = decide_again(service, seen, now, changed, confirmed=True, added=added, by=caller)

    def work(session: Session, case: CaseRow, at: datetime) -> None:
        if case.version != seen.version:
            raise Problem("changed-meanwhile", version=case.version)
        queue = case.queue if decided.proposed else decided.queue  # whoever asked confirms it
        keep_decision(service, session, case, decided, "supplement", at)
        case.queue, case.until = queue, None
        resume_clock(case, day_of(at))
        move(session, case, "supplemented", at, caller.actor, "in_review", given.note)

    _change(service, caller, number, work)


def _hold_to_appeal(session: Session, case: CaseRow, now: datetime) -> None:
    """Raises `Problem`."""
    hold_to(case.status, "under_appeal")
    if any(each.kind == APPEALED for each in store.timeline(session, case.number, everything=False)):
        raise Problem("appealed-before")  # else in the end there is nobody left who had no part in it
    if case.closed_at is not None and now > case.closed_at + APPEAL_WITHIN:
        raise Problem("appeal-too-late", last_day=day_of(case.closed_at + APPEAL_WITHIN).isoformat())
    if other := store.open_case(session, case.account_id, case.situation):
        raise Problem("case-open", number=other.number)


def _change(service: Service, caller: Caller, number: str, work: Callable[[Session, CaseRow, datetime], None]) -> None:
    now = service.now()

    def change(session: Session) -> None:
        hold(session, caller, day_of(now))
        _own(session, caller, number, now)
        work(session, to_change(session, number), now)

    service.database.write(change)


def _own(session: Session, caller: Caller, number: str, now: datetime) -> CaseRow:
    case = visible(session, caller, number, now)
    if not is_own(case, caller):
        raise Problem("not-yours")
    return case
