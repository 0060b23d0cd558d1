"""Reminds a holder that a licence the service issued ends soon: 90, 30 and 7 days before. Bears being told twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlmodel import Session, SQLModel

from service.licences import store
from service.state import SHANGHAI, Service, day_of
from service.work.actions import Work, later

EXPIRING = "licence.expiring"
DAYS = (90, 30, 7)
_AT = time(9, tzinfo=SHANGHAI)


@dataclass(frozen=True, slots=True)
class Expiring:
    """`holder`: their number. `left`: whole days after today."""

    id: str
    holder: str
    title: str
    until: date
    left: int


def reminders(id_: str, until: date | None, now: datetime) -> Iterator[SQLModel]:
    """The work of reminding, as far as its day is still to come."""
    if until is None:
        return
    for days in DAYS:
        at = datetime.combine(until - timedelta(days), _AT)
        if at > now:
            yield later(EXPIRING, id_, at, days=days)


def expiring(service: Service, session: Session, work: Work) -> Expiring | None:
    """What there is to remind of; nothing where the licence is not valid any more."""
    row = store.by_id(session, work.subject)
    if row is None or row.status != "valid" or row.valid_until is None:
        return None
    left = (row.valid_until - day_of(service.now())).days
    type_ = service.licence_types.get(row.type)
    return None if left < 0 else Expiring(row.id, row.holder, type_.title if type_ else row.type, row.valid_until, left)
