"""What comes in and goes out about revocations and checks of commitments."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from service.documents import Answer, Asked

Words = Annotated[str, Field(min_length=1, max_length=4000)]


class Start(Asked):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "经核查，承诺的消防设施并不具备", "clause": "行政许可法 第六十九条"}]}
    )

    reason: Words
    clause: Annotated[str, Field(min_length=1, max_length=200)]


class Statement(Asked):
    model_config = ConfigDict(json_schema_extra={"examples": [{"statement": "设施已于上周补齐", "wants_hearing": True}]})

    statement: Words
    wants_hearing: bool = False


class Hearing(Asked):
    model_config = ConfigDict(json_schema_extra={"examples": [{"on": "2026-12-08", "record": "当事人到场陈述……"}]})

    on: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$", description="the day it was held")]
    record: Annotated[str, Field(min_length=1, max_length=20_000)]


class Conclusion(Asked):
    model_config = ConfigDict(json_schema_extra={"examples": [{"outcome": "revoked", "reason": "听证后仍不能证明符合条件"}]})

    outcome: Literal["revoked", "dropped"]
    reason: Words


class Revocation(Answer):
    """`until`: to when the holder may speak. `state`: `notified`, `stated`, `heard`, `revoked` or `dropped`."""

    case_number: str
    state: Literal["notified", "stated", "heard", "revoked", "dropped"]
    reason: str
    clause: str
    started_at: datetime
    until: datetime
    statement: str | None
    wants_hearing: bool
    heard_on: date | None
    hearing: str | None
    concluded_at: datetime | None
    conclusion: str | None


class FollowUp(Answer):
    """`told`: what the evidence said of the condition when it was checked."""

    case_number: str
    condition: str
    by: date
    state: Literal["open", "kept", "doubtful", "broken", "dismissed"]
    told: Literal["pass", "fail", "unknown"] | None
    reason: str | None
    repaired_at: datetime | None


class FollowUps(Answer):
    """The most urgent first."""

    follow_ups: list[FollowUp]


class Finding(Asked):
    model_config = ConfigDict(json_schema_extra={"examples": [{"broken": True, "reason": "现场核查与承诺不符"}]})

    broken: bool
    reason: Words


class Repair(Asked):
    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "已补办并经核实"}]})

    reason: Words
