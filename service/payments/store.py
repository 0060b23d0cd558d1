"""Queries on payments."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from service.payments.tables import PaymentRow


def of_case(session: Session, number: str) -> Sequence[PaymentRow]:
    return session.exec(select(PaymentRow).where(PaymentRow.case_number == number).order_by(PaymentRow.grant_id)).all()


def to_change(session: Session, id_: UUID) -> PaymentRow | None:
    return session.exec(select(PaymentRow).where(PaymentRow.id == id_).with_for_update()).first()


def in_state(session: Session, department: str | None, state: str | None, before: UUID | None, limit: int) -> Sequence[PaymentRow]:
    """The newest first; of every department where none is named."""
    query = select(PaymentRow).order_by(col(PaymentRow.id).desc()).limit(limit)
    if department is not None:
        query = query.where(PaymentRow.department == department)
    if state is not None:
        query = query.where(PaymentRow.state == state)
    return session.exec(query.where(col(PaymentRow.id) < before) if before else query).all()


def ordered(session: Session, department: str | None, limit: int) -> Sequence[PaymentRow]:
    """What can be sent: it says where to. The oldest first, and nobody else's until the transaction ends."""
    query = select(PaymentRow).where(PaymentRow.state == "ordered", col(PaymentRow.payee).is_not(None))
    if department is not None:
        query = query.where(PaymentRow.department == department)
    return session.exec(query.order_by(col(PaymentRow.id)).limit(limit).with_for_update(skip_locked=True)).all()
