"""Payment orders as they are stored. Amounts are whole fen."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from service.database import Utc
from service.protection.encrypted import Encrypted


class PaymentRow(SQLModel, table=True):
    """What one grant of a case gives. `every`: `once` or `month`. `payee`: a bank account, where the form named one.

    `state`: `ordered`, `sent`, `paid`, `failed`, `cancelled`, `recovering`, `recovered`. `batch`: the file it left in.
    """

    __tablename__ = "payment"
    __table_args__ = (UniqueConstraint("case_number", "grant_id"),)

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    case_number: str = Field(foreign_key="case.number")
    grant_id: str
    department: str = Field(index=True)
    amount: int
    every: str
    payee: str | None = Field(default=None, sa_type=Encrypted("payment.payee"))
    state: str = Field(default="ordered", index=True)
    batch: UUID | None = None
    reason: str | None = Field(default=None, sa_type=Encrypted("payment.reason"))
    at: datetime = Field(sa_type=Utc)
    changed_at: datetime = Field(sa_type=Utc)
