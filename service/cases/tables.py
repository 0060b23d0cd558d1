"""Cases, receipts and idempotency records as they are stored. Personal fields are not yet encrypted."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from service.database import Utc

OPEN = ("in_review", "awaiting_evidence", "awaiting_supplement", "under_appeal")
"""The statuses of a case that is not closed."""
_IS_OPEN = text("status IN ({})".format(", ".join(f"'{each}'" for each in OPEN)))


class CaseRow(SQLModel, table=True):
    """`decided_for`: the deciding day; `proposed`: what the ruleset concluded where a person has to confirm it."""

    __tablename__ = "case"
    __table_args__ = (Index("one_open_case", "account_id", "situation", unique=True, sqlite_where=_IS_OPEN),)

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    situation: str
    status: str
    conclusion: str
    proposed: str | None
    queue: str | None
    ruleset: str | None
    received_at: datetime = Field(sa_type=Utc)
    decided_for: date


class ReceiptRow(SQLModel, table=True):
    """`body`: the complete receipt, canonical JSON. `withheld`: JSON list of names beyond its own `approver_only`.
    `shortfalls`: JSON list of the evidence that was not usable, with what was to say it and why it does not.
    """

    __tablename__ = "receipt"

    case_id: int = Field(primary_key=True, foreign_key="case.id")
    body: bytes
    hash: str
    withheld: str
    shortfalls: str = "[]"


class IdempotencyRow(SQLModel, table=True):
    """`digest`: SHA-256 of what was asked; `answer`: the bytes that were answered."""

    __tablename__ = "idempotency"

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    key: str = Field(primary_key=True)
    digest: str
    case_id: int = Field(foreign_key="case.id")
    answer: bytes
    at: datetime = Field(sa_type=Utc)
