"""What comes in and goes out about drafts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from service.documents import Answer

_FORM: dict[str, Any] = {"bank_account": "6222000000000001"}
_CLAIM: dict[str, Any] = {"situation": "senior-allowance-first-claim", "form": _FORM}
Form = Annotated[dict[str, Any], Field(description="as `POST /applications` takes it; it may be wrong and need not be complete")]
Materials = Annotated[
    dict[str, str | Annotated[list[str], Field(max_length=50)]],
    Field(max_length=50, description="as `POST /applications` takes them"),
]


class NewDraft(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"examples": [_CLAIM]})

    situation: str
    form: Form = {}
    commitments: list[str] = []
    materials: Materials = {}


class ChangedDraft(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"examples": [{"form": _FORM}]})

    form: Form
    commitments: list[str] = []
    materials: Materials = {}


class DraftAnswer(Answer):
    """Not held to the rules before it is submitted; its id is a good `Idempotency-Key` for that."""

    id: UUID
    situation: str
    title: str
    form: dict[str, Any]
    commitments: list[str]
    materials: dict[str, str | list[str]] = {}
    begun_at: datetime
    changed_at: datetime
    link: str


class DraftList(Answer):
    """The one changed last first."""

    drafts: list[DraftAnswer]
