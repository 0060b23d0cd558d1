"""Erasing the licence that a case gave, once it ended long enough ago."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from service.licences import store
from service.state import day_of


def ended_before(session: Session, number: str, moment: datetime) -> bool:
    """Whether the case gave no licence, or one that had ended by then: it ran out, or was revoked or cancelled."""
    row = store.of_case(session, number)
    if row is None or (row.status != "valid" and row.changed_at < moment):
        return True
    return row.valid_until is not None and row.valid_until < day_of(moment)


def erase_case(session: Session, number: str) -> None:
    row = store.of_case(session, number)
    if row is not None:
        store.remove(session, row)
