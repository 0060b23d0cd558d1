"""Audit rows as they are stored."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from service.database import Utc


class AuditRow(SQLModel, table=True):
    """`action`: `case.submitted`, `receipt.read`, …; `account_id` is None for the system."""

    __tablename__ = "audit"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=Utc)
    account_id: int | None = Field(default=None, foreign_key="account.id")
    action: str
    case_number: str | None = Field(default=None, foreign_key="case.number", index=True)
