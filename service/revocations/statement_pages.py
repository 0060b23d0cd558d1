"""In a browser: what the holder of an approval says before it may be taken back, and whether they ask for a hearing."""

from __future__ import annotations

from fastapi import APIRouter, Response

from service.cases import actions as cases
from service.problems import Problem
from service.revocations import actions
from service.revocations.models import Statement
from service.web.forms import Fields, Posted
from service.web.page import Here, Page
from service.web.translation import mark

router = APIRouter(include_in_schema=False)
LONGEST = 4_000
"""Characters."""


@router.get("/my/cases/{number}/statement")
def ask_to_speak(number: str, page: Here) -> Response:
    return _statement(page, number, Fields(()))


@router.post("/my/cases/{number}/statement")
def speak(number: str, page: Here, fields: Posted) -> Response:
    """`step`: `edit` shows the page as it is filled in."""
    said, editing = fields.get("statement").strip(), fields.get("step") == "edit"
    if editing or not 0 < len(said) <= LONGEST:
        fault = None if editing else mark("意见太长了，请不超过4000字。") if said else mark("请写明您的意见。")
        return _statement(page, number, fields, fault)
    try:
        actions.state(page.service, page.person, number, Statement(statement=said, wants_hearing=fields.get("hearing") == "yes"))
    except Problem as problem:
        if problem.code not in ("already-stated", "too-late-to-speak", "not-allowed-now"):
            raise
        return _statement(page, number, fields, None, problem)
    return page.go(f"/my/cases/{number}", mark("您的意见已提交。"))


def _statement(page: Page, number: str, fields: Fields, fault: str | None = None, problem: Problem | None = None) -> Response:
    """Raises `Problem` where it is not their case, or nobody revokes it."""
    case = cases.case_of(page.service, page.person, number)
    found = actions.revocation_of(page.service, page.person, number)
    speaking = actions.may_speak(page.service, found)
    return page.show(
        "revocations/statement.html", problem.status_code if problem else 422 if fault and speaking else 200, {}, case=case,
        title=page.service.title(case.situation), revocation=found, speaking=speaking, revoking=found.state in actions.UNDER_WAY,
        fields=fields, fault=fault if speaking else None, refused=problem.document(page.lang)["title"] if problem else None,
        longest=LONGEST,
    )  # fmt: skip
