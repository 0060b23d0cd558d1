"""Queries on issued licences and on codes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import Session, col, delete, select

from service.database import Database
from service.licences.tables import IssuedLicenceRow, VerificationCodeRow


def signed_for(database: Database, holders: Collection[str], types: Collection[str]) -> Sequence[tuple[str, str, str]]:
    """Type, holder and token of each licence of these types and holders, the oldest first."""
    return database.look_up(_SIGNED_FOR, {"holders": [*holders], "types": [*types]})


_ISSUED = IssuedLicenceRow.__table__.c  # type: ignore[attr-defined]
_SIGNED_FOR = (
    columns(_ISSUED.type, _ISSUED.holder, _ISSUED.token)
    .where(_ISSUED.holder_index.in_(bindparam("holders", expanding=True)), _ISSUED.type.in_(bindparam("types", expanding=True)))
    .order_by(_ISSUED.issued_on, _ISSUED.id)
)


def of_holders(session: Session, holders: Collection[str]) -> Sequence[IssuedLicenceRow]:
    """The oldest first."""
    query = select(IssuedLicenceRow).where(col(IssuedLicenceRow.holder_index).in_(holders))
    return session.exec(query.order_by(col(IssuedLicenceRow.issued_on), col(IssuedLicenceRow.id))).all()


def by_id(session: Session, id_: str) -> IssuedLicenceRow | None:
    return session.get(IssuedLicenceRow, id_)


def of_case(session: Session, number: str) -> Sequence[IssuedLicenceRow]:
    """Kept from others until the transaction ends."""
    return session.exec(select(IssuedLicenceRow).where(IssuedLicenceRow.case_number == number).with_for_update()).all()


def of_case_now(session: Session, number: str, holder: str) -> IssuedLicenceRow | None:
    """What the case gave this holder, to be read alone."""
    query = select(IssuedLicenceRow).where(IssuedLicenceRow.case_number == number, col(IssuedLicenceRow.holder_index) == holder)
    return session.exec(query).first()


def valid_of(session: Session, type_: str, holder: str) -> Sequence[IssuedLicenceRow]:
    found = select(IssuedLicenceRow).where(
        IssuedLicenceRow.type == type_, col(IssuedLicenceRow.holder_index) == holder, IssuedLicenceRow.status == "valid"
    )
    return session.exec(found.with_for_update()).all()


def by_code(session: Session, code_hash: str, now: datetime) -> tuple[IssuedLicenceRow, bool] | None:
    """With whether the code stands on a document."""
    return session.exec(
        select(IssuedLicenceRow, VerificationCodeRow.document)
        .join(VerificationCodeRow)
        .where(VerificationCodeRow.code_hash == code_hash, col(VerificationCodeRow.expires_at) > now)
    ).first()


def remove_expired(session: Session, now: datetime) -> None:
    session.exec(delete(VerificationCodeRow).where(col(VerificationCodeRow.expires_at) <= now))


def remove(session: Session, row: IssuedLicenceRow) -> None:
    session.exec(delete(VerificationCodeRow).where(col(VerificationCodeRow.licence_id) == row.id))
    session.delete(row)
