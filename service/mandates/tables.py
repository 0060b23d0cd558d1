"""Mandates as they are stored."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from service.database import Utc
from service.protection.blind_index import blind_index
from service.protection.encrypted import Encrypted


class MandateRow(SQLModel, table=True):
    """That `agent` may act for `principal`. `kind`: `mandate`, which the principal gives and the agent accepts; `guardian` or
    `representative`, which a register or the office knows, by the document `reference`.

    `acts`: of `service.access.Act`, with blanks between. `department`, `situations`: in which matters, all where neither is named.
    Both ends of its days count. `state`: `offered`, `in-force` or `ended`; one in force counts until its last day, whatever its state.
    `given_by`, `ended_by`: by whose account; None for made-up people.
    """

    __tablename__ = "acting_right"

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    kind: str
    principal: str = Field(sa_type=Encrypted("acting_right.principal"))
    principal_index: bytes = blind_index("acting_right.principal", index=True)
    principal_name: str = Field(default="", sa_type=Encrypted("acting_right.principal_name"))
    agent: str = Field(sa_type=Encrypted("acting_right.agent"))
    agent_index: bytes = blind_index("acting_right.agent", index=True)
    agent_name: str = Field(default="", sa_type=Encrypted("acting_right.agent_name"))
    reference: str = ""
    acts: str = "apply read receive"
    department: str | None = None
    situations: str = ""
    since: date
    until: date | None = None
    state: str = "in-force"
    given_at: datetime | None = Field(default=None, sa_type=Utc)
    given_by: int | None = Field(default=None, foreign_key="account.id")
    accepted_at: datetime | None = Field(default=None, sa_type=Utc)
    ended_at: datetime | None = Field(default=None, sa_type=Utc)
    ended_by: int | None = Field(default=None, foreign_key="account.id")
