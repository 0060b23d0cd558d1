"""Queries on cases and what came of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Integer, Select, bindparam
from sqlalchemy import select as core_select
from sqlmodel import Session, and_, case, col, delete, func, literal, or_, select, update

from service.accounts.actions import Caller, Scope
from service.cases.states import OPEN
from service.cases.tables import (
    IS_OPEN,
    SETTLED,
    CaseCounterRow,
    CaseRow,
    DecisionRow,
    GivenOnceRow,
    IdempotencyRow,
    ProposalRow,
    ReceiptRow,
    TimelineRow,
)
from service.database import Database

NEVER = date.max
"""Sorts what has no deadline last."""


def set_aside(session: Session, day: date, count: int) -> int:
    """The last of so many numbers that are now nobody else's."""
    more = update(CaseCounterRow).where(col(CaseCounterRow.day) == day).values(last=CaseCounterRow.last + count)
    found = session.exec(more.returning(col(CaseCounterRow.last))).first()
    if found is not None:
        return int(found[0])
    session.add(CaseCounterRow(day=day, last=count))
    return count


def by_number(session: Session, number: str) -> CaseRow | None:
    return session.get(CaseRow, number)


def to_change(session: Session, number: str) -> CaseRow | None:
    """The case, which nobody else changes until the transaction ends."""
    return session.exec(select(CaseRow).where(CaseRow.number == number).with_for_update()).first()


def of_account(session: Session, account_id: int, before: str | None, limit: int, scope: Scope | None = None) -> Sequence[CaseRow]:
    """The newest first, from below `before` on; of those matters alone that are in the `scope`."""
    query = select(CaseRow).where(CaseRow.account_id == account_id, col(CaseRow.erased_at).is_(None))
    if scope is not None and scope.department is not None:
        query = query.where(CaseRow.department == scope.department)
    elif scope is not None and scope.situations:
        query = query.where(col(CaseRow.situation).in_(scope.situations))
    query = query.order_by(col(CaseRow.number).desc()).limit(limit)
    return session.exec(query.where(CaseRow.number < before) if before else query).all()


def open_case(session: Session, account_id: int, situation: str) -> CaseRow | None:
    """Or one that stands in the way like an open one."""
    mine = select(CaseRow).where(CaseRow.account_id == account_id, CaseRow.situation == situation)
    return session.exec(mine.where(or_(col(CaseRow.status).in_(OPEN), col(CaseRow.settling)))).first()


class InTheWay(NamedTuple):
    """What an application meets: what was kept under its key, and the number of an open case for its situation."""

    digest: str | None = None
    answer: bytes | None = None
    case_number: str | None = None
    open_case: str | None = None


def in_the_way(database: Database, caller: Caller, key: str, situation: str) -> InTheWay:
    """In one statement, since every submission asks. The key is of whoever acts."""
    asked = {"account": caller.id, "actor": caller.actor.id, "key": key, "situation": situation}
    found = database.look_up(_IN_THE_WAY, asked)
    return InTheWay(*found[0]) if found else InTheWay()


def _in_the_way() -> Select[str, bytes, str, str]:
    account = bindparam("account", type_=Integer)
    open_ = or_(col(CaseRow.status).in_(OPEN), col(CaseRow.settling))
    mine = and_(CaseRow.account_id == account, CaseRow.situation == bindparam("situation"), open_)
    kept = and_(IdempotencyRow.account_id == bindparam("actor", type_=Integer), IdempotencyRow.key == bindparam("key"))
    one = select(literal(1).label("one")).subquery()
    asked = core_select(
        col(IdempotencyRow.digest), col(IdempotencyRow.answer), col(IdempotencyRow.case_number), col(CaseRow.number)
    )
    return asked.select_from(one).join(IdempotencyRow, kept, isouter=True).join(CaseRow, mine, isouter=True)


_IN_THE_WAY = _in_the_way()


def receipt(session: Session, case: CaseRow) -> ReceiptRow:
    """The latest."""
    return session.get_one(ReceiptRow, (case.number, case.receipts))


def receipts(session: Session, number: str) -> Sequence[ReceiptRow]:
    """The oldest first."""
    return session.exec(select(ReceiptRow).where(ReceiptRow.case_number == number).order_by(col(ReceiptRow.sequence))).all()


def closed(session: Session, statuses: Collection[str], before: datetime, after: str, limit: int) -> Sequence[CaseRow]:
    """Closed before then and not erased, by number, from above `after` on."""
    query = select(CaseRow).where(
        CaseRow.number > after, col(CaseRow.status).in_(statuses), col(CaseRow.closed_at) < before, col(CaseRow.erased_at).is_(None)
    )
    return session.exec(query.order_by(col(CaseRow.number)).limit(limit)).all()


