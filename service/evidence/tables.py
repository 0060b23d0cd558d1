"""The embedded provider's licences and register answers, and the uses made of them. Not yet encrypted.

Attributes are JSON as a receipt has them: amounts as decimal strings.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from service.database import Utc


class LicenceRow(SQLModel, table=True):
    """`type`: its id in evidence.yaml; `holder`: resident-id or uscc."""

    __tablename__ = "licence"

    id: int | None = Field(default=None, primary_key=True)
    type: str
    holder: str = Field(index=True)
    status: str = "valid"
    issued_on: date
    valid_until: date | None = None
    attributes: str


class RegisterRow(SQLModel, table=True):
    """What a register answers about someone; without a row it answers `none`. `silent`: it does not answer at all."""

    __tablename__ = "register_entry"

    check: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    silent: bool = False
    attributes: str = "{}"


class LicenceUseRow(SQLModel, table=True):
    """One question asked for a case. `answer`: `answered`, `none` or `unavailable`."""

    __tablename__ = "licence_use"

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    evidence: str
    kind: str
    type: str
    subject: str = Field(index=True)
    answer: str
    at: datetime = Field(sa_type=Utc)
