"""What an approver asks for before they decide, while the clock stands still: a supplement of the applicant, a special procedure."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from service.accounts.actions import Caller
from service.cases.clock import deadline
from service.cases.lapsing import LAPSE
from service.cases.moves import move, resume_clock, stop_clock
from service.cases.reviewing import change, hold_claimed, hold_free, hold_reviewed
from service.cases.tables import CaseRow
from service.problems import Problem
from service.state import Service, day_of, end_of
from service.work.actions import later


def request_supplement(service: Service, caller: Caller, number: str, version: int, words: str, days: int) -> None:
    """Asks the applicant, in these words, who has so many working days. Raises `Problem`."""

    def work(session: Session, case: CaseRow, now: datetime) -> None:
        hold_claimed(session, case, caller)
        hold_free(case)
        until = end_of(deadline(day_of(now), days).day)
        stop_clock(case, day_of(now))
        case.until = until
        move(session, case, "supplement-requested", now, caller, "awaiting_supplement", words)
        session.add(later(LAPSE, case.number, until))

    change(service, caller, number, version, work)


def start_procedure(service: Service, caller: Caller, number: str, version: int, note: str | None) -> None:
    """Begins the special procedure of the situation: an expert assessment, say. Raises `Problem`."""

    def work(session: Session, case: CaseRow, now: datetime) -> None:
        hold_reviewed(case)
        hold_claimed(session, case, caller)
        hold_free(case)
        procedure = service.situation(case.situation).special_procedure
        if procedure is None:
            raise Problem("no-special-procedure")
        case.procedure_since = now
        stop_clock(case, day_of(now))
        move(session, case, "procedure-started", now, caller, note=f"{procedure.name}：{note}" if note else procedure.name)

    change(service, caller, number, version, work)


def end_procedure(service: Service, caller: Caller, number: str, version: int, note: str | None) -> None:
    """Raises `Problem`."""

    def work(session: Session, case: CaseRow, now: datetime) -> None:
        hold_reviewed(case)
        hold_claimed(session, case, caller)
        if case.procedure_since is None:
            raise Problem("no-special-procedure")
        case.procedure_since = None
        resume_clock(case, day_of(now))
        move(session, case, "procedure-ended", now, caller, note=note)

    change(service, caller, number, version, work)