def remove_answers(session: Session, number: str) -> None:
    """What was answered to its applications, kept to be answered again."""
    session.exec(delete(IdempotencyRow).where(col(IdempotencyRow.case_number) == number))


def first_receipt(session: Session, number: str) -> bytes | None:
    """The complete receipt of the submission."""
    return session.exec(select(ReceiptRow.body).where(ReceiptRow.case_number == number, ReceiptRow.sequence == 1)).first()


def given_once(session: Session, what: str, holder: str) -> GivenOnceRow | None:
    """Kept from others until the transaction ends."""
    query = select(GivenOnceRow).where(GivenOnceRow.what == what, col(GivenOnceRow.holder_index) == holder)
    return session.exec(query.with_for_update()).first()


def gave_once(session: Session, number: str) -> bool:
    return session.exec(select(GivenOnceRow.place).where(GivenOnceRow.case_number == number).limit(1)).first() is not None


def approved_of(session: Session, situations: Collection[str]) -> Sequence[str]:
    """The numbers of all that stand approved, the oldest first."""
    query = select(CaseRow.number).where(col(CaseRow.situation).in_(situations), CaseRow.status == "approved")
    return session.exec(query.order_by(col(CaseRow.number))).all()


def take_back(session: Session, number: str) -> None:
    """What the case gave may be given to somebody again."""
    session.exec(delete(GivenOnceRow).where(col(GivenOnceRow.case_number) == number))


def pass_on(session: Session, what: str, holder: str, number: str) -> None:
    """What an earlier case gave once hangs on the one whose result takes its place."""
    found = given_once(session, what, holder)
    if found is not None and found.case_number != number:
        session.delete(found)
        session.flush()
        session.add(GivenOnceRow(case_number=number, place=found.place, what=what, holder=holder, until=found.until))


def let_go(session: Session, what: str, holder: str) -> None:
    """It may be given to the holder again."""
    session.exec(delete(GivenOnceRow).where(col(GivenOnceRow.what) == what, col(GivenOnceRow.holder_index) == holder))


def remove_ended(session: Session, today: date) -> None:
    """Of what is given once, that which has ended by itself."""
    session.exec(delete(GivenOnceRow).where(col(GivenOnceRow.until) < today))


def rules_receipt(session: Session, number: str) -> ReceiptRow:
    """The latest on what the sources answered: what a person settles is laid over it."""
    query = select(ReceiptRow).where(ReceiptRow.case_number == number, ReceiptRow.why != SETTLED)
    return session.exec(query.order_by(col(ReceiptRow.sequence).desc()).limit(1)).one()


def decisions(session: Session, number: str) -> Sequence[DecisionRow]:
    """What persons decided, the oldest first."""
    return session.exec(select(DecisionRow).where(DecisionRow.case_number == number).order_by(col(DecisionRow.sequence))).all()


def proposals(session: Session, number: str) -> Sequence[ProposalRow]:
    """Decisions that waited for a second person, the oldest first."""
    return session.exec(select(ProposalRow).where(ProposalRow.case_number == number).order_by(col(ProposalRow.sequence))).all()


def decision(session: Session, number: str) -> DecisionRow | None:
    """The latest that a person took."""
    query = select(DecisionRow).where(DecisionRow.case_number == number)
    return session.exec(query.order_by(col(DecisionRow.sequence).desc()).limit(1)).first()


def timeline(session: Session, number: str, everything: bool) -> Sequence[TimelineRow]:
    query = select(TimelineRow).where(TimelineRow.case_number == number).order_by(col(TimelineRow.sequence))
    return session.exec(query if everything else query.where(col(TimelineRow.shown))).all()


@dataclass(frozen=True, slots=True)
class Asked:
    """What cases an approver asks for. `assignees`: whose, None among them for nobody's; None for anybody's. `in_any_queue`: whose are
    shown whatever queue they are in.

    `after`: the deadline and number of the last one that was seen; `before`: of the first one, to go back from. Deadlines that are
    not running come last.
    """

    department: str | None
    statuses: Sequence[str]
    queues: Sequence[str] | None = None
    in_any_queue: int | None = None
    assignees: Collection[int | None] | None = None
    situation: str | None = None
    due_before: date | None = None
    after: tuple[date, str] | None = None
    before: tuple[date, str] | None = None


