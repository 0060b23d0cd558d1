"""Mandates over HTTP: for their two sides, and for administrators, who enter what the office knows."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from engine.language.texts import fold_identifier
from service.mandates import giving, registered, showing
from service.mandates.models import Confirmation, KnownMandate, MandateAnswer, Mandates, NewMandate
from service.requests import StrictRoute
from service.state import Running, SignedIn, day_of

router = APIRouter(tags=["mandates"], route_class=StrictRoute)


@router.get("/mandates")
def mandates(service: Running, caller: SignedIn) -> Mandates:
    """Those that the caller gave, and those by which they may act for others, with what became of each."""
    return showing.mandates_of(service, caller)


@router.post("/mandates", status_code=201)
def give(body: NewMandate, response: Response, service: Running, caller: SignedIn) -> MandateAnswer:
    """Offers a mandate, which counts once the agent has accepted it. `Acting-For` a mandate as representative: the organisation's."""
    row = giving.give(service, caller, body)
    found = showing.shown(row, caller.number, day_of(service.now()))
    response.headers["Location"] = found.link
    return found


@router.post("/mandates/confirmations")
def confirm(body: Confirmation, service: Running, caller: SignedIn) -> MandateAnswer:
    """Asks the registers whether the caller represents this organisation, or is a parent of this child; each question is on record."""
    row = registered.confirm(service, caller, body.principal)
    return showing.shown(row, caller.number, day_of(service.now()))


@router.get("/mandates/{id}")
def mandate(id: UUID, service: Running, caller: SignedIn) -> MandateAnswer:
    return showing.mandate_of(service, caller, id)


@router.post("/mandates/{id}/accept")
def accept(id: UUID, service: Running, caller: SignedIn) -> MandateAnswer:
    """By the agent; from then on they may act."""
    return showing.shown(giving.accept(service, caller, id), caller.number, day_of(service.now()))


@router.post("/mandates/{id}/end")
def end(id: UUID, service: Running, caller: SignedIn) -> MandateAnswer:
    """By either side: it is declined, taken back, revoked or given up, and counts no more from this moment on."""
    return showing.shown(giving.end(service, caller, id), caller.number, day_of(service.now()))


@router.get("/known-mandates")
def known(service: Running, number: Annotated[str, Query(min_length=18, max_length=18)]) -> Mandates:
    """Every mandate, guardianship and representation of whoever has this number."""
    return showing.those_of(service, fold_identifier(number))


@router.post("/known-mandates", status_code=201)
def enter(body: KnownMandate, response: Response, service: Running, caller: SignedIn) -> MandateAnswer:
    """A guardian or representative that the office knows of by a document."""
    row = registered.enter(service.database, body, caller, service.now())
    found = showing.shown(row, row.principal, day_of(service.now()))
    response.headers["Location"] = found.link
    return found


@router.post("/known-mandates/{id}/end")
def end_known(id: UUID, service: Running, caller: SignedIn) -> MandateAnswer:
    """Of any kind, at once: by order of a court, say."""
    row = registered.end(service.database, id, caller, service.now())
    return showing.shown(row, row.principal, day_of(service.now()))
