"""Work as it is stored."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from service.database import Utc

_WAITING = text("done_at IS NULL AND failed_at IS NULL")
_DEAD = text("failed_at IS NOT NULL")


class WorkRow(SQLModel, table=True):
    """`kind` says who does it, `subject` what about (a case number, say); `detail`: JSON, without personal data.

    `leased_until`: who has taken it has until then. `failed_at`: it was tried often enough; an operator may start it again.
    """

    __tablename__ = "work"
    __table_args__ = (
        Index("waiting_work", "due_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("dead_work", "failed_at", sqlite_where=_DEAD, postgresql_where=_DEAD),
        Index("work_about", "subject", "kind"),
    )

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    kind: str
    subject: str
    detail: str = "{}"
    due_at: datetime = Field(sa_type=Utc)
    attempts: int = 0
    leased_until: datetime | None = Field(default=None, sa_type=Utc)
    done_at: datetime | None = Field(default=None, sa_type=Utc)
    failed_at: datetime | None = Field(default=None, sa_type=Utc)
    error: str | None = None
