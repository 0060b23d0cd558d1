"""Revocations and checks of commitments over HTTP."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from service.requests import StrictRoute
from service.revocations import actions, follow_ups
from service.revocations.models import (
    Conclusion,
    Finding,
    FollowUp,
    FollowUps,
    Hearing,
    Repair,
    Revocation,
    Start,
    Statement,
)
from service.state import Running, SignedIn

router = APIRouter(tags=["revocations"], route_class=StrictRoute)


@router.post("/cases/{number}/revoke", status_code=201)
def start(number: str, body: Start, service: Running, caller: SignedIn) -> Revocation:
    """A head starts to revoke an approval. Its holder is told, and may speak for five working days."""
    return actions.start(service, caller, number, body)


@router.get("/cases/{number}/revocation")
def revocation(number: str, service: Running, caller: SignedIn) -> Revocation:
    return actions.revocation_of(service, caller, number)


@router.post("/cases/{number}/revocation/statement")
def state(number: str, body: Statement, service: Running, caller: SignedIn) -> Revocation:
    """What the holder says to it, once, and whether they want a hearing."""
    return actions.state(service, caller, number, body)


@router.post("/cases/{number}/revocation/hearing")
def hear(number: str, body: Hearing, service: Running, caller: SignedIn) -> Revocation:
    """The record of a hearing that was held."""
    return actions.hear(service, caller, number, body)


@router.post("/cases/{number}/revocation/conclusion")
def conclude(number: str, body: Conclusion, service: Running, caller: SignedIn) -> Revocation:
    """Revokes the approval, or drops the matter."""
    return actions.conclude(service, caller, number, body)


@router.get("/follow-ups")
def listed(
    service: Running,
    caller: SignedIn,
    state: Literal["open", "kept", "doubtful", "broken", "dismissed"] = "doubtful",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> FollowUps:
    """Commitments of the department's approvals, to be checked by a day."""
    return follow_ups.follow_ups(service, caller, state, limit)


@router.post("/follow-ups/{number}/{condition}/finding")
def find(number: str, condition: str, body: Finding, service: Running, caller: SignedIn) -> FollowUp:
    """What a person found of a doubtful commitment. Who broke one cannot commit until it is repaired."""
    return follow_ups.settle(service, caller, number, condition, body.broken, body.reason)


@router.post("/follow-ups/{number}/{condition}/repair")
def repair(number: str, condition: str, body: Repair, service: Running, caller: SignedIn) -> FollowUp:
    """That somebody made good what they broke."""
    return follow_ups.repair(service, caller, number, condition, body.reason)
