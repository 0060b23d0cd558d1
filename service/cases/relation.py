"""How a caller stands to a case, and whether the table of access lets them have it by what they are calling."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

from service.access import Relation
from service.accounts.actions import Caller
from service.cases import store
from service.cases.keeping_out import keeps_out
from service.cases.numbers import is_case_number
from service.cases.tables import CaseRow
from service.problems import Problem
from service.state import day_of


def is_own(case: CaseRow, caller: Caller) -> bool:
    """Whether they are its applicant, or act for its applicant in such matters."""
    return case.account_id == caller.id and caller.covers(case.situation, case.department)


def relation(session: Session, case: CaseRow, caller: Caller, day: date) -> Relation | None:
    """None where they have to keep out of it, so that nothing reaches it."""
    if is_own(case, caller):
        return "own"
    if caller.acting is not None or keeps_out(session, caller, case, day):
        return None
    return "department" if caller.department == case.department else "other"


def reaches(session: Session, caller: Caller, number: str, now: datetime) -> bool:
    """Whether the table of access lets the caller have, by this call, what hangs on the case."""
    case = store.by_number(session, number)
    return case is not None and case.erased_at is None and relation(session, case, caller, day_of(now)) in caller.reach


def visible(session: Session, caller: Caller, number: str, now: datetime) -> CaseRow:
    """Raises `Problem` where there is no such case, or none that the table of access lets the caller have by this call."""
    case = store.by_number(session, number) if is_case_number(number) else None
    if case is not None and case.erased_at is not None:  # whose it was, and that it was, is all that is left
        raise Problem("case-erased" if is_own(case, caller) and "own" in caller.reach else "unknown-case")
    if case is None or relation(session, case, caller, day_of(now)) not in caller.reach:
        raise Problem("unknown-case")
    return case
