"""Queries on licences and register answers."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, select

from service.evidence.tables import LicenceRow, RegisterRow


def licences(session: Session, type_: str, holder: str) -> Sequence[LicenceRow]:
    query = select(LicenceRow).where(LicenceRow.type == type_, LicenceRow.holder == holder)
    return session.exec(query.order_by(LicenceRow.id)).all()  # type: ignore[arg-type]


def register_entry(session: Session, check: str, subject: str) -> RegisterRow | None:
    return session.get(RegisterRow, (check, subject))
