"""Queries on work."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, func, or_, select

from service.work.tables import WorkRow


def due(session: Session, kinds: Collection[str], now: datetime, most: int) -> Sequence[WorkRow]:
    """What nobody has taken, the longest due first, locked; what others are taking at this moment is passed over."""
    waiting = select(WorkRow).where(
        col(WorkRow.done_at).is_(None), col(WorkRow.failed_at).is_(None), col(WorkRow.due_at) <= now,
        col(WorkRow.kind).in_(kinds), or_(col(WorkRow.leased_until).is_(None), col(WorkRow.leased_until) <= now),
    )  # fmt: skip
    return session.exec(waiting.order_by(col(WorkRow.due_at)).limit(most).with_for_update(skip_locked=True)).all()


def by_id(session: Session, id_: UUID) -> WorkRow | None:
    return session.exec(select(WorkRow).where(WorkRow.id == id_).with_for_update()).first()


def failed(session: Session, limit: int) -> Sequence[WorkRow]:
    """The newest first."""
    query = select(WorkRow).where(col(WorkRow.failed_at).is_not(None))
    return session.exec(query.order_by(col(WorkRow.failed_at).desc()).limit(limit)).all()


def waiting(session: Session) -> Sequence[tuple[str, int, datetime]]:
    """By kind: how much is not done yet, and when the first of it is due."""
    query = select(WorkRow.kind, func.count(), func.min(col(WorkRow.due_at)))
    return session.exec(query.where(col(WorkRow.done_at).is_(None), col(WorkRow.failed_at).is_(None)).group_by(WorkRow.kind)).all()


def dead(session: Session) -> Sequence[tuple[str, int]]:
    """By kind: how much was given up."""
    return session.exec(select(WorkRow.kind, func.count()).where(col(WorkRow.failed_at).is_not(None)).group_by(WorkRow.kind)).all()