def waiting(session: Session, asked: Asked, limit: int) -> Sequence[CaseRow]:
    """The oldest deadline first; going back from `before`, the latest of those first."""
    due = func.coalesce(col(CaseRow.due_on), NEVER)
    query = select(CaseRow).where(col(CaseRow.status).in_(asked.statuses))
    if asked.department is not None:
        query = query.where(CaseRow.department == asked.department)
    if asked.queues is not None:
        theirs = [] if asked.in_any_queue is None else [CaseRow.assignee_id == asked.in_any_queue]
        query = query.where(or_(*theirs, col(CaseRow.queue).in_(asked.queues)))
    if asked.assignees is not None:
        ids = [each for each in asked.assignees if each is not None]
        nobodys = [col(CaseRow.assignee_id).is_(None)] if None in asked.assignees else []
        query = query.where(or_(*nobodys, col(CaseRow.assignee_id).in_(ids)))
    if asked.situation is not None:
        query = query.where(CaseRow.situation == asked.situation)
    if asked.due_before is not None:
        query = query.where(col(CaseRow.due_on) < asked.due_before)
    if asked.after is not None:
        day, number = asked.after
        query = query.where(or_(due > day, and_(due == day, col(CaseRow.number) > number)))
    if asked.before is not None:
        day, number = asked.before
        query = query.where(or_(due < day, and_(due == day, col(CaseRow.number) < number)))
        return session.exec(query.order_by(due.desc(), col(CaseRow.number).desc()).limit(limit)).all()
    return session.exec(query.order_by(due, col(CaseRow.number)).limit(limit)).all()


def taken_by(session: Session, account_id: int, department: str | None, limit: int) -> Sequence[CaseRow]:
    """Open cases that somebody has taken, to be changed; of a department, where one is named."""
    query = select(CaseRow).where(CaseRow.assignee_id == account_id, col(CaseRow.status).in_(OPEN))
    if department is not None:
        query = query.where(CaseRow.department == department)
    return session.exec(query.order_by(col(CaseRow.number)).limit(limit).with_for_update()).all()


def every_open_one(session: Session, department: str | None) -> Sequence[tuple[str, int | None, date | None, datetime]]:
    """Status, who has it, deadline and arrival of every case that is not closed."""
    told = select(col(CaseRow.status), col(CaseRow.assignee_id), col(CaseRow.due_on), col(CaseRow.received_at))
    query = told.where(col(CaseRow.status).in_(OPEN))
    return session.exec(query if department is None else query.where(CaseRow.department == department)).all()


def first_statuses(session: Session, department: str | None, since: datetime) -> Sequence[tuple[str, int]]:
    """What submissions since then came to at once, counted."""
    query = (
        select(TimelineRow.status, func.count())
        .join(CaseRow, col(CaseRow.number) == col(TimelineRow.case_number))
        .where(TimelineRow.sequence == 1, CaseRow.received_at >= since)
        .group_by(col(TimelineRow.status))
    )
    return session.exec(query if department is None else query.where(CaseRow.department == department)).all()


def first_reviews(session: Session, department: str | None, since: datetime, limit: int) -> Sequence[bytes]:
    """The first receipts of the newest submissions since then that came to a person."""
    query = (
        select(ReceiptRow.body)
        .join(CaseRow, col(CaseRow.number) == col(ReceiptRow.case_number))
        .join(TimelineRow, col(CaseRow.number) == col(TimelineRow.case_number))
        .where(ReceiptRow.sequence == 1, TimelineRow.sequence == 1, TimelineRow.status == "in_review", CaseRow.received_at >= since)
        .order_by(col(CaseRow.number).desc())
        .limit(limit)
    )
    return session.exec(query if department is None else query.where(CaseRow.department == department)).all()


def by_numbers(session: Session, numbers: Collection[str]) -> Sequence[CaseRow]:
    return session.exec(select(CaseRow).where(col(CaseRow.number).in_(numbers)).order_by(col(CaseRow.number).desc())).all()


def provisional(session: Session) -> Sequence[CaseRow]:
    """Open cases whose deadline lay past the calendar of its time."""
    return session.exec(select(CaseRow).where(col(CaseRow.due_provisional), col(CaseRow.status).in_(OPEN))).all()


@dataclass(frozen=True, slots=True)
class OpenCases:
    """How many cases are open in one queue with one status; `oldest`: when the first of them was received."""

    department: str
    queue: str | None
    status: str
    count: int
    oldest: datetime
    overdue: int


def open_cases(session: Session, today: date) -> list[OpenCases]:
    """By department, queue and status. The condition is that of the index of open cases, word for word, so that it is taken."""
    named = col(CaseRow.department), col(CaseRow.queue), col(CaseRow.status)
    late = func.count(case((col(CaseRow.due_on) < today, 1)))
    query = select(*named, func.count(), func.min(col(CaseRow.received_at)), late).where(IS_OPEN).group_by(*named)  # type: ignore[call-overload]
    return [OpenCases(*row) for row in session.exec(query).all()]
