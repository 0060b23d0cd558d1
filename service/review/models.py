"""What comes in and goes out about reviews."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from service.cases.actions import Findings, JudgedCondition, SettledFact, WhyWhole, Word
from service.documents import Answer, Asked

Reason = Annotated[str, Field(min_length=1, max_length=2000)]
_SETTLED: dict[str, Any] = {"evidence": "death", "attribute": "registered", "value": False, "reason": "电话核实，本人健在"}
_WORD: dict[str, Any] = {"reason": "死亡登记系统无回应，已电话核实", "settled": [_SETTLED], "judged": []}


class Settled(Asked):
    """A fact of evidence that was unknown, or wrong. `status: none` says that there is no such evidence."""

    evidence: str
    attribute: Annotated[str, Field(description="of its type, or `status`, `issued_on`, `valid_until`")]
    value: Annotated[Any, Field(description="as a source would answer it")]
    reason: Reason
    place: Annotated[int | None, Field(ge=0, le=10_000, description="which one of a list of evidence, from 0")] = None


class Judged(Asked):
    """A condition whose outcome is unknown, or fails with `otherwise: review`; or a written review, which `pass` settles."""

    condition: str
    outcome: Literal["pass", "fail"]
    reason: Reason


class Found(Asked):
    """What the approver found. There is no amount: the ruleset computes it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"settled": [_SETTLED], "judged": []}]})

    settled: Annotated[list[Settled], Field(max_length=200)] = []
    judged: Annotated[list[Judged], Field(max_length=200)] = []

    def findings(self) -> Findings:
        settled = [SettledFact(each.evidence, each.attribute, each.value, each.reason, each.place) for each in self.settled]
        return Findings(settled, [JudgedCondition(each.condition, each.outcome, each.reason) for each in self.judged])


class Approval(Found):
    model_config = ConfigDict(json_schema_extra={"examples": [_WORD]})

    reason: Reason

    def word(self) -> Word:
        return Word("approve", self.reason, self.findings())


class Rejection(Found):
    model_config = ConfigDict(json_schema_extra={"examples": [
        {"reason": "本人已去世", "settled": [{**_SETTLED, "value": True}], "judged": [
            {"condition": "alive", "outcome": "fail", "reason": "死亡登记属实"}]}]})  # fmt: skip

    reason: Reason
    clause: Annotated[str | None, Field(max_length=500, description="what it rests on, where there is no ruleset")] = None

    def word(self) -> Word:
        return Word("reject", self.reason, self.findings(), self.clause)


class AppealDecision(Found):
    model_config = ConfigDict(json_schema_extra={"examples": [{**_WORD, "conclusion": "approve"}]})

    conclusion: Literal["approve", "reject"]
    reason: Reason
    clause: Annotated[str | None, Field(max_length=500)] = None

    def word(self) -> Word:
        return Word(self.conclusion, self.reason, self.findings(), self.clause)


class Transfer(Asked):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"queue": "life-status", "reason": "由生存核查岗办理"}]}
    )

    queue: str
    department: Annotated[str | None, Field(description="another department; its own unless given")] = None
    reason: Reason


class SupplementRequest(Asked):
    """What the applicant is asked for: texts of `GET /review-templates`, own words, or both."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"templates": ["household-proof"], "working_days": 10}]})

    templates: Annotated[list[str], Field(max_length=20)] = []
    words: Annotated[str | None, Field(min_length=1, max_length=2000)] = None
    working_days: Annotated[int, Field(ge=1, le=60)] = 10


class SentBack(Asked):
    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "请再核对户籍迁入日期"}]})

    reason: Reason


class Unveiling(Asked):
    """Why whole identity numbers are looked at; it goes into the record."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "telephone"}]})

    reason: WhyWhole


class Procedure(Asked):
    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "委托专家现场核查"}]})

    note: Annotated[str | None, Field(max_length=2000)] = None


class NewTemplate(Asked):
    """A text of one's department; under an id that is there already, its next version."""

    model_config = ConfigDict(json_schema_extra={"examples": [
        {"id": "bank-card-photo", "kind": "supplement", "zh": "请补充银行卡照片。", "en": "Please add a photograph of the bank card."}
    ]})  # fmt: skip

    id: Annotated[str, Field(pattern="^[a-z][a-z0-9-]{0,63}$")]
    kind: Literal["supplement", "approve", "reject"]
    zh: Annotated[str, Field(min_length=1, max_length=1000)]
    en: Annotated[str, Field(min_length=1, max_length=1000)]
    retired: Annotated[bool, Field(description="no longer offered")] = False


class Template(Answer):
    """`department`: whose it is; null for everybody's."""

    id: str
    version: int
    department: str | None
    kind: str
    zh: str
    en: str


class Templates(Answer):
    templates: list[Template]


