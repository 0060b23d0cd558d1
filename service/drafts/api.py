"""Drafts over HTTP, for whoever began them."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response

from service.drafts import actions
from service.drafts.models import ChangedDraft, DraftAnswer, DraftList, NewDraft
from service.requests import StrictRoute
from service.state import Running, SignedIn

router = APIRouter(tags=["drafts"], route_class=StrictRoute)


@router.post("/drafts", status_code=201)
def begin(body: NewDraft, response: Response, service: Running, caller: SignedIn) -> DraftAnswer:
    """One for a situation; where there is one already, 409 names it."""
    draft = actions.begin(service, caller, body.situation, body.form, body.commitments, body.materials)
    response.headers["Location"] = draft.link
    return draft


@router.get("/drafts")
def drafts(service: Running, caller: SignedIn) -> DraftList:
    return actions.drafts_of(service, caller)


@router.get("/drafts/{id}")
def draft(id: UUID, service: Running, caller: SignedIn) -> DraftAnswer:
    return actions.draft_of(service, caller, id)


@router.put("/drafts/{id}")
def change(id: UUID, body: ChangedDraft, service: Running, caller: SignedIn) -> DraftAnswer:
    """The whole of it anew."""
    return actions.change(service, caller, id, body.form, body.commitments, body.materials)


@router.delete("/drafts/{id}", status_code=204)
def throw_away(id: UUID, service: Running, caller: SignedIn) -> None:
    actions.throw_away(service, caller, id)
