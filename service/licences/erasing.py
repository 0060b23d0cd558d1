"""Erasing the licence that a case gave, once it ended long enough ago."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from service.licences import store
from service.licences.tables import IssuedLicenceRow
from service.state import day_of


def ended_before(session: Session, number: str, moment: datetime) -> bool:
    """Whether the case gave no licence, or such as had ended by then: ran out, or were revoked or cancelled."""
    return all(_ended_before(each, moment) for each in store.of_case(session, number))


def erase_case(session: Session, number: str) -> None:
    for row in store.of_case(session, number):
        store.remove(session, row)


def _ended_before(row: IssuedLicenceRow, moment: datetime) -> bool:
    if row.status != "valid" and row.changed_at < moment:
        return True
    return row.valid_until is not None and row.valid_until < day_of(moment)
