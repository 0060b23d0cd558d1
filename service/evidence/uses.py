"""The record of every use of someone's evidence: the intent before a question leaves, what came of it, and its holder's view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlmodel import SQLModel

from engine.ruleset.model import EvidenceType
from service.database import fresh
from service.evidence.providers.interface import Reply
from service.evidence.tables import LicenceAnswerRow, LicenceUseRow

_use, _answer = fresh(LicenceUseRow), fresh(LicenceAnswerRow)


@dataclass(frozen=True, slots=True)
class Purpose:
    """What evidence is fetched for. `case_number`: None where no case comes of it.

    `right`: by which the applicant's own is asked for. `about`: the situation and its department.
    `client`: the machine client that asked for it.
    """

    text: str
    case_number: str | None = None
    right: str = "holder"
    about: tuple[str, str] | None = None
    client: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about to be asked."""

    evidence: str
    type: EvidenceType
    subject: str
    authorisation: str
    purpose: Purpose
    at: datetime


@dataclass(frozen=True, slots=True)
class Use:
    """A question that was asked. `row`: its record. `recorded`: whether that was written before it left.
    `reason`: why the reply cannot be relied on.
    """

    asked: Asked
    reply: Reply
    reason: str | None
    answered_at: datetime
    row: LicenceUseRow
    recorded: bool


def intended(asked: Asked) -> LicenceUseRow:
    """The record that a question is about to leave."""
    return _use(
        case_number=asked.purpose.case_number, client=asked.purpose.client, evidence=asked.evidence, kind=asked.type.kind,
        type=asked.type.id, title=asked.type.title, subject=asked.subject, purpose=asked.purpose.text, authorisation=asked.authorisation,
        told=any(each.shown_to == "applicant" for each in asked.type.attributes.values()), asked_at=asked.at,
    )  # fmt: skip


def rows(uses: Sequence[Use], case_number: str | None) -> list[SQLModel]:
    """What came of them, to be kept in the transaction that relies on it."""
    answers: list[SQLModel] = [
        _answer(
            use_id=use.row.id, case_number=case_number, result=use.reply.result, reason=use.reason,
            fields=orjson.dumps(use.reply.fields).decode(), licences=orjson.dumps(use.reply.licences).decode(),
            answered_at=use.answered_at,
        )
        for use in uses
    ]  # fmt: skip
    return [*(use.row for use in uses if not use.recorded), *answers]
