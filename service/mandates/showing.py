"""Mandates as their sides, and the office, see them."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

from service.access import Act
from service.accounts.actions import Caller
from service.mandates import standing, store
from service.mandates.models import MandateAnswer, Mandates, Side
from service.mandates.tables import MandateRow
from service.problems import Problem
from service.protection.masking import masked_number
from service.state import BASE, Service, day_of

_ORDER: tuple[Act, ...] = ("apply", "read", "receive", "delegate")


def mandates_of(service: Service, caller: Caller) -> Mandates:
    """Those that the caller gave or has, and what became of them."""
    today = day_of(service.now())
    with service.database.reading() as session:
        rows = [each for each in store.with_(session, caller.number) if standing.concerns(each, caller)]
    return Mandates(mandates=[shown(each, caller.number, today) for each in rows])


def mandate_of(service: Service, caller: Caller, id_: UUID) -> MandateAnswer:
    """Raises `Problem` where it is none of theirs."""
    with service.database.reading() as session:
        row = store.by_id(session, id_)
    if row is None or not standing.concerns(row, caller):
        raise Problem("unknown-mandate")
    return shown(row, caller.number, day_of(service.now()))


def those_of(service: Service, number: str) -> Mandates:
    """Every one of whoever has this number, for the office."""
    today = day_of(service.now())
    with service.database.reading() as session:
        return Mandates(mandates=[shown(each, number, today) for each in store.with_(session, number)])


def for_whom(service: Service, person: Caller) -> list[MandateAnswer]:
    """By which the person may act today."""
    today = day_of(service.now())
    if not standing.may_act(person):
        return []
    with service.database.reading() as session:
        return [shown(each, person.number, today) for each in store.of_agent(session, person.number, today)]


def shown(row: MandateRow, number: str, today: date) -> MandateAnswer:
    """`number`: of the side that is shown it."""
    scope = standing.scope_of(row)
    known: dict[str, Any] = row.model_dump(
        include={"id", "kind", "department", "since", "until", "given_at", "accepted_at", "ended_at", "reference"}
    )
    return MandateAnswer.model_validate({
        **known, "side": "principal" if row.principal == number else "agent", "state": _state(row, today),
        "principal": Side(name=row.principal_name, number=masked_number(row.principal)),
        "agent": Side(name=row.agent_name, number=masked_number(row.agent)),
        "acts": [each for each in _ORDER if each in scope.acts], "situations": row.situations.split(),
        "link": f"{BASE}/mandates/{row.id}",
    })  # fmt: skip


def _state(row: MandateRow, today: date) -> Literal["offered", "in-force", "over", "ended"]:
    if row.state == "ended":
        return "ended"
    if row.until is not None and row.until < today:
        return "over"
    return "offered" if row.state == "offered" else "in-force"
