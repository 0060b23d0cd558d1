"""Inbox, preferences and webhooks over HTTP; and, for operators, what could not be delivered."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query

from service.accounts.actions import Caller
from service.notifications import actions, reading
from service.notifications.models import (
    Deliveries,
    Inbox,
    Preferences,
    WebhookAnswer,
    WebhookGiven,
    Webhooks,
)
from service.problems import Problem
from service.requests import StrictRoute
from service.state import Running, SignedIn

router = APIRouter(tags=["notifications"], route_class=StrictRoute)


@router.get("/inbox")
def inbox(
    service: Running, caller: SignedIn, before: UUID | None = None, limit: Annotated[int, Query(ge=1, le=100)] = 20
) -> Inbox:
    return reading.inbox_of(service, caller, before, limit)


@router.post("/inbox/{id}/read", status_code=204)
def read(id: UUID, service: Running, caller: SignedIn) -> None:
    actions.mark_read(service, caller, id)


@router.get("/preferences")
def preferences(service: Running, caller: SignedIn) -> Preferences:
    return reading.preferences_of(service, caller)


@router.put("/preferences")
def prefer(body: Preferences, service: Running, caller: SignedIn) -> Preferences:
    """Puts these in place of all that were."""
    reading.keep_preferences(service, caller, body)
    return reading.preferences_of(service, caller)


@router.get("/webhooks")
def webhooks(service: Running, caller: SignedIn) -> Webhooks:
    return reading.webhooks_of(service, caller)


@router.post("/webhooks", status_code=201)
def register(body: WebhookGiven, service: Running, caller: SignedIn) -> WebhookAnswer:
    """Tells a program of every change to the caller's cases: CloudEvents, signed by Standard Webhooks, until acknowledged with 2xx."""
    return reading.webhook(actions.register(service, caller, body.url), told=True)


@router.delete("/webhooks/{id}", status_code=204)
def unregister(id: UUID, service: Running, caller: SignedIn) -> None:
    actions.unregister(service, caller, id)


@router.get("/deliveries")
def deliveries(
    service: Running,
    caller: SignedIn,
    state: Literal["waiting", "sent", "failed", "unwanted"] = "failed",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> Deliveries:
    """For operators: what was given up, or waits."""
    _operator(caller)
    return reading.deliveries(service.database, state, limit)


@router.post("/deliveries/{id}/replay", status_code=204)
def replay(id: UUID, service: Running, caller: SignedIn) -> None:
    """For operators: tries one that was given up again."""
    _operator(caller)
    actions.replay(service.database, id, service.now())


def _operator(caller: Caller) -> None:
    if "operator" not in caller.roles:
        raise Problem("not-allowed-to-you")
