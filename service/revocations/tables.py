"""Revocations and checks of commitments, as they are stored. What people say is encrypted."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from service.database import Utc
from service.protection.encrypted import Encrypted

_CASE, _ACCOUNT = "case.number", "account.id"


class RevocationRow(SQLModel, table=True):
    """A proceeding to revoke an approval. `until`: the moment to which its holder may speak. `outcome`: `revoked` or `dropped`."""

    __tablename__ = "revocation"

    case_number: str = Field(primary_key=True, foreign_key=_CASE)
    department: str = Field(index=True)
    reason: str = Field(sa_type=Encrypted("revocation.reason"))
    clause: str
    started_by: int = Field(foreign_key=_ACCOUNT)
    started_at: datetime = Field(sa_type=Utc)
    until: datetime = Field(sa_type=Utc)
    statement: str | None = Field(default=None, sa_type=Encrypted("revocation.statement"))
    stated_at: datetime | None = Field(default=None, sa_type=Utc)
    wants_hearing: bool = False
    heard_on: date | None = None
    hearing: str | None = Field(default=None, sa_type=Encrypted("revocation.hearing"))
    concluded_by: int | None = Field(default=None, foreign_key=_ACCOUNT)
    concluded_at: datetime | None = Field(default=None, sa_type=Utc)
    outcome: str | None = None
    conclusion: str | None = Field(default=None, sa_type=Encrypted("revocation.conclusion"))


class FollowUpRow(SQLModel, table=True):
    """A commitment that an approval rests on, to be checked by a day.

    `state`: `open`, `kept`, `doubtful` (broken, or not to be told by its day), `broken` (as a person confirmed) or `dismissed`.
    """

    __tablename__ = "follow_up"

    case_number: str = Field(primary_key=True, foreign_key=_CASE)
    condition: str = Field(primary_key=True)
    account_id: int = Field(foreign_key=_ACCOUNT, index=True)
    department: str = Field(index=True)
    by: date
    state: str = Field(default="open", index=True)
    told: str | None = None
    at: datetime = Field(sa_type=Utc)
    settled_by: int | None = Field(default=None, foreign_key=_ACCOUNT)
    reason: str | None = Field(default=None, sa_type=Encrypted("follow_up.reason"))
    repaired_at: datetime | None = Field(default=None, sa_type=Utc)
