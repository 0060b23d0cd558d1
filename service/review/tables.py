"""What approvers work with, as it is stored."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from service.database import Utc


class ReasonTemplateRow(SQLModel, table=True):
    """One version of a text that approvers choose. `kind`: `supplement`, `approve` or `reject`; `department`: whose, None for everybody's.

    The latest version counts; `retired`: it is no longer offered.
    """

    __tablename__ = "reason_template"

    id: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    department: str | None = None
    kind: str
    zh: str
    en: str
    retired: bool = False
    at: datetime = Field(sa_type=Utc)
    account_id: int | None = Field(default=None, foreign_key="account.id")
