"""Queries on uploads, on what an account uses of its quota, and on what hangs on a case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, delete, exists, select

from service.materials.tables import CaseMaterialRow, CaseUploadRow, UploadRow, UploadUsageRow


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


def with_purpose(session: Session, account_id: int) -> Sequence[UploadRow]:
    """The account's uploads that were handed in for a material, the newest first."""
    mine = select(UploadRow).where(UploadRow.account_id == account_id, UploadRow.material != "")
    return session.exec(mine.order_by(col(UploadRow.id).desc())).all()


def of_case(session: Session, case_number: str) -> Sequence[tuple[str, UploadRow]]:
    """The uploads that hang on a case, each with its material, in the order of the uploads."""
    query = select(CaseUploadRow.material, UploadRow).join(UploadRow, col(CaseUploadRow.upload_id) == col(UploadRow.id))
    return session.exec(query.where(CaseUploadRow.case_number == case_number).order_by(col(UploadRow.id))).all()


def materials_of(session: Session, case_number: str) -> Sequence[CaseMaterialRow]:
    return session.exec(select(CaseMaterialRow).where(CaseMaterialRow.case_number == case_number)).all()


def cases_with(session: Session, upload_id: UUID) -> Sequence[str]:
    """The numbers of the cases that it hangs on, the newest first."""
    query = select(CaseUploadRow.case_number).where(CaseUploadRow.upload_id == upload_id).distinct()
    return session.exec(query.order_by(col(CaseUploadRow.case_number).desc())).all()


def unhook(session: Session, case_number: str) -> Sequence[UUID]:
    """Takes the uploads off a case, and how its materials were met with them; the ids."""
    ids = session.exec(select(CaseUploadRow.upload_id).where(CaseUploadRow.case_number == case_number).distinct()).all()
    session.exec(delete(CaseUploadRow).where(col(CaseUploadRow.case_number) == case_number))
    session.exec(delete(CaseMaterialRow).where(col(CaseMaterialRow.case_number) == case_number))
    return ids


def on_no_case(session: Session, ids: Sequence[UUID]) -> Sequence[UploadRow]:
    """Those of these uploads."""
    hangs = exists().where(col(CaseUploadRow.upload_id) == col(UploadRow.id))
    return session.exec(select(UploadRow).where(col(UploadRow.id).in_(ids), ~hangs)).all()


def idle(session: Session, before: datetime, limit: int) -> Sequence[UploadRow]:
    """Uploads of before then that hang on no case."""
    hangs = exists().where(col(CaseUploadRow.upload_id) == col(UploadRow.id))
    query = select(UploadRow).where(col(UploadRow.uploaded_at) < before, ~hangs)
    return session.exec(query.order_by(col(UploadRow.id)).limit(limit)).all()
