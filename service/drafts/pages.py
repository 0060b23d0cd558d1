"""A person's half-filled forms in a browser: to go on with, or to throw away."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response

from service.drafts import actions
from service.problems import Problem
from service.web.forms import Posted
from service.web.page import Here
from service.web.translation import mark

router = APIRouter(include_in_schema=False)


@router.get("/my/drafts")
def drafts(page: Here) -> Response:
    now = page.service.now()
    kept_for = (now - page.service.retention.drafts.before(now)).days
    return page.show(
        "drafts/drafts.html", drafts=actions.drafts_of(page.service, page.person).drafts, kept_for=kept_for,
        offered=page.service.catalogue.situations.keys(),
    )  # fmt: skip


@router.post("/my/drafts")
def throw_away(page: Here, fields: Posted) -> Response:
    """Field: `id`."""
    if fields.get("step") == "edit":
        return page.go("/my/drafts")
    try:
        id_ = UUID(fields.get("id"))
    except ValueError:
        raise Problem("unknown-draft") from None
    actions.throw_away(page.service, page.person, id_)
    return page.go("/my/drafts", mark("草稿已删除。"))
