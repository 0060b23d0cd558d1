"""Queries on licences and register answers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BindParameter, bindparam
from sqlalchemy import select as columns
from sqlmodel import Session, col, delete, exists, select

from service.database import Database
from service.evidence.tables import LicenceAnswerRow, LicenceRow, LicenceUseRow, RegisterRow


class Licence(NamedTuple):
    """Of a `LicenceRow`, what it is answered with."""

    type: str
    holder: str
    status: str
    issued_on: date
    valid_until: date | None
    attributes: str


class Entry(NamedTuple):
    """Likewise, of a `RegisterRow`."""

    check: str
    subject: str
    silent: bool
    attributes: str


_LICENCE = LicenceRow.__table__.c  # type: ignore[attr-defined]
_REGISTER = RegisterRow.__table__.c  # type: ignore[attr-defined]
_TYPES: BindParameter[Any] = bindparam("types", expanding=True)
_SUBJECTS: BindParameter[Any] = bindparam("subjects", expanding=True)
_LICENCES = (
    columns(*(_LICENCE[name] for name in Licence._fields))
    .where(_LICENCE.type.in_(_TYPES), _LICENCE.holder_index.in_(_SUBJECTS))
    .order_by(_LICENCE.id)
)
_ENTRIES = columns(*(_REGISTER[name] for name in Entry._fields)).where(
    _REGISTER.check.in_(_TYPES), _REGISTER.subject_index.in_(_SUBJECTS)
)


def licences(database: Database, types: Collection[str], holders: Collection[str]) -> Sequence[Licence]:
    """Of any of these types and any of these holders, in the order in which they came."""
    return [Licence._make(each) for each in database.look_up(_LICENCES, {"types": [*types], "subjects": [*holders]})]


def register_entries(database: Database, checks: Collection[str], subjects: Collection[str]) -> Sequence[Entry]:
    """Of any of these registers about any of these."""
    return [Entry._make(each) for each in database.look_up(_ENTRIES, {"types": [*checks], "subjects": [*subjects]})]


def licences_of(session: Session, holder: str) -> Sequence[LicenceRow]:
    return session.exec(select(LicenceRow).where(col(LicenceRow.holder_index) == holder).order_by(col(LicenceRow.id))).all()


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
