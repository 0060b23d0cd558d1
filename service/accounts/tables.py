"""Accounts and sessions as they are stored."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from service.database import Utc
from service.protection.blind_index import blind_index
from service.protection.encrypted import Encrypted


class AccountRow(SQLModel, table=True):
    """`number`: resident-id or uscc; `agent_number`: whoever acts for an organisation; `roles`: of `service.access`, with blanks
    between; `department`: where somebody of the staff works; `queues`: what an approver is skilled at, with blanks between, all
    where there is none. `made_up`: signs in by number alone, from the machine of the service. `disabled_at`: since when they cannot.
    """

    __tablename__ = "account"

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    name: str = Field(sa_type=Encrypted("account.name"))
    number: str = Field(sa_type=Encrypted("account.number"))
    number_index: bytes = blind_index("account.number", unique=True)
    agent_number: str | None = Field(default=None, sa_type=Encrypted("account.agent_number"))
    roles: str = "applicant"
    department: str | None = Field(default=None, index=True)
    queues: str = ""
    made_up: bool = False
    disabled_at: datetime | None = Field(default=None, sa_type=Utc)


class PasswordRow(SQLModel, table=True):
    """`kept`: as in `service.accounts.passwords`, and encrypted, so that the database alone is not enough to guess at it."""

    __tablename__ = "password"

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    kept: str = Field(sa_type=Encrypted("password.kept"))
    changed_at: datetime = Field(sa_type=Utc)


class SignInTryRow(SQLModel, table=True):
    """A try to sign in that has not succeeded; kept for minutes. `who`: the number that was typed; `client`: an address."""

    __tablename__ = "sign_in_try"

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    who: str = Field(sa_type=Encrypted("sign_in_try.who"))
    who_index: bytes = blind_index("sign_in_try.who", index=True)
    client: str = Field(index=True)
    at: datetime = Field(sa_type=Utc, index=True)


class SessionRow(SQLModel, table=True):
    """`token_hash`: SHA-256 of the bearer token, which itself is kept nowhere."""

    __tablename__ = "session"

    token_hash: str = Field(primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    opened_at: datetime = Field(sa_type=Utc)
    seen_at: datetime = Field(sa_type=Utc)
    expires_at: datetime = Field(sa_type=Utc)
