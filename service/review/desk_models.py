"""What comes in and goes out of an approver's desk beside single reviews."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from service.documents import Answer, Asked
from service.review.models import Answered, Applicant, EvidenceShown, Reason


class HandOver(Asked):
    """All open cases that somebody of the department has taken. `to_id`: who gets them; the queue, unless given."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"from_id": 5, "to_id": 6, "reason": "病假一周"}]})

    from_id: Annotated[int, Field(ge=1, le=2**31 - 1)]
    to_id: Annotated[int | None, Field(ge=1, le=2**31 - 1)] = None
    reason: Reason


class HandedOver(Answer):
    """`returned`: to the queue, since whoever should get them has to keep out of them, or nobody should."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    given: list[str]
    returned: list[str]


class SavedFilter(Asked):
    """As `GET /reviews` takes it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"queue": "life-status", "overdue": True}]})

    queue: Annotated[str | None, Field(max_length=64)] = None
    state: Literal["in_review", "under_appeal", "awaiting_supplement", "awaiting_evidence"] | None = None
    overdue: bool = False
    assignee: Literal["me", "none", "all"] | None = None
    situation: Annotated[str | None, Field(max_length=128)] = None


class SavedFilters(Answer):
    """By name."""

    filters: dict[str, SavedFilter]


class BlindAnswer(Asked):
    """What the second look comes to, before it is known what the rules concluded."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"conclusion": "approve", "reason": "材料与登记一致"}]})

    conclusion: Literal["approve", "reject"]
    reason: Reason


class SampleDrawn(Answer):
    number: str
    title: str
    drawn_at: datetime
    self: str


class Samples(Answer):
    """The longest drawn first."""

    samples: list[SampleDrawn]


class SampleStatistics(Answer):
    """Automatic approvals drawn for a second look, those looked at, and those where it agreed."""

    drawn: int
    answered: int
    agreed: int


class Load(Answer):
    """Open cases of each approver and head of the department, none too; nobody's where `account_id` is null."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    account_id: int | None
    name: str | None
    cases: int


class SentHere(Answer):
    """Submissions of the last thirty days that this cause (a condition's id, `evidence.…`) of this ruleset sent to a person."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    ruleset: str | None
    cause: str
    cases: int


class Workload(Answer):
    """Of the department. `ages`: open cases by working days since they came. `submitted`, `instant`: in the last thirty days, and how
    many of them were decided at once.
    """

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    statuses: dict[str, int]
    load: list[Load]
    ages: dict[str, int]
    overdue: int
    submitted: int
    instant: int
    sent_here: Annotated[list[SentHere], Field(description="the most frequent first")]


class Criterion(Answer):
    label: str
    basis: str | None


class Sample(Answer):
    """A case as it came, without what the rules made of it."""

    number: str
    situation: str
    title: str
    ruleset_hash: str | None
    decided_for: date
    applicant: Applicant
    form: list[Answered]
    evidence: list[EvidenceShown]
    conditions: list[Criterion]
