"""Accounts and sessions as they are stored. Personal fields are not yet encrypted."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from service.database import Utc


class AccountRow(SQLModel, table=True):
    """`number`: resident-id or uscc; `agent_number`: whoever acts for an organisation; `department`: where an approver or a head works;
    `role`: applicant, approver, head, policy_writer or auditor.
    """

    __tablename__ = "account"

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    name: str
    number: str = Field(unique=True)
    agent_number: str | None = None
    role: str
    department: str | None = None


class SessionRow(SQLModel, table=True):
    """`token_hash`: SHA-256 of the bearer token, which itself is kept nowhere."""

    __tablename__ = "session"

    token_hash: str = Field(primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    opened_at: datetime = Field(sa_type=Utc)
    expires_at: datetime = Field(sa_type=Utc)


class MandateRow(SQLModel, table=True):
    """Who may act for whom, and by what document. `kind`: `mandate` or `guardian`; both ends of its days count."""

    __tablename__ = "mandate"

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    principal: str = Field(index=True)
    agent: str = Field(index=True)
    reference: str
    since: date
    until: date | None = None
    revoked: bool = False
