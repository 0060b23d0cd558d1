"""What the clock does to a case: a supplement that does not come in time lets it lapse."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from service.cases.moves import move, to_change
from service.state import Service
from service.work.actions import Later, Work

LAPSE = "case.lapse"
"""The kind of work, about a case number, that is due when a supplement is."""


def lapse(service: Service, work: Work) -> None:
    """Raises `Later` where the applicant was given more time."""
    now = service.now()
    service.database.write(lambda session: _lapse(session, work.subject, now))


def _lapse(session: Session, number: str, now: datetime) -> None:
    case = to_change(session, number)
    if case.status != "awaiting_supplement" or case.until is None:
        return
    if now < case.until:
        raise Later(case.until)
    case.until = None
    move(session, case, "lapsed", now, None, "lapsed")
