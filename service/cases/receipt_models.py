"""Receipts and forms as the API describes them; the engine writes the one, the ruleset is the source of the other."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from service.cases.models import Conclusion, FollowUp, Reason
from service.documents import Answer

Facts = Annotated[dict[str, Any], Field(description="as `miaopi decide` takes them")]
_HASH = Annotated[str, Field(pattern="^sha256:[0-9a-f]{64}$")]


class ReceiptShortfall(Answer):
    """Required evidence that barred approval."""

    evidence: str
    label: str
    message: str | None
    message_en: str | None
    outcome: str
    problem: str | None = None
    status: str | None = None
    usable: bool


class Diagnostic(Answer):
    about: str
    code: str


class Seal(Answer):
    """By which key of `GET /keys` the service vouches for the receipt, and the detached JWS over its bytes."""

    key: str
    signature: str


class ReceiptActing(Answer):
    """Who acted for the applicant, and by what right: `mandate: …`, `guardian: …` or `representative: …`."""

    authorisation: str
    name: str
    number: str


class ReceiptAnswer(Answer):
    """Canonical JSON: what decided, and on what. `copy` says that it is an applicant's."""

    acting: ReceiptActing | None = None
    approver_only: list[str]
    causes: list[str]
    conclusion: Conclusion
    copied_for: Annotated[Literal["applicant"] | None, Field(alias="copy")] = None
    decided_for: date
    diagnostics: list[Diagnostic] | None = None
    engine: str
    evidence: list[ReceiptShortfall]
    facts: Facts
    fired: str | None
    follow_up: list[FollowUp]
    grant: dict[str, Any]
    missing: list[str]
    proposed: Conclusion | None = None
    queue: str | None
    reasons: list[Reason]
    receipt_hash: _HASH | None = None
    ruleset: str | None
    ruleset_hash: _HASH | None
    seal: Seal | None = None
    situation: str


class Promise(Answer):
    """A condition that may be promised to be met."""

    id: str
    label: str


class FormAnswer(Answer):
    """JSON Schema (2020-12) of a form; `service.cases.form` says what its own annotations mean."""

    dialect: Annotated[str, Field(alias="$schema")]
    title: str
    type: Literal["object"]
    properties: dict[str, dict[str, Any]] = {}
    required: list[str] = []
    additional: Annotated[bool, Field(alias="additionalProperties")] = True
    at_times: Annotated[list[dict[str, Any]], Field(alias="allOf")] = []
    commitments: Annotated[list[Promise], Field(alias="x-commitments")] = []
    ruleset: Annotated[str | None, Field(alias="x-ruleset")]
