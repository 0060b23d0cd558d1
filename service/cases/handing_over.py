"""The cases of an absent colleague, handed on by the head of the department: to somebody, or back to the queue."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from service.accounts.actions import Caller, account_of, has_account
from service.cases import store
from service.cases.keeping_out import keeps_out
from service.cases.moves import move
from service.cases.reviewing import hold_undecided
from service.cases.tables import CaseRow
from service.problems import Problem
from service.state import Service, day_of

MOST = 200


@dataclass(frozen=True, slots=True)
class HandedOver:
    """`given`: to the other; `returned`: to the queue, for the other has to keep out of them, or there is no other."""

    given: list[str]
    returned: list[str]


def hand_over(service: Service, caller: Caller, from_id: int, to_id: int | None, reason: str) -> HandedOver:
    """All at once, at most `MOST`. Raises `Problem`."""
    now = service.now()

    def work(session: Session) -> HandedOver:
        other = None if to_id is None else _colleague(session, caller, to_id)
        done = HandedOver([], [])
        for case in store.taken_by(session, from_id, caller.department, MOST):
            takes = other is not None and not keeps_out(session, other, case, day_of(now)) and _may(session, case, other)
            case.assignee_id, case.claimed_at = (to_id, now) if takes else (None, None)
            move(session, case, "handed-over", now, caller, note=reason, shown=False)
            (done.given if takes else done.returned).append(case.number)
        return done

    return service.database.write(work)


def _colleague(session: Session, caller: Caller, id_: int) -> Caller:
    found = account_of(session, id_) if has_account(session, id_) else None
    if found is None or not found.decides or found.department != caller.department:
        raise Problem("unknown-colleague")
    return found


def _may(session: Session, case: CaseRow, other: Caller) -> bool:
    try:
        hold_undecided(session, case, other)
    except Problem:
        return False
    return True
