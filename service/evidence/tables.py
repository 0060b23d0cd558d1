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
    """One question that was asked about someone, and what came of it.

    Written before a question leaves the process, and completed with the decision: one without `result` came to nothing, since
    the service was stopped or the application was not kept. `result`: `answered`, `none` or `unavailable`; `reason`: why it
    could not be relied on. `fields`: JSON list of the names returned; `licences`: JSON list of ids with versions.
    `told`: whether its holder may be told what came of it, for some registers tell by answering.
    """

    __tablename__ = "licence_use"

    id: int | None = Field(default=None, primary_key=True)
    case_number: str | None = None
    case_id: int | None = Field(default=None, foreign_key="case.id", index=True)
    evidence: str
    kind: str
    type: str
    title: str
    subject: str = Field(index=True)
    purpose: str
    authorisation: str
    told: bool
    asked_at: datetime = Field(sa_type=Utc)
    result: str | None = None
    reason: str | None = None
    fields: str = "[]"
    licences: str = "[]"
    answered_at: datetime | None = Field(default=None, sa_type=Utc)
