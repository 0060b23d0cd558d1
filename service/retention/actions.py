"""Erasing every night whatever has been kept long enough.

A case is erased whole, by every noun in one transaction, with `case.erased` in the record. It is left alone while anything about it is
open: an appeal, a revocation, a commitment, a payment, a second look, a licence it gave.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import cast
from uuid import UUID

from sqlmodel import Session

from service.cases import actions as cases
from service.cases.actions import ClosedCase
from service.database import Conflict, Database
from service.drafts import actions as drafts
from service.evidence import erasing as evidence
from service.licences import erasing as licences
from service.materials import erasing as materials
from service.notifications import erasing as notifications
from service.oidc import actions as oidc
from service.payments import erasing as payments
from service.retention.periods import Closed
from service.review import erasing as review
from service.revocations import erasing as revocations
from service.state import SHANGHAI, Service
from service.work.actions import Later, Work, later

NIGHTLY = "retention.erase"
"""The kind of work that erases; one row, put off from night to night."""
_ROW = UUID("9d1c9bb2-6f0e-5b0c-9e68-0d6a3a1f7c55")
_AT = time(3, 30, tzinfo=SHANGHAI)
_BATCH = 200
_logger = logging.getLogger(__name__)


def schedule(database: Database, now: datetime) -> None:
    """From the next night on, if it is not scheduled yet."""
    row = later(NIGHTLY, "all", next_night(now))
    row.id = _ROW
    try:
        database.insert([row])
    except Conflict:
        return


def erase(service: Service, work: Work) -> None:
    """All that is due. Raises `Later`, until the next night."""
    now, periods = service.now(), service.retention
    service.database.write(lambda session: drafts.erase_untouched(session, periods.drafts.before(now)))
    service.database.write(lambda session: oidc.erase_expired(session, now))
    _until_done(lambda: service.database.write(
        lambda session: evidence.erase_uses(session, periods.licence_uses.before(now), _BATCH)
    ))  # fmt: skip
    _until_done(lambda: _erase_uploads(service, periods.uploads.before(now), now))
    shortest = max(each.before(now) for each in (*periods.cases.values(), *(
        one for some in periods.situations.values() for one in some.values()
    )))  # fmt: skip
    after = ""
    while True:
        with service.database.reading() as session:
            found = cases.closed_cases(session, shortest, after, _BATCH)
        for each in found:
            try:
                _erase_case(service, each, now)
            except Exception as error:  # the others' time is over all the same
                _logger.error("case %s could not be erased: %s", each.number, type(error).__name__)
        if len(found) < _BATCH:
            break
        after = found[-1].number
    raise Later(next_night(now))


def next_night(now: datetime) -> datetime:
    tonight = datetime.combine(now.astimezone(SHANGHAI).date(), _AT)
    return tonight if tonight > now else tonight + timedelta(1)


def _erase_case(service: Service, case: ClosedCase, now: datetime) -> None:
    period = service.retention.of_case(case.situation, cast(Closed, case.status))
    ended = period.before(now)
    if case.closed_at >= ended:
        return

    def work(session: Session) -> list[str]:
        if not cases.still_closed(session, case) or not licences.ended_before(session, case.number, ended):
            return []
        if any(each.is_open(session, case.number) for each in (payments, revocations, review)):
            return []
        files = materials.erase_case(session, case.number, now)
        for each in (evidence, licences, notifications, payments, revocations, review):
            each.erase_case(session, case.number)
        kept = f"P{period.years}Y" if period.years else f"P{period.days}D"
        cases.erase_case(session, case.number, now, {"kept": kept, "basis": period.basis})
        return list(files)

    materials.remove_files(service, service.database.write(work))


def _erase_uploads(service: Service, before: datetime, now: datetime) -> int:
    keys = service.database.write(lambda session: materials.erase_idle(session, before, now, _BATCH))
    materials.remove_files(service, keys)
    return len(keys)


def _until_done(batch: Callable[[], int]) -> None:
    while batch() == _BATCH:
        pass
