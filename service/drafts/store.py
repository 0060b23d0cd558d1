"""Queries on drafts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, delete, select
from sqlmodel.sql.expression import SelectOfScalar

from service.accounts.actions import Caller
from service.drafts.tables import DraftRow


def draft(session: Session, caller: Caller, id_: UUID) -> DraftRow | None:
    return session.exec(_of(caller).where(DraftRow.id == id_)).first()


def for_situation(session: Session, caller: Caller, situation: str) -> DraftRow | None:
    return session.exec(_of(caller).where(DraftRow.situation == situation)).first()


def of(session: Session, caller: Caller) -> Sequence[DraftRow]:
    """The one changed last first."""
    return session.exec(_of(caller).order_by(col(DraftRow.changed_at).desc())).all()


def kept_by(caller: Caller) -> int:
    return 0 if caller.acting is None else caller.actor.id


def _of(caller: Caller) -> SelectOfScalar[DraftRow]:
    """What whoever acts has begun in the caller's name."""
    return select(DraftRow).where(DraftRow.account_id == caller.id, DraftRow.kept_by == kept_by(caller))


def remove_untouched(session: Session, since: datetime) -> None:
    session.exec(delete(DraftRow).where(col(DraftRow.changed_at) < since))
