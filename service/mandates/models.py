"""What comes in and goes out about mandates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from service.documents import Answer, Asked

Kind = Literal["mandate", "guardian", "representative"]
GivenAct = Literal["apply", "read", "receive"]
_UNTIL = "2027-06-30"
_NEW: dict[str, Any] = {
    "agent": {"number": "440309197205180023", "name": "周晓梅"}, "acts": ["apply", "read", "receive"],
    "department": "civil-affairs", "until": _UNTIL,
}  # fmt: skip
_KNOWN: dict[str, Any] = {
    "kind": "guardian", "principal": {"number": "440309201909010021", "name": "陈一诺"},
    "agent": {"number": "440309198907230042", "name": "方敏"}, "reference": "深龙民监〔2026〕12号",
}  # fmt: skip
Number = Annotated[str, Field(min_length=18, max_length=18)]
Name = Annotated[str, Field(min_length=1, max_length=100)]


class Somebody(Asked):
    number: Number
    name: Name


class NewMandate(Asked):
    model_config = ConfigDict(json_schema_extra={"examples": [_NEW]})

    agent: Annotated[Somebody, Field(description="a person, by identity number and name")]
    acts: Annotated[list[GivenAct], Field(min_length=1, max_length=3, description="who may `apply` may read what came of it")]
    department: Annotated[str | None, Field(max_length=100, description="its matters alone")] = None
    situations: Annotated[
        list[Annotated[str, Field(max_length=100, pattern=r"^\S+$")]],
        Field(max_length=100, description="these alone; all matters where neither is named"),
    ] = []
    until: Annotated[str, Field(max_length=10, description="the last day, two years from now at most")]


class KnownMandate(Asked):
    """What the office knows of a guardian or representative, by a document."""

    model_config = ConfigDict(json_schema_extra={"examples": [_KNOWN]})

    kind: Literal["guardian", "representative"]
    principal: Somebody
    agent: Somebody
    reference: Annotated[str, Field(min_length=1, max_length=200, description="the document that says so")]
    until: Annotated[str | None, Field(max_length=10, description="the last day; that of a minor's guardian is known anyway")] = None


class Confirmation(Asked):
    model_config = ConfigDict(json_schema_extra={"examples": [{"principal": "91440309MA5XQY1231"}]})

    principal: Annotated[Number, Field(description="an organisation's credit code, or a child's identity number")]


class Side(Answer):
    name: str
    number: Annotated[str, Field(description="with all but its ends left out")]


class MandateAnswer(Answer):
    """`state`: `over` where its last day has passed. `side`: whether the caller is its principal or its agent."""

    id: UUID
    kind: Kind
    side: Literal["principal", "agent"]
    principal: Side
    agent: Side
    reference: str
    acts: list[Literal["apply", "read", "receive", "delegate"]]
    department: str | None
    situations: list[str]
    since: date
    until: date | None
    state: Literal["offered", "in-force", "over", "ended"]
    given_at: datetime | None
    accepted_at: datetime | None
    ended_at: datetime | None
    link: str


class Mandates(Answer):
    """The newest first."""

    mandates: list[MandateAnswer]
