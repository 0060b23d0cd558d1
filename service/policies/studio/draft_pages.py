"""A draft in a browser: begun, written in the editor, checked as one types, and kept; whoever was quicker is named."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import APIRouter, Response

from service.policies import actions
from service.policies.models import Checked, Draft, DraftGiven
from service.policies.studio.reading_pages import title_by_id
from service.policies.studio.refusals import Refusal, refusal
from service.policies.studio.side_by_side import side_by_side
from service.policies.studio.wording import DRAFTS
from service.problems import Problem
from service.web.forms import Fields, Posted
from service.web.page import Here, Page
from service.web.translation import mark

router = APIRouter(include_in_schema=False)


def address(ruleset: str, effective: date, part: str = "") -> str:
    """Of a draft's page."""
    return f"/studio/{ruleset}/drafts/{effective}" + (f"/{part}" if part else "")


@router.post("/studio/{ruleset}")
def begin(ruleset: str, page: Here, fields: Posted) -> Response:
    """From what would decide on the day; where a draft for it is under way already, to that one."""
    try:
        effective = date.fromisoformat(fields.get("effective"))
    except ValueError:
        return page.go(f"/studio/{ruleset}", mark("请填写生效日期。"))
    try:
        actions.begin_draft(page.service, page.person, ruleset, effective)
    except Problem as problem:
        if problem.code != "draft-changed":
            raise
        return page.go(address(ruleset, effective), mark("这一天已有草稿，接着改。"))
    return page.go(address(ruleset, effective), mark("草稿已建好，内容取自这一天原本适用的版本。"))


@router.get("/studio/{ruleset}/drafts/{effective}")
def editor(ruleset: str, effective: date, page: Here) -> Response:
    draft = actions.draft_of(page.service, page.person, ruleset, effective)
    if draft.state == "published":
        return page.go(f"/studio/{ruleset}")
    checked = actions.check_draft(page.service, page.person, ruleset, effective, page.lang)
    return _editor(page, draft, DraftGiven(text=draft.text, cases=draft.cases), checked)


@router.post("/studio/{ruleset}/drafts/{effective}")
def edited(ruleset: str, effective: date, page: Here, fields: Posted) -> Response:
    """`step`: `keep`, `run` (keep, then run the cases), `overwrite` (keep over what somebody else wrote), `check`, or only show again."""
    given, step = given_by(fields), fields.get("step")
    draft = actions.draft_of(page.service, page.person, ruleset, effective)
    version = draft.version if step == "overwrite" else _version(fields)
    if step in ("keep", "run", "overwrite"):
        try:
            actions.keep_draft(page.service, page.person, ruleset, effective, version, given)
        except Problem as problem:
            return _conflict(page, ruleset, effective, given, problem)
        if step == "run":
            actions.begin(page.service, page.person, ruleset, effective, page.lang)
            return page.go(address(ruleset, effective, "cases"))
        return page.go(address(ruleset, effective), mark("草稿已保存。"))
    checked = actions.check_texts(page.service, page.person, ruleset, effective, given, page.lang)
    return _editor(page, draft, given, checked, version=version)


def given_by(fields: Fields) -> DraftGiven:
    """A browser sends a text area with a line break more or less at its end than it was given."""
    return DraftGiven(text=_ended(fields.get("text")), cases=_ended(fields.get("cases")))


def _ended(text: str) -> str:
    return text.rstrip("\n") + "\n" if text.strip() else ""


def _version(fields: Fields) -> int | None:
    return int(found) if (found := fields.get("version")).isdecimal() and len(found) < 10 else None


def _conflict(page: Page, ruleset: str, effective: date, given: DraftGiven, problem: Problem) -> Response:
    """What the person typed stays, beside what is kept."""
    if problem.code != "draft-changed":
        raise problem
    draft = actions.draft_of(page.service, page.person, ruleset, effective)
    checked = actions.check_texts(page.service, page.person, ruleset, effective, given, page.lang)
    difference = [(name, side_by_side(old, new)) for name, old, new in
                  (("rules", draft.text, given.text), ("cases", draft.cases, given.cases))]  # fmt: skip
    return _editor(page, draft, given, checked, refusal(problem, page.lang), difference, status=409)


def _editor(
    page: Page, draft: Draft, given: DraftGiven, checked: Checked, refused: Refusal | None = None, difference: Any = None,
    version: int | None = None, status: int = 200,
) -> Response:  # fmt: skip
    own = f"{draft.ruleset}/{draft.effective}"
    files = {f"{own}.yaml": "text", f"{own}.cases.yaml": "cases"}
    return page.show(
        "studio/editor.html", status, {}, given=given, checked=checked, files=files, refused=refused, difference=difference,
        version=draft.version if version is None else version, **about(page, draft),
    )  # fmt: skip


def about(page: Page, draft: Draft) -> dict[str, Any]:
    """What each page of a draft shows at its head."""
    return {"draft": draft, "title": title_by_id(page.service, draft.ruleset), "draft_states": DRAFTS,
            "own": address(draft.ruleset, draft.effective)}  # fmt: skip
