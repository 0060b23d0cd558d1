"""What the repository keeps: licences, register entries, and every request it got. A database apart from the service's."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from service.database import Utc


class Repository(SQLModel, registry=registry()):
    """The base of these tables, so that they and the service's never land in one database."""


class LicenceRow(Repository, table=True):
    """`id`: by GB/T 36904. `type_code`: 证照类型代码. `attributes`: JSON, amounts as decimal strings."""

    __tablename__ = "licence"

    id: str = Field(primary_key=True)
    type_code: str = Field(index=True)
    type: str
    version: str
    holder_code: str = Field(index=True)
    holder_name: str
    status: str = "valid"
    issued_on: date
    valid_until: date | None = None
    attributes: str


class RegisterRow(Repository, table=True):
    """What a register answers about someone; without a row it answers `none`. `silent`: it does not answer at all."""

    __tablename__ = "register_entry"

    check: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    silent: bool = False
    attributes: str = "{}"


class RequestRow(Repository, table=True):
    """One request: what was asked of whom and why. `answered_at` stays empty where no answer left."""

    __tablename__ = "request"

    id: int | None = Field(default=None, primary_key=True)
    operation: str
    type: str
    about: str
    use_cause: str
    received_at: datetime = Field(sa_type=Utc)
    answered_at: datetime | None = Field(default=None, sa_type=Utc)
