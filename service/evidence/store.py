"""Queries on licences and register answers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, delete, exists, select

from service.evidence.tables import LicenceAnswerRow, LicenceRow, LicenceUseRow, RegisterRow


def licences(session: Session, type_: str, holder: str) -> Sequence[LicenceRow]:
    query = select(LicenceRow).where(LicenceRow.type == type_, col(LicenceRow.holder_index) == holder)
    return session.exec(query.order_by(LicenceRow.id)).all()  # type: ignore[arg-type]


def licences_of(session: Session, holder: str) -> Sequence[LicenceRow]:
    return session.exec(select(LicenceRow).where(col(LicenceRow.holder_index) == holder).order_by(col(LicenceRow.id))).all()


def register_entry(session: Session, check: str, subject: str) -> RegisterRow | None:
    query = select(RegisterRow).where(RegisterRow.check == check, col(RegisterRow.subject_index) == subject)
    return session.exec(query).first()


def uses_of(
    session: Session, subject: str, before: UUID | None, limit: int, type_: str | None = None
) -> Sequence[tuple[LicenceUseRow, LicenceAnswerRow | None]]:
    """With what came of them, or those of one `type_`; the newest first, from below `before` on."""
    query = (
        select(LicenceUseRow, LicenceAnswerRow)
        .join(LicenceAnswerRow, isouter=True)
        .where(col(LicenceUseRow.subject_index) == subject)
        .order_by(col(LicenceUseRow.id).desc())
        .limit(limit)
    )
    if type_ is not None:
        query = query.where(LicenceUseRow.type == type_)
    return session.exec(query.where(col(LicenceUseRow.id) < before) if before is not None else query).all()


def uses_for_case(session: Session, number: str) -> Sequence[tuple[LicenceUseRow, LicenceAnswerRow]]:
    """What was asked for a case and came to something, the oldest first."""
    query = select(LicenceUseRow, LicenceAnswerRow).join(LicenceAnswerRow).where(LicenceAnswerRow.case_number == number)
    return session.exec(query.order_by(col(LicenceUseRow.id))).all()


def ids_for_case(session: Session, number: str) -> Sequence[UUID]:
    """Of questions that were asked for a case, whatever came of them."""
    answered = select(LicenceAnswerRow.use_id).where(LicenceAnswerRow.case_number == number)
    asked = (col(LicenceUseRow.case_number) == number) | col(LicenceUseRow.id).in_(answered)
    return session.exec(select(LicenceUseRow.id).where(asked)).all()


def ids_without_case(session: Session, before: datetime, limit: int) -> Sequence[UUID]:
    """Of questions asked before then of which no case came."""
    kept = exists().where(col(LicenceAnswerRow.use_id) == col(LicenceUseRow.id), col(LicenceAnswerRow.case_number).is_not(None))
    query = select(LicenceUseRow.id).where(col(LicenceUseRow.asked_at) < before, ~kept)
    return session.exec(query.order_by(col(LicenceUseRow.id)).limit(limit)).all()


def remove_uses(session: Session, ids: Collection[UUID]) -> None:
    session.exec(delete(LicenceAnswerRow).where(col(LicenceAnswerRow.use_id).in_(ids)))
    session.exec(delete(LicenceUseRow).where(col(LicenceUseRow.id).in_(ids)))