class Clock(Answer):
    """`due_on` is null where nothing is promised or the clock stands still. `left`: working days, negative where it is over."""

    model_config = ConfigDict(from_attributes=True)

    due_on: date | None
    left: int | None
    stopped: bool
    provisional: bool
    overdue: bool
    due_soon: bool


class ReviewSummary(Answer):
    number: str
    version: int
    situation: str
    title: str
    status: str
    queue: str | None
    proposed: str | None
    received_at: datetime
    clock: Clock
    assignee: str | None
    assignee_id: int | None
    self: str


class ReviewList(Answer):
    """The oldest deadline first; `next` is where the rest is, `previous` the way back."""

    reviews: list[ReviewSummary]
    next: str | None
    previous: str | None


class Taken(Answer):
    """Where a case stands after a move; `version` is its `ETag`."""

    number: str
    version: int
    status: str
    queue: str | None
    department: str
    assignee: str | None


class Applicant(Answer):
    name: str
    number: str
    kind: str
    agent_number: str | None


class Cause(Answer):
    id: str
    kind: Literal["condition", "evidence", "written-rule", "grant", "other"]
    label: str
    outcome: str | None
    basis: str | None
    message: str | None
    message_en: str | None
    may_judge: bool


class Condition(Answer):
    condition: str
    label: str
    outcome: Literal["pass", "fail", "unknown", "committed"]
    basis: str | None
    message: str | None
    message_en: str | None
    operands: dict[str, Any]
    sources: list[str]
    may_judge: bool


class Answered(Answer):
    """The form's answers."""

    name: str
    label: str
    value: Any


class Source(Answer):
    """One question to a source. `authorisation`: by what right it was asked."""

    asked_at: datetime
    answered_at: datetime
    authorisation: str
    result: str
    reason: str | None
    licences: list[Any]


class EvidenceShown(Answer):
    """What a licence or a check answered. `attributes`: what may be settled of it; `several`: it is a list, with `place`."""

    name: str
    title: str
    kind: str
    type: str
    answer: Any
    usable: bool
    status: str | None
    problem: str | None
    required: bool | None
    several: bool
    attributes: list[str]
    sources: list[Source]


class UploadShown(Answer):
    """A file that hangs on the case; `link` has it, and a look at it is on record."""

    id: str
    name: str
    type: str
    size: int
    uploaded_at: datetime
    link: str


class MaterialShown(Answer):
    """How a material is met, and the files that were handed in for it."""

    id: str
    name: str
    state: str
    by: str | None
    what: str | None
    uploads: list[UploadShown]


class DecisionShown(Answer):
    """What a person decided before."""

    at: datetime
    conclusion: str
    reason: str
    clause: str | None
    by: str | None
    second: str | None
    settled: list[dict[str, Any]]
    judged: list[dict[str, Any]]
    grant: dict[str, Any]


class ProposalShown(Answer):
    """A decision that waits for a second person."""

    at: datetime
    by: str | None
    conclusion: str
    reason: str
    clause: str | None
    settled: list[dict[str, Any]]
    judged: list[dict[str, Any]]
    grant: dict[str, Any]


class Happened(Answer):
    at: datetime
    kind: str
    status: str
    note: str | None
    by: str | None


class Earlier(Answer):
    """Another case of the applicant."""

    number: str
    situation: str
    title: str
    status: str
    conclusion: str
    received_at: datetime
    same_matter: bool


class Related(Answer):
    """Another applicant's case with something in common: a value of the form (`form.bank_account`), a `household`."""

    number: str
    situation: str
    title: str
    status: str
    received_at: datetime
    shared: list[str]


class ReviewAnswer(Answer):
    """A case on one page: why it came to a person first. `mine`: the caller has taken it; `may_claim`: they can, as nobody has and they
    did not decide it before.
    """

    number: str
    version: int
    situation: str
    title: str
    department: str
    status: str
    queue: str | None
    proposed: str | None
    ruleset: str | None
    ruleset_hash: str | None
    decided_for: date
    received_at: datetime
    until: datetime | None
    clock: Clock
    assignee: str | None
    claimed_at: datetime | None
    mine: bool
    may_claim: bool
    procedure_since: Annotated[datetime | None, Field(description="since when a special procedure has been running")]
    proposal: ProposalShown | None
    applicant: Applicant
    causes: list[Cause]
    conditions: list[Condition]
    form: list[Answered]
    evidence: list[EvidenceShown]
    materials: list[MaterialShown]
    commitments: list[str]
    decisions: list[DecisionShown]
    timeline: list[Happened]
    history: list[Earlier]
    related: list[Related]


class Preview(Answer):
    """What the case would come to. `failed`: what a refusal could rest on; `grant`: by the ruleset."""

    conclusion: Literal["approve", "reject", "review"]
    may_approve: bool
    may_reject: bool
    second_person: Annotated[bool, Field(description="whether an approval then waits for a second person")]
    failed: list[str]
    causes: list[str]
    conditions: list[Condition]
    grant: dict[str, Any]
