"""The audit trail: who did what to which case, written in the transaction that did it. It holds no personal data itself."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, Session, SQLModel

from service.database import Utc


class AuditRow(SQLModel, table=True):
    """`action`: `case.submitted`, `receipt.read`, …; `account_id` is None for the system."""

    __tablename__ = "audit"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=Utc)
    account_id: int | None = Field(default=None, foreign_key="account.id")
    action: str
    case_id: int | None = Field(default=None, foreign_key="case.id", index=True)


def record(session: Session, at: datetime, account_id: int | None, action: str, case_id: int | None = None) -> None:
    session.add(AuditRow(at=at, account_id=account_id, action=action, case_id=case_id))
