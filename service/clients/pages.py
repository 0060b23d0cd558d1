"""Portals in a browser: which there are, what one lets each of them do, and taking that back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Response

from service.clients import consents
from service.clients.scopes import WORDS
from service.web.forms import Posted
from service.web.page import Here, Page
from service.web.translation import mark

router = APIRouter(include_in_schema=False)
PATH = "/my/portals"


@router.get("/my/portals")
def portals(page: Here, client: Annotated[str, Query(max_length=40)] = "") -> Response:
    """`client`: the portal that sent the person here, shown first."""
    return _shown(page, client)


@router.post("/my/portals")
def change(page: Here, fields: Posted) -> Response:
    """Fields: `give` or `withdraw`, the id of a portal; with `give`, `scope` for each thing that is agreed to."""
    database, person, now = page.service.database, page.person, page.service.now()
    if fields.get("step") == "edit":
        return _shown(page, fields.get("give"), chosen=fields.all("scope"))
    if "withdraw" in fields:
        consents.withdraw(database, person, fields.get("withdraw"), now)
        return page.go(PATH, mark("已撤回同意，平台不能再替您办事。"))
    scopes, client = fields.all("scope"), fields.get("give")
    if not scopes:
        return _shown(page, client, mark("请至少选一项"))
    consents.give(database, person, client, scopes, now)
    return page.go(PATH, mark("已同意。您随时可以在这里撤回。"))


def _shown(page: Page, first: str, fault: str | None = None, chosen: Sequence[str] = ()) -> Response:
    found = consents.portals_of(page.service.database, page.person, page.service.now()).portals
    found.sort(key=lambda each: (each.id != first, each.consent is None))
    return page.show(
        "clients/portals.html", 422 if fault else 200, portals=found, words=WORDS, fault=fault, first=first, chosen=chosen
    )
