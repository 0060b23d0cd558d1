"""From a draft into force: handed in with a reason, looked at beside what it changes, and published by somebody else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from fastapi import APIRouter, Response

from service.policies import actions
from service.policies.models import Publication, Review
from service.policies.moving_cases import moved
from service.policies.studio.draft_pages import about, address, version_seen
from service.policies.studio.refusals import Refusal, refusal
from service.policies.studio.side_by_side import side_by_side
from service.policies.studio.wording import CHANGES, SECTIONS
from service.problems import Problem
from service.web.forms import Posted
from service.web.page import Here, Page
from service.web.translation import mark

router = APIRouter(include_in_schema=False)
LONGEST_REASON = 4_000


@router.get("/studio/{ruleset}/drafts/{effective}/review")
def review(ruleset: str, effective: date, page: Here) -> Response:
    return _review(page, ruleset, effective)


@router.post("/studio/{ruleset}/drafts/{effective}/review")
def decided(ruleset: str, effective: date, page: Here, fields: Posted) -> Response:
    """`step`: `submit`, `publish`, `shadow` or `send-back`; anything else only shows the page again."""
    step, version = fields.get("step"), version_seen(fields)
    reason, remark = fields.get("reason").strip(), fields.get("remark").strip()
    faults = _faults(step, reason, remark)
    if faults:
        return _review(page, ruleset, effective, status=422, reason=reason, remark=remark, faults=faults)
    try:
        if step == "submit":
            actions.submit(page.service, page.person, ruleset, effective, version, reason, page.lang)
            return page.go(address(ruleset, effective, "review"), mark("已提交，由另一位政策编写人复核后发布。"))
        if step == "send-back":
            actions.send_back(page.service, page.person, ruleset, effective, version, remark)
            return page.go(address(ruleset, effective), mark("已退回编写人修改。"))
        if step in ("publish", "shadow"):
            actions.publish(page.service, page.person, ruleset, effective, version, Publication(shadow=step == "shadow"))
            told = mark("已发布。") if step == "publish" else mark("影子运行已经开始：它只在一旁作答，不作决定。")
            return page.go(f"/studio/{ruleset}", told)
    except Problem as problem:
        return _review(page, ruleset, effective, refusal(problem, page.lang), problem.status_code, reason=reason, remark=remark)
    return _review(page, ruleset, effective, reason=reason, remark=remark)


def _faults(step: str, reason: str, remark: str) -> dict[str, str]:
    if step == "submit" and len(reason) > LONGEST_REASON:
        return {"reason": mark("理由太长了，请不超过4000字。")}
    if step == "send-back" and not remark:
        return {"remark": mark("请写明要改什么。")}
    if step == "send-back" and len(remark) > LONGEST_REASON:
        return {"remark": mark("写得太长了，请不超过4000字。")}
    return {}


def _review(
    page: Page, ruleset: str, effective: date, refused: Refusal | None = None, status: int = 200, *, reason: str = "", remark: str = "",
    faults: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    found = actions.review_of(page.service, page.person, ruleset, effective, page.lang)
    if found.draft.state == "published":
        return page.go(f"/studio/{ruleset}")
    return page.show(
        "studio/review.html", status, {}, review=found, sections=SECTIONS, changes=CHANGES,
        reason=reason, remark=remark, faults=faults or {}, refused=refused, longest=LONGEST_REASON, **_difference(page, found),
        **about(page, found.draft),
    )  # fmt: skip


def _difference(page: Page, found: Review) -> dict[str, Any]:
    """To what would decide otherwise. That its cases have moved on with their days says nothing, so they are moved before."""
    draft = found.draft
    old = None if found.against is None else actions.version_of(page.service, page.person, draft.ruleset, found.against)
    cases = (old.cases or "") if old else ""
    nearest = max((cases, *moved(cases, draft.effective)), key=lambda each: _common(each, draft.cases))
    return {
        "difference": [("rules", side_by_side(old.text if old else "", draft.text)), ("cases", side_by_side(nearest, draft.cases))],
        "moved": nearest != cases, "against_day": old.reference.rpartition("/")[2] if old else None,
    }  # fmt: skip


def _common(one: str, other: str) -> int:
    """How many lines they share, whatever their order."""
    return (Counter(one.splitlines()) & Counter(other.splitlines())).total()
