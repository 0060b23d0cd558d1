"""Machine clients, what people agreed to, and tokens, as they are stored. No secret and no token is kept, only hashes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from service.database import Utc

_STANDING = text("withdrawn_at IS NULL")


class ClientRow(SQLModel, table=True):
    """`scopes`: the most that it may ever ask for, with blanks between; `calls`: how many it may make in a minute.

    `secret_hash`: see `service.clients.credentials`. `before_hash`: of the secret before, good until `before_until`, so that a portal can
    change to the new one without a break.
    """

    __tablename__ = "client"

    id: str = Field(primary_key=True)
    name: str
    scopes: str
    calls: int
    secret_hash: str
    before_hash: str | None = None
    before_until: datetime | None = Field(default=None, sa_type=Utc)
    added_at: datetime = Field(sa_type=Utc)
    disabled_at: datetime | None = Field(default=None, sa_type=Utc)


class ConsentRow(SQLModel, table=True):
    """That somebody lets a client act for them, within `scopes`. Never changed: another one takes its place."""

    __tablename__ = "consent"
    __table_args__ = (
        Index("one_consent", "account_id", "client_id", unique=True, sqlite_where=_STANDING, postgresql_where=_STANDING),
    )

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    client_id: str = Field(foreign_key="client.id")
    account_id: int = Field(foreign_key="account.id")
    scopes: str
    given_at: datetime = Field(sa_type=Utc)
    until: datetime = Field(sa_type=Utc)
    used_at: datetime | None = Field(default=None, sa_type=Utc)
    withdrawn_at: datetime | None = Field(default=None, sa_type=Utc)


class ClientTokenRow(SQLModel, table=True):
    """`consent_id`: by what it acts for somebody; None where it acts for nobody. `token_hash`: SHA-256."""

    __tablename__ = "client_token"

    token_hash: str = Field(primary_key=True)
    client_id: str = Field(foreign_key="client.id", index=True)
    consent_id: UUID | None = Field(default=None, foreign_key="consent.id", index=True)
    scopes: str
    expires_at: datetime = Field(sa_type=Utc, index=True)
