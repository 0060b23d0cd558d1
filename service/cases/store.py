"""Queries on cases, receipts and idempotency records."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, func, select

from service.cases.tables import OPEN, CaseRow, IdempotencyRow, ReceiptRow


def latest_number(session: Session, prefix: str) -> str | None:
    return session.exec(select(func.max(CaseRow.number)).where(col(CaseRow.number).startswith(prefix))).one()


def by_number(session: Session, number: str) -> CaseRow | None:
    return session.exec(select(CaseRow).where(CaseRow.number == number)).first()


def of_account(session: Session, account_id: int, before: str | None, limit: int) -> Sequence[CaseRow]:
    """The newest first, from below `before` on."""
    query = select(CaseRow).where(CaseRow.account_id == account_id).order_by(col(CaseRow.number).desc()).limit(limit)
    return session.exec(query.where(CaseRow.number < before) if before else query).all()


def open_case(session: Session, account_id: int, situation: str) -> CaseRow | None:
    mine = select(CaseRow).where(CaseRow.account_id == account_id, CaseRow.situation == situation)
    return session.exec(mine.where(col(CaseRow.status).in_(OPEN))).first()


def idempotency(session: Session, account_id: int, key: str) -> IdempotencyRow | None:
    return session.get(IdempotencyRow, (account_id, key))


def receipt(session: Session, case_id: int) -> ReceiptRow:
    return session.get_one(ReceiptRow, case_id)
