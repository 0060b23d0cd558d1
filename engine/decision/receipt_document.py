"""A receipt as read back from JSON: what explanation and replay stand on. `receipt` writes it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from engine.decision.printable import printable

Outcome = Literal["pass", "fail", "unknown", "committed"]


def _day(value: Any) -> date:
    if isinstance(value, str) and len(value) == 10 and (day := date.fromisoformat(value)).isoformat() == value:
        return day
    raise ValueError("not a day such as 2026-05-01")


Day = Annotated[date, BeforeValidator(_day)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Reason(_Part):
    """One condition. `operands` by declared name."""

    condition: str
    outcome: Outcome
    label: str
    basis: str | None = None
    message: str | None = None
    message_en: str | None = None
    operands: dict[str, Any] = Field(default_factory=dict)
    sources: tuple[str, ...] = ()


class Shortfall(_Part):
    """Required evidence that barred approval."""

    evidence: str
    label: str
    outcome: str
    usable: bool
    message: str | None = None
    message_en: str | None = None
    problem: str | None = None
    status: str | None = None


class FollowUp(_Part):
    """`by` is the day until which the commitment must be checked."""

    condition: str
    by: Day


class Diagnostic(_Part):
    about: str
    code: str


class ReceiptDocument(_Part):
    """The whole receipt, its texts made printable; an applicant's copy lacks what it withholds.

    Made by `model_validate`; raises `ValidationError`.
    """

    @model_validator(mode="before")
    @classmethod
    def _printable(cls, given: Any) -> Any:
        return printable(given)

    conclusion: Literal["approve", "reject", "review"]
    decided_for: Day
    ruleset: str | None
    reasons: tuple[Reason, ...]
    ruleset_hash: str | None = None
    receipt_hash: str | None = None
    engine: str | None = None
    fired: str | None = None
    queue: str | None = None
    causes: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    evidence: tuple[Shortfall, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    follow_up: tuple[FollowUp, ...] = ()
    grant: dict[str, Any] = Field(default_factory=dict)
    facts: dict[str, Any] = Field(default_factory=dict)
    approver_only: tuple[str, ...] = ()
    situation: str | None = None
    acting: dict[str, str] | None = None  # who acted for the applicant: authorisation, name, number
    proposed: str | None = None  # what the rules concluded, where `automatic:` left it to a person
    copied_for: Literal["applicant"] | None = Field(None, alias="copy")
