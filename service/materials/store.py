"""Queries on uploads and on what an account uses of its quota."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from service.materials.tables import UploadRow, UploadUsageRow


def upload(session: Session, id_: UUID) -> UploadRow | None:
    return session.get(UploadRow, id_)


def same_upload(session: Session, row: UploadRow) -> UploadRow | None:
    """The same file, handed in by the same account for the same purpose on the same day."""
    return session.exec(
        select(UploadRow).where(
            UploadRow.account_id == row.account_id, UploadRow.day == row.day, UploadRow.sha256 == row.sha256,
            UploadRow.situation == row.situation, UploadRow.material == row.material,
        )
    ).first()  # fmt: skip


def of_account(session: Session, account_id: int, before: UUID | None, limit: int) -> Sequence[UploadRow]:
    """The newest first, from below `before` on."""
    query = select(UploadRow).where(UploadRow.account_id == account_id).order_by(col(UploadRow.id).desc()).limit(limit)
    return session.exec(query.where(UploadRow.id < before) if before else query).all()


def known(session: Session, ids: Sequence[UUID]) -> set[UUID]:
    """Those of the ids that have a row."""
    return set(session.exec(select(UploadRow.id).where(col(UploadRow.id).in_(ids))).all())


def usage(session: Session, account_id: int) -> UploadUsageRow | None:
    return session.get(UploadUsageRow, account_id)


def usage_held(session: Session, account_id: int, day: date) -> UploadUsageRow:
    """Held until the transaction ends, so that uploads at once cannot go past the quota together."""
    found = session.get(UploadUsageRow, account_id, with_for_update=True)
    if found is None:
        found = UploadUsageRow(account_id=account_id, day=day)
        session.add(found)
        session.flush()
    if found.day != day:
        found.day, found.uploads = day, 0
    return found
