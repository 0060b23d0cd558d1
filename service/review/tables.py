"""What approvers work with, as it is stored."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from service.database import Utc
from service.protection.blind_index import blind_index
from service.protection.encrypted import Encrypted


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


class CaseMarkRow(SQLModel, table=True):
    """Something that identifies whom or what a case is about. `kind`: `applicant`, `household`, `form.<name>`."""

    __tablename__ = "case_mark"

    case_number: str = Field(primary_key=True, foreign_key="case.number")
    sequence: int = Field(primary_key=True)
    kind: str
    mark: str = Field(sa_type=Encrypted("case_mark.mark"))
    mark_index: bytes = blind_index("case_mark.mark", index=True)


class SampleRow(SQLModel, table=True):
    """An automatic approval that was drawn for a second look. `agrees`: what came of it; None until then."""

    __tablename__ = "review_sample"

    case_number: str = Field(primary_key=True, foreign_key="case.number")
    department: str = Field(index=True)
    drawn_at: datetime = Field(sa_type=Utc)
    account_id: int | None = Field(default=None, foreign_key="account.id")
    answered_at: datetime | None = Field(default=None, sa_type=Utc)
    agrees: bool | None = None
    reason: str | None = Field(default=None, sa_type=Encrypted("review_sample.reason"))


class SavedFilterRow(SQLModel, table=True):
    """`filter`: JSON."""

    __tablename__ = "saved_filter"

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    name: str = Field(primary_key=True)
    filter: str


class ExportRow(SQLModel, table=True):
    """Who has taken how much of the queue out, and when."""

    __tablename__ = "review_export"

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    at: datetime = Field(sa_type=Utc)
    rows: int
    format: str
