"""A holder's licences in a browser: who looked at them, for what, and by what right."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, Response

from service.evidence import actions
from service.web.page import Here
from service.web.translation import mark

router = APIRouter(include_in_schema=False)
PER_PAGE = 20
RESULTS: Mapping[str | None, tuple[str, str]] = {
    "answered": (mark("已查到"), "pass"),
    "none": (mark("没有记录"), "calm"),
    "unavailable": (mark("没有取得"), "wait"),
    None: (mark("已查验"), "calm"),
}
"""What came of a use, and its tone; without a result the holder is not told more than that there was one."""

PURPOSES = (mark("核对材料"), mark("查看已有的证照"))
"""What is looked up without an application is for one of these."""


@router.get("/my/licence-uses")
def uses(page: Here, before: UUID | None = None) -> Response:
    person = page.person
    with page.service.database.reading() as session:
        found = actions.uses_of(session, person.number, before, PER_PAGE)
    older = found.next.split("before=")[1].split("&")[0] if found.next else None
    return page.show("evidence/uses.html", uses=found.uses, older=older, before=before, results=RESULTS)
