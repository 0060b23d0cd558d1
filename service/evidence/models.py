"""What a holder is told of the uses of their licences."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from service.documents import Answer


class LicenceUse(Answer):
    """One question about the holder. Without `result` it came to nothing, or its register tells by answering."""

    title: Annotated[str, Field(description="the licence or check")]
    type: str
    kind: Literal["licence", "check"]
    case_number: str | None
    client: Annotated[str | None, Field(description="the name of the portal that asked, where one did")]
    purpose: str
    authorisation: Annotated[str, Field(description="`holder`, or the ground by which somebody else's application used it")]
    asked_at: datetime
    answered_at: datetime | None
    result: Literal["answered", "none", "unavailable"] | None
    reason: str | None
    fields: Annotated[list[str], Field(description="names of what was returned")]
    licences: Annotated[list[str], Field(description="id and version of each licence returned")]


class LicenceUses(Answer):
    """The newest first; `next` is where older ones are."""

    uses: list[LicenceUse]
    next: str | None
