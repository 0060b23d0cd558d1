"""The record of every use of someone's evidence: the intent before a question leaves, what came of it, and its holder's view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlmodel import Session

from engine.ruleset.model import EvidenceType
from service.evidence import store
from service.evidence.providers.interface import Reply
from service.evidence.tables import LicenceUseRow


@dataclass(frozen=True, slots=True)
class Purpose:
    """What evidence is fetched for. `case_number`: None where no case comes of it."""

    text: str
    case_number: str | None = None


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
    """A question that was asked. `intent`: its row, where one was written before it left. `reason`: why it cannot be relied on."""

    asked: Asked
    reply: Reply
    reason: str | None
    answered_at: datetime
    intent: int | None


def intend(session: Session, asked: Sequence[Asked]) -> list[int]:
    """Puts on record that these questions are about to leave."""
    rows = [_row(each) for each in asked]
    session.add_all(rows)
    session.flush()
    return [row.id for row in rows if row.id is not None]


def record(session: Session, uses: Sequence[Use], case_id: int | None) -> None:
    """Completes the intents with what came of them, in the transaction that relies on it."""
    for use in uses:
        row = _row(use.asked) if use.intent is None else store.use(session, use.intent)
        row.case_id = case_id
        row.result = use.reply.result
        row.reason = use.reason
        row.fields = orjson.dumps(use.reply.fields).decode()
        row.licences = orjson.dumps(use.reply.licences).decode()
        row.answered_at = use.answered_at
        session.add(row)


def _row(asked: Asked) -> LicenceUseRow:
    return LicenceUseRow(
        case_number=asked.purpose.case_number, evidence=asked.evidence, kind=asked.type.kind, type=asked.type.id,
        title=asked.type.title, subject=asked.subject, purpose=asked.purpose.text, authorisation=asked.authorisation,
        told=any(each.shown_to == "applicant" for each in asked.type.attributes.values()), asked_at=asked.at,
    )  # fmt: skip
