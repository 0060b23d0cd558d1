"""The embedded provider's licences and register answers, and the uses made of them.

Attributes are JSON as a receipt has them: amounts as decimal strings.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from service.database import Utc
from service.protection.blind_index import blind_index
from service.protection.encrypted import Encrypted


class LicenceRow(SQLModel, table=True):
    """`type`: its id in evidence.yaml; `holder`: resident-id or uscc."""

    __tablename__ = "licence"

    id: int | None = Field(default=None, primary_key=True)
    type: str
    holder: str = Field(sa_type=Encrypted("licence.holder"))
    holder_index: bytes = blind_index("licence.holder", index=True)
    status: str = "valid"
    issued_on: date
    valid_until: date | None = None
    attributes: str = Field(sa_type=Encrypted("licence.attributes"))


class RegisterRow(SQLModel, table=True):
    """What a register answers about someone; without a row it answers `none`. `silent`: it does not answer at all."""

    __tablename__ = "register_entry"

    check: str = Field(primary_key=True)
    subject_index: bytes = blind_index("register_entry.subject", primary_key=True)
    subject: str = Field(sa_type=Encrypted("register_entry.subject"))
    silent: bool = False
    attributes: str = Field(default="{}", sa_type=Encrypted("register_entry.attributes"))


class LicenceUseRow(SQLModel, table=True):
    """One question about someone, written before it leaves the process. `told`: whether its holder may be told what came of it,
    for some registers tell by answering. `client`: the machine client by which it was asked.
    """

    __tablename__ = "licence_use"

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    case_number: str | None = None
    client: str | None = None
    evidence: str
    kind: str
    type: str
    title: str
    subject: str = Field(sa_type=Encrypted("licence_use.subject"))
    subject_index: bytes = blind_index("licence_use.subject", index=True)
    purpose: str
    authorisation: str
    told: bool
    asked_at: datetime = Field(sa_type=Utc)


class LicenceAnswerRow(SQLModel, table=True):
    """What came of a question, written with the decision that relies on it.

    A question without one came to nothing: the service was stopped, or the application was not kept. `case_number`: the case that
    was kept. `result`: `answered`, `none` or `unavailable`; `reason`: why it could not be relied on. `fields`: JSON list of the names
    returned; `licences`: JSON list of ids with versions.
    """

    __tablename__ = "licence_answer"

    use_id: UUID = Field(primary_key=True, foreign_key="licence_use.id")
    case_number: str | None = Field(default=None, foreign_key="case.number", index=True)
    result: str
    reason: str | None = None
    fields: str = "[]"
    licences: str = "[]"
    answered_at: datetime = Field(sa_type=Utc)
