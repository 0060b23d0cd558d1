"""What comes in and goes out about cases."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from service.cases.states import Status
from service.documents import Answer, Asked

Form = Annotated[dict[str, Any], Field(description="by the schema of `GET /situations/{id}/form`")]
Materials = Annotated[
    dict[str, str | Annotated[list[str], Field(max_length=50)]],
    Field(max_length=50, description="by material: the id of an upload, several, or `commitment` where a promise may stand in"),
]
Conclusion = Literal["approve", "reject", "review"]
_CLAIM: dict[str, Any] = {"situation": "senior-allowance-first-claim", "form": {"bank_account": "6222000000000001"}}
_PERSON: dict[str, Any] = {"name": "李桂芳", "number": "440309194503150021"}


_CASE = "/api/v1/cases/LH20261123000000015"
_ANSWER: dict[str, Any] = {
    "number": "LH20261123000000015", "version": 1, "situation": "senior-allowance-first-claim", "status": "approved",
    "conclusion": "approve", "proposed": None, "causes": [], "grant": {"monthly_amount": "300.00"}, "missing": [], "unreliable": [],
    "reasons": [{"condition": "aged", "label": "年满70周岁", "outcome": "pass", "basis": "第三条", "message": None,
                 "message_en": None, "operands": {"minimum_age": 70, "years": 81}, "sources": ["id_card"]}],
    "follow_up": [], "queue": None, "ruleset": "senior-allowance/2019-10-01", "decided_for": "2026-11-23",
    "received_at": "2026-11-23T07:36:41Z", "decision": None, "acting": None, "due": None, "until": None,
    "links": {"self": _CASE, "receipt": f"{_CASE}/receipt", "timeline": f"{_CASE}/timeline",
              "situation": "/api/v1/situations/senior-allowance-first-claim/form"},
}  # fmt: skip


class Application(Asked):
    model_config = ConfigDict(json_schema_extra={"examples": [_CLAIM]})

    situation: str
    form: Form
    commitments: Annotated[list[str], Field(description="ids of the conditions promised to be met")] = []
    materials: Materials = {}


class Supplement(Asked):
    """What is added to a case for which something was asked."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"form": {}, "note": "户口簿已补登记"}]}
    )

    form: Annotated[dict[str, Any], Field(description="the answers that change")] = {}
    commitments: list[str] = []
    materials: Materials = {}
    note: Annotated[str | None, Field(max_length=1000)] = None


class Withdrawal(Asked):
    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "不再需要"}]})

    reason: Annotated[str | None, Field(max_length=1000)] = None


class Appeal(Asked):
    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "户籍已于上月迁入深圳"}]})

    reason: Annotated[str, Field(min_length=1, max_length=4000)]


class Precheck(Asked):
    """Facts as `miaopi decide` takes them, without `case`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{
                "applicant": _PERSON,
                "form": _CLAIM["form"],
                "evidence": {
                    "id_card": {**_PERSON, "birth_date": "1945-03-15"},
                    "hukou": {"city": "深圳市"},
                    "death": {"registered": False},
                    "notice": "none",
                },
            }]
        },
    )  # fmt: skip

    applicant: dict[str, Any] = {}
    form: Form = {}
    evidence: dict[str, Any] = {}
    commitments: list[str] = []
    materials: dict[str, Any] = {}


class Reason(Answer):
    """One condition. `operands` leaves out what only approvers may see."""

    condition: str
    label: str
    outcome: Literal["pass", "fail", "unknown", "committed"]
    basis: str | None
    message: str | None
    message_en: str | None
    operands: dict[str, Any]
    sources: list[str]


class Source(Answer):
    """Evidence that could not be relied on. `reason` is null where the applicant may not be told."""

    evidence: str
    type: str
    title: str
    reason: str | None


class FollowUp(Answer):
    """A commitment, and the day by which it must be checked."""

    condition: str
    by: date


class Links(Answer):
    self: str
    receipt: str
    timeline: str
    situation: str


class Due(Answer):
    """By when the case is to be decided. `on` is null while the clock stands still; then `days_left` working days are left.

    `provisional`: the day lies past the published calendar of working days.
    """

    on: date | None
    provisional: bool
    days_left: int | None


class PersonsDecision(Answer):
    """What an approver decided; the grant is the ruleset's, from what they settled. `clause`: what a refusal without a ruleset rests on."""

    conclusion: Conclusion
    reason: str
    clause: str | None
    at: datetime
    grant: dict[str, Any]


class ActedFor(Answer):
    """Who acts for the applicant, and by what right: `mandate: …`, `guardian: …` or `representative: …`."""

    name: str
    authorisation: str


class CaseAnswer(Answer):
    """Amounts are decimal strings in yuan. `proposed`: what the rules concluded where a person confirms it."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ANSWER]})

    number: str
    version: int
    situation: str
    status: Status
    conclusion: Conclusion
    proposed: Conclusion | None
    causes: list[str]
    reasons: list[Reason]
    grant: dict[str, Any]
    missing: list[str]
    unreliable: list[Source]
    follow_up: list[FollowUp]
    queue: str | None
    ruleset: str | None
    decided_for: date
    received_at: datetime
    decision: PersonsDecision | None
    acting: ActedFor | None
    due: Due | None
    until: Annotated[datetime | None, Field(description="to when the case waits for evidence, or for a supplement")]
    links: Links


class TimelineEntry(Answer):
    """`kind`: `submitted`, `source-returned`, `claimed`, …; `by`: for staff, who did it, null where the rules or the clock did; for the
    applicant, who did it in their name.
    """

    at: datetime
    kind: str
    status: Status
    note: str | None
    by: str | None


class Timeline(Answer):
    """The oldest first."""

    number: str
    entries: list[TimelineEntry]


class CaseSummary(Answer):
    number: str
    situation: str
    title: str
    status: Status
    conclusion: Conclusion
    received_at: datetime
    due: Due | None
    links: Links


class CaseList(Answer):
    """The newest first; `next` is where older ones are."""

    cases: list[CaseSummary]
    next: str | None
