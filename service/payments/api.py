"""Payments over HTTP: for those they are made to, and for those who make them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.payments import actions
from service.payments.models import Payment, Payments, Settling, State
from service.requests import StrictRoute
from service.state import Running, SignedIn

router = APIRouter(tags=["payments"], route_class=StrictRoute)
_CSV = "text/csv; charset=utf-8"


class CsvResponse(Response):
    media_type = _CSV


@router.get("/cases/{number}/payments")
def of_case(number: str, service: Running, caller: SignedIn) -> Payments:
    """What the case gives, and how far that is."""
    return actions.payments_of(service, caller, number)


@router.get("/payments")
def payments(
    service: Running,
    caller: SignedIn,
    state: State | None = None,
    before: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> Payments:
    """For a head, those of their department; for an operator, all."""
    return actions.payments(service, caller, state, before, limit)


@router.post(
    "/payments/files", status_code=201, response_class=CsvResponse,
    responses={201: {"content": {_CSV: {"schema": {"type": "string"}}}}},
)  # fmt: skip
def send(service: Running, caller: SignedIn) -> Response:
    """Takes up to a thousand ordered payments into a file for the bank, which says at its end how many and how much."""
    found = actions.send(service, caller)
    name = f'attachment; filename="payments-{found.batch}.csv"'
    return CsvResponse(found.content, 201, {"Content-Disposition": name})


@router.post("/payments/{id}/state")
def settle(id: UUID, body: Settling, service: Running, caller: SignedIn) -> Payment:
    """What the bank said came of one."""
    return actions.settle(service, caller, id, body.state, body.reason)
