"""A draft in a browser: begun, written in the editor, checked as one types, and kept; whoever was quicker is named."""

from __future__ import annotations

from datetime import date
from secrets import token_urlsafe
from typing import Any

from fastapi import APIRouter, Response

from engine.ruleset.loading import COMMON
from service.policies import actions, answers
from service.policies.drafts import proposed_texts
from service.policies.models import Draft, DraftGiven
from service.policies.proving import cases_in, look_at
from service.policies.studio.names import names_in, vocabulary
from service.policies.studio.reading_pages import day_fault, show_ruleset, title_by_id
from service.policies.studio.refusals import Refusal, refusal
from service.policies.studio.side_by_side import side_by_side
from service.policies.studio.wording import DRAFTS, PHRASES
from service.problems import Problem
from service.web.forms import Fields, Posted
from service.web.page import POLICY, Here, Page
from service.web.translation import mark

router = APIRouter(include_in_schema=False)


def address(ruleset: str, effective: date, part: str = "") -> str:
    """Of a draft's page."""
    return f"/studio/{ruleset}/drafts/{effective}" + (f"/{part}" if part else "")


@router.post("/studio/{ruleset}")
def begin(ruleset: str, page: Here, fields: Posted) -> Response:
    """From what would decide on the day; where a draft for it is under way already, to that one. With `step=edit` it shows the day."""
    if fields.get("step") == "edit":
        return show_ruleset(page, ruleset, fields.get("effective"))
    if fault := day_fault(page, fields.get("effective")):
        return show_ruleset(page, ruleset, fields.get("effective"), fault, 422)
    effective = date.fromisoformat(fields.get("effective"))
    try:
        actions.begin_draft(page.service, page.person, ruleset, effective)
    except Problem as problem:
        if problem.code != "draft-changed":
            raise
        return page.go(address(ruleset, effective), mark("这一天已有草稿，接着改。"))
    published = actions.policy_of(page.service, page.person, ruleset).versions
    told = mark("草稿已建好，内容取自这一天原本适用的版本。") if published else mark("草稿已建好，内容取自最近的草稿。")
    return page.go(address(ruleset, effective), told)


@router.get("/studio/{ruleset}/drafts/{effective}")
def editor(ruleset: str, effective: date, page: Here) -> Response:
    draft = actions.draft_of(page.service, page.person, ruleset, effective)
    if draft.state == "published":
        return page.go(f"/studio/{ruleset}")
    return _editor(page, draft, DraftGiven(text=draft.text, cases=draft.cases))


@router.post("/studio/{ruleset}/drafts/{effective}")
def edited(ruleset: str, effective: date, page: Here, fields: Posted) -> Response:
    """`step`: `keep`, `run` (keep, then run the cases), `overwrite` (keep over what somebody else wrote), `check`, or only show again.

    The editor, where there are scripts, is answered with the part of the page that changes.
    """
    given, step = given_by(fields), fields.get("step")
    draft = actions.draft_of(page.service, page.person, ruleset, effective)
    version = draft.version if step == "overwrite" else version_seen(fields)
    if step in ("keep", "run", "overwrite"):
        try:
            draft = actions.keep_draft(page.service, page.person, ruleset, effective, version, given)
        except Problem as problem:
            return _conflict(page, ruleset, effective, given, problem)
        if step == "run":
            actions.begin(page.service, page.person, ruleset, effective, page.lang)
            return page.go(address(ruleset, effective, "cases"))
        if page.part_only:
            return page.show("studio/_kept.html", version=draft.version, **about(page, draft))
        return page.go(address(ruleset, effective), mark("草稿已保存。"))
    if page.part_only:
        return page.show("studio/_found.html", **_found(page, draft, given))
    return _editor(page, draft, given, version=version, typed=True)


def given_by(fields: Fields) -> DraftGiven:
    """A browser sends a text area with a line break more or less at its end than it was given."""
    return DraftGiven(text=_ended(fields.get("text")), cases=_ended(fields.get("cases")))


def _ended(text: str) -> str:
    return text.rstrip("\n") + "\n" if text.strip() else ""


def version_seen(fields: Fields) -> int | None:
    """The version of the draft that the page showed."""
    return int(found) if (found := fields.get("version")).isdecimal() and len(found) < 10 else None


def _conflict(page: Page, ruleset: str, effective: date, given: DraftGiven, problem: Problem) -> Response:
    """What the person typed stays, beside what is kept."""
    if problem.code != "draft-changed":
        raise problem
    draft = actions.draft_of(page.service, page.person, ruleset, effective)
    difference = [(name, side_by_side(old, new)) for name, old, new in
                  (("rules", draft.text, given.text), ("cases", draft.cases, given.cases))]  # fmt: skip
    return _editor(page, draft, given, refusal(problem, page.lang), difference, status=409, typed=True)


def _editor(
    page: Page, draft: Draft, given: DraftGiven, refused: Refusal | None = None, difference: Any = None, version: int | None = None,
    status: int = 200, typed: bool = False,
) -> Response:  # fmt: skip
    nonce = token_urlsafe(16)
    policy = {"Content-Security-Policy": f"{POLICY}; style-src 'self' 'nonce-{nonce}'"}  # the editor brings styles of its own
    proposed = proposed_texts(page.service, page.person, draft.ruleset, draft.effective, given)
    fragments = sorted({path.split("/")[1] for path in proposed.texts if path.startswith(f"{COMMON}/")})
    return page.show(
        "studio/editor.html", status, policy, given=given, refused=refused, difference=difference, nonce=nonce, typed=typed,
        version=draft.version if version is None else version, cases=[each.name for each in cases_in(proposed)],
        vocabulary=vocabulary(page.service.evidence_types, fragments, page.lang), phrases=PHRASES if page.lang == "zh" else {},
        **_found(page, draft, given), **about(page, draft),
    )  # fmt: skip


def _found(page: Page, draft: Draft, given: DraftGiven) -> dict[str, Any]:
    """What is found in the texts, and the names that they declare."""
    proposed = proposed_texts(page.service, page.person, draft.ruleset, draft.effective, given)
    looked = look_at(proposed, page.service.catalogue, page.service.rulesets.current)
    return {"checked": answers.checked(looked.findings, page.lang), "files": files_of(draft), "names": names_in(proposed, page.lang)}


def files_of(draft: Draft) -> dict[str, str]:
    """The fields that the draft's files are written in, by the paths that findings name."""
    own = f"{draft.ruleset}/{draft.effective}"
    return {f"{own}.yaml": "text", f"{own}.cases.yaml": "cases"}


def about(page: Page, draft: Draft) -> dict[str, Any]:
    """What each page of a draft shows at its head."""
    return {"draft": draft, "title": title_by_id(page.service, draft.ruleset), "draft_states": DRAFTS,
            "own": address(draft.ruleset, draft.effective)}  # fmt: skip
