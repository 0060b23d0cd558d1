"""Drafts as they are stored."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from service.database import Utc
from service.protection.encrypted import EncryptedBytes


class DraftRow(SQLModel, table=True):
    """One for an account and situation; who acts for somebody keeps one of their own, which is nobody else's. `kept_by`: their account;
    0 where nobody acts for the applicant.

    `id`: UUIDv7 (RFC 9562). `content`: canonical JSON of form, commitments and materials.
    """

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("account_id", "kept_by", "situation"),)

    id: UUID = Field(primary_key=True)
    account_id: int = Field(foreign_key="account.id")
    kept_by: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    situation: str
    content: bytes = Field(sa_type=EncryptedBytes("draft.content"))
    version: int = 1
    begun_at: datetime = Field(sa_type=Utc)
    changed_at: datetime = Field(sa_type=Utc, index=True)
