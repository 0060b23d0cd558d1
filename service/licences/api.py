"""The wallet, and verifying what somebody shows, over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request

from service.client_address import address_of
from service.licences import actions
from service.licences.models import PublicKeys, VerificationCode, Verified, Wallet, WholeLicence
from service.requests import StrictRoute
from service.state import Running, SignedIn

router = APIRouter(tags=["licences"], route_class=StrictRoute)
Id = Annotated[str, Path(max_length=200)]


@router.get("/licences")
def wallet(service: Running, caller: SignedIn, fetch: bool = False) -> Wallet:
    """The caller's licences: those that the service holds; with `fetch`, also those that the licence repository has, which is
    a use of them and on record.
    """
    return actions.wallet(service, caller, fetch)


@router.get("/licences/{id}")
def licence(id: Id, service: Running, caller: SignedIn) -> WholeLicence:
    """One of the caller's, with what it was used for."""
    return actions.licence(service, caller, id)


@router.post("/licences/{id}/code", status_code=201)
def code(id: Id, service: Running, caller: SignedIn) -> VerificationCode:
    """A code to show, good for ten minutes; of licences that the service issued."""
    return actions.new_code(service, caller, id)


@router.get("/verify/{code}")
def verify(code: Annotated[str, Path(max_length=100)], request: Request, service: Running) -> Verified:
    """What a shown licence is at this moment, for anybody who has its code."""
    service.prechecks.count(address_of(request))
    return actions.verify(service, code)


@router.get("/licence-keys")
def licence_keys(service: Running) -> PublicKeys:
    """The public keys of the licences that the service issues."""
    return PublicKeys.model_validate(service.issuer.keys.public())
