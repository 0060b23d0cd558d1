"""Uploads, and how the materials of a case are met, as they are stored; the files themselves lie in a storage."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field, SQLModel

from service.database import Utc
from service.protection.encrypted import Encrypted


class UploadRow(SQLModel, table=True):
    """`id`: UUIDv7 (RFC 9562), and the file's key in the storage. `situation`, `material`: what it was handed in for, or empty.

    `day`: in Shenzhen; the same file for the same purpose on one day is the same upload, however often it is sent.
    """

    __tablename__ = "upload"
    __table_args__ = (UniqueConstraint("account_id", "day", "sha256", "situation", "material"),)

    id: UUID = Field(primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    day: date
    situation: str = ""
    material: str = ""
    name: str = Field(sa_type=Encrypted("upload.name"))
    kind: str
    size: int
    sha256: str
    uploaded_at: datetime = Field(sa_type=Utc)


class UploadUsageRow(SQLModel, table=True):
    """What an account uses of its quota: `uploads` on `day`, `size` of all that is kept. Held while an upload is being kept."""

    __tablename__ = "upload_usage"

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    day: date
    uploads: int = 0
    size: int = Field(default=0, sa_type=BigInteger)


class CaseMaterialRow(SQLModel, table=True):
    """How a material of a case is met. `state`, `by` and `what` as in `service.materials.meeting`."""

    __tablename__ = "case_material"

    case_number: str = Field(primary_key=True, foreign_key="case.number")
    material: str = Field(primary_key=True)
    state: str
    by: str | None = None
    what: str | None = None
    at: datetime = Field(sa_type=Utc)


class CaseUploadRow(SQLModel, table=True):
    """An upload that hangs on a case, for a material of it; while it does, it cannot be removed."""

    __tablename__ = "case_upload"

    case_number: str = Field(primary_key=True, foreign_key="case.number")
    material: str = Field(primary_key=True)
    upload_id: UUID = Field(primary_key=True, foreign_key="upload.id", index=True)
    at: datetime = Field(sa_type=Utc)
