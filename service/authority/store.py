"""Queries on the repository's licences, register entries and requests."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from service.authority.tables import LicenceRow, RegisterRow, RequestRow


def is_empty(session: Session) -> bool:
    return session.exec(select(LicenceRow.id).limit(1)).first() is None


def by_holder(session: Session, type_code: str, holder: str) -> Sequence[LicenceRow]:
    query = select(LicenceRow).where(LicenceRow.type_code == type_code, LicenceRow.holder_code == holder)
    return session.exec(query.order_by(LicenceRow.id)).all()


def by_id(session: Session, licence_id: str) -> LicenceRow | None:
    return session.get(LicenceRow, licence_id)


def register_entry(session: Session, check: str, subject: str) -> RegisterRow | None:
    return session.get(RegisterRow, (check, subject))


def another_holder(session: Session, holder: str) -> LicenceRow | None:
    """Any licence of somebody else."""
    return session.exec(select(LicenceRow).where(LicenceRow.holder_code != holder).limit(1)).first()


def requests(session: Session) -> Sequence[RequestRow]:
    return session.exec(select(RequestRow).order_by(col(RequestRow.id))).all()
