"""What comes in and goes out about payments."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from service.documents import Answer, Asked

State = Literal["ordered", "sent", "paid", "failed", "cancelled", "recovering", "recovered"]


class Payment(Answer):
    """`amount` in yuan; `payee` masked."""

    id: UUID
    case_number: str
    grant: str
    amount: Annotated[str, Field(pattern=r"^[0-9]+\.[0-9]{2}$")]
    every: Literal["once", "month"]
    payee: str | None
    state: State
    reason: str | None
    at: datetime
    changed_at: datetime


class Payments(Answer):
    """The newest first; `next` is where older ones are."""

    payments: list[Payment]
    next: str | None


class Settling(Asked):
    model_config = ConfigDict(json_schema_extra={"examples": [{"state": "paid"}, {"state": "failed", "reason": "账号不存在"}]})

    state: Annotated[Literal["paid", "failed", "ordered", "recovered"], Field(description="`ordered`: once more after a failure")]
    reason: Annotated[str | None, Field(max_length=500)] = None
