"""Queries on drafts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, delete, select

from service.drafts.tables import DraftRow


def draft(session: Session, account_id: int, id_: UUID) -> DraftRow | None:
    return session.exec(select(DraftRow).where(DraftRow.id == id_, DraftRow.account_id == account_id)).first()


def for_situation(session: Session, account_id: int, situation: str) -> DraftRow | None:
    return session.exec(select(DraftRow).where(DraftRow.account_id == account_id, DraftRow.situation == situation)).first()


def of_account(session: Session, account_id: int) -> Sequence[DraftRow]:
    """The one changed last first."""
    return session.exec(
        select(DraftRow).where(DraftRow.account_id == account_id).order_by(col(DraftRow.changed_at).desc())
    ).all()


def remove_untouched(session: Session, since: datetime) -> None:
    session.exec(delete(DraftRow).where(col(DraftRow.changed_at) < since))
