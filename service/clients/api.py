"""What a person lets portals do for them, over HTTP."""

from __future__ import annotations

from fastapi import APIRouter

from service.clients import consents
from service.clients.models import Consent, ConsentGiven, Portals
from service.requests import StrictRoute
from service.state import Running, SignedIn

router = APIRouter(tags=["clients"], route_class=StrictRoute)


@router.get("/consents")
def portals(service: Running, caller: SignedIn) -> Portals:
    """Every portal, and what the caller lets it do."""
    return consents.portals_of(service.database, caller, service.now())


@router.put("/consents/{client}")
def give(client: str, body: ConsentGiven, service: Running, caller: SignedIn) -> Consent:
    """Lets the portal act for the caller for a year, within these scopes, in place of what was agreed before."""
    return consents.give(service.database, caller, client, body.scopes, service.now())


@router.delete("/consents/{client}", status_code=204)
def withdraw(client: str, service: Running, caller: SignedIn) -> None:
    """The portal acts for the caller no more, from this moment on."""
    consents.withdraw(service.database, caller, client, service.now())
