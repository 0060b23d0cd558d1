"""Ordering what an approval gives, sending it to the bank in files, settling it, and getting it back."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session
from uuid_utils.compat import uuid7

from service import audit
from service.accounts.actions import Caller
from service.cases import actions as cases
from service.database import Conflict
from service.payments import store
from service.payments.models import Payment, Payments
from service.payments.tables import PaymentRow
from service.problems import Problem
from service.protection.masking import masked_account
from service.state import BASE, Service
from service.work.actions import Work

MOST_IN_A_FILE = 1000
FOLLOWING: Mapping[str, tuple[str, ...]] = {
    "ordered": ("sent", "cancelled"), "sent": ("paid", "failed", "recovering"), "paid": ("recovering",), "failed": ("ordered", "cancelled"),
    "cancelled": (), "recovering": ("recovered",), "recovered": (),
}  # fmt: skip
"""What each state of a payment may become."""
SETTLED = ("paid", "failed", "ordered", "recovered")
"""What staff may say came of one; the rest the service does itself."""


@dataclass(frozen=True, slots=True)
class BankFile:
    """`total`: fen."""

    batch: UUID
    count: int
    total: int
    content: str


def follow(service: Service, work: Work) -> None:
    """What a move of a case means for its payments: ordered when it is approved, stopped or got back when that is revoked."""
    status = work.detail["status"]
    if status == "approved":
        try:
            service.database.write(lambda session: _order(service, session, work.subject))
        except Conflict:
            return  # ordered already, by whoever did this work at the same time
    elif status == "revoked":
        service.database.write(lambda session: _undo(service, session, work.subject))


def payments_of(service: Service, caller: Caller, number: str) -> Payments:
    """Those of one case, for whoever may see it. Raises `Problem`."""
    cases.case_of(service, caller, number)
    with service.database.reading() as session:
        return Payments(payments=[_shown(each) for each in store.of_case(session, number)], next=None)


def payments(service: Service, caller: Caller, state: str | None, before: UUID | None, limit: int) -> Payments:
    """Those of the caller's department; an operator's are all. Raises `Problem`."""
    department = _department(caller)
    with service.database.reading() as session:
        rows = store.in_state(session, department, state, before, limit + 1)
    shown = [_shown(each) for each in rows[:limit]]
    asked = f"&state={state}" if state else ""
    older = f"{BASE}/payments?before={rows[limit - 1].id}&limit={limit}{asked}" if len(rows) > limit else None
    return Payments(payments=shown, next=older)


def send(service: Service, caller: Caller) -> BankFile:
    """Takes what is ordered into one file for the bank, each payment into one file alone. Raises `Problem`."""
    department = _department(caller)
    now = service.now()

    def work(session: Session) -> BankFile:
        rows = store.ordered(session, department, MOST_IN_A_FILE)
        batch = uuid7()
        for row in rows:
            _become(row, "sent")
            row.batch, row.changed_at = batch, now
            session.add(row)
        content = _csv(rows)
        audit.record(session, now, caller, "payments.sent", about=str(batch), detail={"count": len(rows)})
        return BankFile(batch, len(rows), sum(row.amount for row in rows), content)

    return service.database.write(work)


def settle(service: Service, caller: Caller, id_: UUID, state: str, reason: str | None) -> Payment:
    """What came of one; nobody says it of their own. Raises `Problem`."""
    now = service.now()

    def work(session: Session) -> Payment:
        row = store.to_change(session, id_)
        if row is None or not cases.reaches(session, caller, row.case_number, now):
            raise Problem("unknown-payment")
        _become(row, state)
        row.reason, row.changed_at = reason, now
        session.add(row)
        audit.record(session, now, caller, f"payment.{state}", row.case_number, about=str(row.id))
        return _shown(row)

    return service.database.write(work)


def _order(service: Service, session: Session, number: str) -> None:
    given = cases.given_by(service, session, number)
    if given is None or given.status != "approved":
        return  # revoked in the meantime
    now = service.now()
    there = {each.grant_id for each in store.of_case(session, number)}
    for grant, amount in given.money.items():
        if grant not in there and amount > 0:
            every = "month" if grant.startswith("monthly") else "once"
            session.add(PaymentRow(
                case_number=number, grant_id=grant, department=given.department, amount=amount, every=every, payee=given.payee, at=now,
                changed_at=now,
            ))  # fmt: skip
            audit.record(session, now, None, "payment.ordered", number, detail={"grant": grant})


def _undo(service: Service, session: Session, number: str) -> None:
    now = service.now()
    for row in store.of_case(session, number):
        becomes = "cancelled" if row.state in ("ordered", "failed") else "recovering" if row.state in ("sent", "paid") else None
        if becomes is not None:
            _become(row, becomes)
            row.changed_at = now
            session.add(row)
            audit.record(session, now, None, f"payment.{becomes}", number, about=str(row.id))


def _become(row: PaymentRow, state: str) -> None:
    if state not in FOLLOWING[row.state]:
        raise Problem("not-allowed-now", case_status=row.state, allowed=list(FOLLOWING[row.state]))
    row.state = state


def _department(caller: Caller) -> str | None:
    """Whose payments they look after, None for all: the table of access lets operators and heads alone in."""
    if "operator" in caller.roles:
        return None
    assert caller.department is not None
    return caller.department


def _csv(rows: Sequence[PaymentRow]) -> str:
    """One line a payment, and at the end how many and how much: amounts in yuan. A cell never begins as a formula does."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["payment", "case", "grant", "account", "amount", "every"])
    for row in rows:
        writer.writerow([row.id, row.case_number, row.grant_id, f"\t{row.payee}", _yuan(row.amount), row.every])
    writer.writerow(["total", len(rows), "", "", _yuan(sum(row.amount for row in rows)), ""])
    return out.getvalue()


def _shown(row: PaymentRow) -> Payment:
    known = row.model_dump(include={"id", "case_number", "every", "state", "reason", "at", "changed_at"})
    payee = masked_account(row.payee) if row.payee else None
    return Payment.model_validate({**known, "grant": row.grant_id, "amount": _yuan(row.amount), "payee": payee})


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"
