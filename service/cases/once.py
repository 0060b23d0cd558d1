"""What nobody is given twice. An approval puts down whom it gives it to, and the database takes each of them once.

A condition of the ruleset tells an applicant so, on evidence. This holds it where a condition cannot: where two applications meet,
where a person decides on what the sources said weeks ago, where there is no ruleset.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

import orjson
from anyio import sleep, to_thread
from sqlmodel import Session, SQLModel

from engine.catalogue import Result, Situation
from engine.decision.evidence import after
from service.cases import store
from service.cases.approved import as_approved
from service.cases.tables import CaseRow, GivenOnceRow
from service.database import fresh
from service.problems import Problem
from service.state import Service, day_of
from service.work.actions import Work

EARLIER = "once.earlier"
"""The work of putting down what was given earlier. The migration that makes the table leaves it, where there are cases."""
_PAUSE = 0.1
"""Seconds, and more each time, in which the result of an approval that stands in the way becomes evidence."""
_row = fresh(GivenOnceRow)
_logger = logging.getLogger(__name__)


def holders(result: Result, applicant: str, grant: Mapping[str, Any]) -> tuple[str, ...]:
    """Whom an approval issues this result to, by number."""
    return (applicant,) if result.to is None else tuple(grant.get(result.to) or ())


def ends_on(result: Result, grant: Mapping[str, Any], on: date) -> date | None:
    """The last day of a result that is issued on this day; a grant named `valid_until` goes before the catalogue."""
    granted = grant.get("valid_until")
    if isinstance(granted, str):
        return date.fromisoformat(granted)
    return None if result.valid_for is None else after(on, result.valid_for)


def gives_once(situation: Situation) -> bool:
    return any(each.once for each in situation.results)


def once_rows(situation: Situation, receipt: bytes, number: str, on: date) -> Sequence[SQLModel]:
    """What is kept beside a submission that is approved. They conflict while somebody on the list has it."""
    if not gives_once(situation):
        return ()
    document = orjson.loads(receipt)
    given = _given(situation, document["facts"]["applicant"]["number"], document["grant"], on)
    return [_row(case_number=number, place=place, **each) for place, each in enumerate(given)]


def give_once(service: Service, session: Session, case: CaseRow) -> None:
    """The same for a case that has just become approved. Raises `Problem` while somebody on the list has it."""
    situation = service.catalogue.situations.get(case.situation)
    if case.status != "approved" or situation is None or not gives_once(situation):
        return
    session.flush()
    approved = as_approved(session, case)
    for place, each in enumerate(_given(situation, approved.holder, approved.grant, approved.on)):
        standing = store.given_once(session, each["what"], each["holder"])
        if standing is not None:
            if standing.until is None or standing.until >= approved.on:
                raise Problem("given-already", number=standing.case_number)
            session.delete(standing)
            session.flush()
        session.add(GivenOnceRow(case_number=case.number, place=place, **each))
    session.flush()


def put_down_earlier(service: Service, _: Work) -> None:
    """Puts down what was given before this was kept (release 0.1.0). Whoever got something twice then has it once here, and is logged."""
    once = [id_ for id_, each in service.catalogue.situations.items() if gives_once(each)]
    with service.database.reading() as session:
        numbers = store.approved_of(session, once)
    for number in numbers:
        try:
            service.database.write(partial(_put_down, service, number))
        except Problem as given:
            _logger.error("case %s gave again what case %s had given", number, given.members["number"])


def _put_down(service: Service, number: str, session: Session) -> None:
    case = store.to_change(session, number)
    if case is not None and not store.gave_once(session, number):
        give_once(service, session, case)


async def let_pass(service: Service, attempt: int) -> None:
    """Before an application is decided again that met somebody who has it: what has ended goes, what is new becomes evidence."""
    today = day_of(service.now())
    await to_thread.run_sync(service.database.write, lambda session: store.remove_ended(session, today))
    await sleep(_PAUSE * attempt)


def _given(situation: Situation, applicant: str, grant: Mapping[str, Any], on: date) -> Iterator[dict[str, Any]]:
    for result in situation.results:
        if result.once:
            until = ends_on(result, grant, on)
            for holder in sorted(
                {*holders(result, applicant, grant)}
            ):  # in one order, so that nobody waits for each other
                yield {"what": result.licence, "holder": holder, "until": until}
