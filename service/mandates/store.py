"""Queries on mandates."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, func
from sqlalchemy import select as columns
from sqlmodel import Session, and_, col, or_, select

from service.mandates.tables import MandateRow


def with_(session: Session, number: str) -> Sequence[MandateRow]:
    """All that there ever were, either way, the newest first."""
    either = or_(col(MandateRow.agent_index) == number, col(MandateRow.principal_index) == number)
    return session.exec(select(MandateRow).where(either).order_by(col(MandateRow.id).desc())).all()


def by_id(session: Session, id_: UUID) -> MandateRow | None:
    return session.get(MandateRow, id_)


def to_change(session: Session, id_: UUID) -> MandateRow | None:
    """Kept from others until the transaction ends."""
    return session.exec(select(MandateRow).where(MandateRow.id == id_).with_for_update()).first()


def open_ones_of(session: Session, principal: str, day: date) -> int:
    """How many the principal has given that are offered or in force."""
    given = select(func.count()).where(
        col(MandateRow.principal_index) == principal, col(MandateRow.state) != "ended", MandateRow.kind == "mandate", _lasting(day)
    )
    return session.exec(given).one()


def holds(connection: Connection, id_: UUID, day: date) -> bool:
    """Whether it is in force on the day, and stays so until the transaction ends."""
    query = columns(col(MandateRow.id)).where(col(MandateRow.id) == id_, *_in_force(day)).with_for_update(read=True)
    return connection.execute(query).first() is not None


def of_agent(session: Session, agent: str, day: date) -> Sequence[MandateRow]:
    """By which they may act on the day."""
    query = select(MandateRow).where(col(MandateRow.agent_index) == agent, *_in_force(day))
    return session.exec(query.order_by(col(MandateRow.id))).all()


def of_principal(session: Session, principal: str, day: date) -> Sequence[MandateRow]:
    """By which others may act for them on the day."""
    query = select(MandateRow).where(col(MandateRow.principal_index) == principal, *_in_force(day))
    return session.exec(query.order_by(col(MandateRow.id))).all()


def between(session: Session, agent: str, principal: str, kind: str, day: date) -> Sequence[MandateRow]:
    """Those of a kind that are in force on the day."""
    query = select(MandateRow).where(
        MandateRow.kind == kind, col(MandateRow.agent_index) == agent, col(MandateRow.principal_index) == principal, *_in_force(day)
    )
    return session.exec(query.order_by(col(MandateRow.id))).all()


def any_between(session: Session, one: str, others: Collection[str], day: date) -> bool:
    """Whether one of any kind between them, either way, is in force on the day."""
    agent, principal = col(MandateRow.agent_index), col(MandateRow.principal_index)
    either = or_(and_(agent == one, principal.in_(others)), and_(principal == one, agent.in_(others)))
    return session.exec(select(MandateRow.id).where(either, *_in_force(day)).limit(1)).first() is not None


def _in_force(day: date) -> tuple[ColumnElement[bool], ...]:
    return col(MandateRow.state) == "in-force", col(MandateRow.since) <= day, _lasting(day)


def _lasting(day: date) -> ColumnElement[bool]:
    until = col(MandateRow.until)
    return or_(until.is_(None), until >= day)
