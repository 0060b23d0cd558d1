"""Queries on licences and register answers."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from service.evidence.tables import LicenceRow, LicenceUseRow, RegisterRow


def licences(session: Session, type_: str, holder: str) -> Sequence[LicenceRow]:
    query = select(LicenceRow).where(LicenceRow.type == type_, LicenceRow.holder == holder)
    return session.exec(query.order_by(LicenceRow.id)).all()  # type: ignore[arg-type]


def register_entry(session: Session, check: str, subject: str) -> RegisterRow | None:
    return session.get(RegisterRow, (check, subject))


def use(session: Session, id_: int) -> LicenceUseRow:
    return session.get_one(LicenceUseRow, id_)


def uses_of(session: Session, subject: str, before: int | None, limit: int) -> Sequence[LicenceUseRow]:
    """The newest first, from below `before` on."""
    query = select(LicenceUseRow).where(LicenceUseRow.subject == subject).order_by(col(LicenceUseRow.id).desc()).limit(limit)
    return session.exec(query.where(col(LicenceUseRow.id) < before) if before is not None else query).all()
