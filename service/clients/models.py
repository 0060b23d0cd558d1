"""What a person is told of portals, and what they agree to."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, Field

from service.documents import Answer, Asked


class ConsentGiven(Asked):
    """`scopes`: within what the portal may act for whoever agrees."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"scopes": ["applications", "cases"]}]})

    scopes: Annotated[list[Annotated[str, Field(max_length=40)]], Field(min_length=1, max_length=20)]


class Consent(Answer):
    """`used_at`: when the portal was last given a token by it."""

    scopes: list[str]
    given_at: datetime
    until: datetime
    used_at: datetime | None


class Portal(Answer):
    """`scopes`: what it may be let do; `consent`: what the caller lets it do, if anything."""

    id: str
    name: str
    scopes: list[str]
    consent: Consent | None


class Portals(Answer):
    portals: list[Portal]
