"""Erasing what closed cases hold about people once it has been kept long enough; that there was a case, and how it ended, stays.

What is encrypted is overwritten. The record keeps the digest of each receipt, so whoever has kept theirs can still prove it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from service import audit
from service.cases import store
from service.cases.moves import CLOSED

ERASED = b'{"erased":true}'
"""In the place of a receipt."""


@dataclass(frozen=True, slots=True)
class ClosedCase:
    """One that still holds what it was about."""

    number: str
    situation: str
    status: str
    closed_at: datetime


def closed_cases(session: Session, before: datetime, after: str, limit: int) -> Sequence[ClosedCase]:
    """Closed before then and not erased yet, by number, from above `after` on."""
    rows = store.closed(session, CLOSED, before, after, limit)
    return [ClosedCase(each.number, each.situation, each.status, each.closed_at) for each in rows if each.closed_at]


def still_closed(session: Session, case: ClosedCase) -> bool:
    """As it was seen; nobody else changes it before the transaction ends."""
    found = store.to_change(session, case.number)
    return found is not None and found.erased_at is None and (found.status, found.closed_at) == (case.status, case.closed_at)


def erase_case(session: Session, number: str, now: datetime, why: Mapping[str, Any]) -> None:
    case = store.to_change(session, number)
    assert case is not None
    case.erased_at = now
    session.add(case)
    for receipt in store.receipts(session, number):
        receipt.body, receipt.hash, receipt.shortfalls, receipt.withheld = ERASED, "", "[]", "[]"
        session.add(receipt)
    for decision in store.decisions(session, number):
        decision.reason, decision.settled, decision.judged, decision.grant = "", "[]", "[]", "{}"
        session.add(decision)
    for proposal in store.proposals(session, number):
        proposal.word, proposal.why = "{}", None
        session.add(proposal)
    for entry in store.timeline(session, number, everything=True):
        entry.note = None
        session.add(entry)
    store.remove_answers(session, number)
    store.take_back(session, number)
    audit.record(session, now, None, "case.erased", number, detail=why)
