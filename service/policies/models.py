"""What comes in and goes out about policies."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from service.documents import Answer, Asked

_WITHOUT_NUL = "^[^\\x00]*$"  # which no text of PostgreSQL holds
Reason = Annotated[str, Field(min_length=1, max_length=4000, pattern=_WITHOUT_NUL)]
Hash = Annotated[str, Field(pattern="^sha256:[0-9a-f]{64}$")]
State = Literal["draft", "submitted", "published"]


class DraftGiven(Asked):
    """Texts as they are, right or wrong."""

    text: Annotated[str, Field(description="the ruleset, YAML")]
    cases: Annotated[str, Field(description="its cases, YAML")] = ""


class Submission(Asked):
    """`reason`: why it may be published though nobody has proved it."""

    reason: Annotated[str | None, Field(max_length=4000, pattern=_WITHOUT_NUL)] = None


class Publication(Asked):
    """`shadow`: it only answers beside what is in force, from today on."""

    shadow: bool = False


class Stopping(Asked):
    reason: Reason


class Remark(Asked):
    """What is to be changed before it can be published."""

    remark: Reason


class RollBack(Asked):
    """`hash`: of the version that is to decide again from `effective` on."""

    hash: Hash
    effective: Annotated[date, Field(strict=False)]
    reason: Reason


class Trial(Asked):
    """Either `facts` as `miaopi decide` takes them, or the number of a past `case`."""

    facts: dict[str, Any] | None = None
    case: Annotated[str | None, Field(max_length=40)] = None
    on: Annotated[date | None, Field(strict=False, description="the day of the decision")] = None


class FindingAnswer(Answer):
    """`near`: the nearest known name, where there is one."""

    path: str
    line: int
    column: int
    code: str
    severity: str
    message: str
    messages: dict[str, str]
    near: str | None


class Checked(Answer):
    findings: list[FindingAnswer]
    errors: int
    warnings: int


class Draft(Answer):
    ruleset: str
    effective: date
    version: int
    state: State
    text: str
    cases: str
    restores: str | None
    reason: str | None
    remark: str | None
    changed_by: str | None
    changed_at: datetime
    writers: list[str]
    may_publish: bool


class DraftSummary(Answer):
    ruleset: str
    effective: date
    version: int
    state: State
    changed_by: str | None
    changed_at: datetime


class Job(Answer):
    """`report`: as `miaopi test --json` writes it, or `findings` where the cases could not be run."""

    id: UUID
    ruleset: str
    effective: date
    version: int
    state: str
    finished: int
    total: int | None
    passed: bool | None
    report: dict[str, Any] | None


class Cause(Answer):
    cause: str
    count: int


class Figures(Answer):
    """Of decisions at submission. `instant`: approved or rejected at once. `instant_rate`: of one; None without decisions."""

    decisions: int = 0
    instant: int = 0
    instant_rate: float | None = None
    causes: list[Cause] = []


class Version(Answer):
    """`since`: the days from which it was put in force, with the state of each."""

    hash: str
    reference: str
    effective: date
    author: str | None
    reviewer: str | None
    reason: str | None
    published_at: datetime
    since: list[Activation]
    figures: Figures


class Activation(Answer):
    since: date
    state: str
    shadow: bool


class VersionText(Answer):
    hash: str
    reference: str
    text: str
    cases: str | None
    sources: dict[str, str]


class Event(Answer):
    at: datetime
    by: str | None
    kind: str
    detail: dict[str, Any]


class PolicySummary(Answer):
    """`state`: active, stopped, coming (not yet in force), ended, or draft (never published). `in_force`: its hash today."""

    ruleset: str
    title: str | None
    state: str
    in_force: str | None
    since: date | None
    shadow: str | None
    situations: list[str]
    drafts: list[DraftSummary]
    figures: Figures


class PolicyList(Answer):
    policies: list[PolicySummary]


class Policy(PolicySummary):
    versions: list[Version]
    history: list[Event]


class Change(Answer):
    """`change`: added, removed or changed. Values as written."""

    section: str
    name: str
    change: Literal["added", "removed", "changed"]
    old: Any = None
    new: Any = None


class Review(Answer):
    """`against`: the hash of what would decide on that day otherwise. `text`, `cases`: unified differences.

    `in_shadow`: it answers beside what is in force already.
    """

    draft: Draft
    against: str | None
    changes: list[Change]
    text: str
    cases: str
    check: Checked
    job: Job | None
    in_shadow: bool


class Tried(Answer):
    """`reasons`: every condition with its outcome. `in_force`: what is in force concludes on the same, where anything is.

    Of a past case, personal values are masked.
    """

    conclusion: str
    proposed_grant: dict[str, Any]
    causes: list[str]
    missing: list[str]
    reasons: list[dict[str, Any]]
    in_force: str | None
    differing: dict[str, list[str | None]]


class Witness(Answer):
    case: str
    decided: str
    answered: str
    conditions: dict[str, list[str | None]]


class Shadow(Answer):
    """`turns`: how often `approve → review` and the like. `by_condition`: how often its outcome differs. `cases`: some that do."""

    hash: str | None
    since: date | None
    compared: int
    same: int
    turns: dict[str, int]
    by_condition: dict[str, int]
    cases: list[Witness]
