"""What an applicant does about a case, in a browser: withdraw it, add what was asked for, appeal against a refusal."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import APIRouter, Response

from engine.decision.problems import InvalidFacts
from service.cases import actions
from service.cases.apply_pages import blank_of
from service.cases.drawing import DrawnForm, with_row, without_row
from service.cases.filled import Filled, by_material, of_form
from service.cases.filling import sent_as
from service.cases.models import CaseAnswer, Supplement
from service.cases.states import OPEN
from service.cases.wording import NO_APPEAL, appeal_was_withdrawn
from service.materials import actions as materials
from service.materials.actions import Faults, Given
from service.problems import Problem
from service.web.forms import Fields, Posted, PostedWithFiles
from service.web.page import Here, Page
from service.web.translation import mark

router = APIRouter(include_in_schema=False)
LONGEST_NOTE, LONGEST_REASON = 1_000, 4_000
"""Characters."""


@router.get("/my/cases/{number}/withdraw")
def ask_to_withdraw(number: str, page: Here) -> Response:
    if actions.case_of(page.service, page.person, number).status not in OPEN:
        return page.go(f"/my/cases/{number}")
    return _withdrawal(page, number)


@router.post("/my/cases/{number}/withdraw")
def withdraw(number: str, page: Here, fields: Posted) -> Response:
    reason = fields.get("reason").strip()[:LONGEST_NOTE]
    if fields.get("step") == "edit":
        return _withdrawal(page, number, reason)
    try:
        actions.withdraw(page.service, page.person, number, reason or None)
    except Problem as problem:
        if problem.code != "not-allowed-now":
            raise
        if problem.members["case_status"] != "withdrawn":
            return page.go(f"/my/cases/{number}", mark("办件已经办结，不能撤回。"))
    appealed = appeal_was_withdrawn(actions.timeline_of(page.service, page.person, number).entries)
    return page.go(f"/my/cases/{number}", mark("申诉已撤回，原决定不变。") if appealed else mark("申请已撤回。"))


@router.get("/my/cases/{number}/appeal")
def ask_to_appeal(number: str, page: Here) -> Response:
    if refused := actions.appeal_refused(page.service, page.person, number):
        return page.go(f"/my/cases/{number}", NO_APPEAL[refused.code])
    return _appeal(page, number)


@router.post("/my/cases/{number}/appeal")
def appeal(number: str, page: Here, fields: Posted) -> Response:
    reason = fields.get("reason").strip()
    if not reason or len(reason) > LONGEST_REASON or fields.get("step") == "edit":
        fault = None if fields.get("step") == "edit" else mark("请写明申诉的理由。") if not reason else mark("理由太长了，请不超过4000字。")
        return _appeal(page, number, reason, fault)
    try:
        actions.appeal(page.service, page.person, number, reason)
    except Problem as problem:
        if problem.code not in NO_APPEAL:
            raise
        if problem.members.get("case_status") != "under_appeal":  # else it was sent twice
            return _appeal(page, number, reason, refused=problem)
    return page.go(f"/my/cases/{number}", mark("申诉已提交，由另一位审批人复核。"))


@router.get("/my/cases/{number}/supplement")
def ask_to_supplement(number: str, page: Here) -> Response:
    about = _about(page, number)
    if about["case"].status != "awaiting_supplement":
        return page.go(f"/my/cases/{number}")
    return _supplement(page, about, None, {}, {})


@router.post("/my/cases/{number}/supplement")
def supplement(number: str, page: Here, sent: PostedWithFiles) -> Response:
    about, fields = _about(page, number), sent.fields
    situation = about["situation"]
    step, _, what = fields.get("step").partition(":")
    given, faults = materials.attach(page.service, page.person, situation, materials.given_in(situation, fields), sent.files, page.lang)
    if step == "add":
        return _supplement(page, about, with_row(fields, what), given, faults)
    if step == "remove":
        return _supplement(page, about, without_row(fields, what), given, faults)
    if step in ("edit", "attach") or faults:
        return _supplement(page, about, fields, given, faults)
    drawn = _drawn(page, about["case"], fields)
    added = Supplement(
        form=dict(drawn.answers), commitments=drawn.promised, materials=dict(given),
        note=fields.get("note").strip()[:LONGEST_NOTE] or None,
    )  # fmt: skip
    try:
        actions.supplement(page.service, page.person, number, added)
    except InvalidFacts as invalid:
        return _supplement(page, about, fields, given, by_material(invalid.gaps, page.lang), invalid)
    return page.go(f"/my/cases/{number}", mark("已提交补正，办件回到审批人。"))


def _withdrawal(page: Page, number: str, reason: str = "") -> Response:
    return page.show("cases/withdraw.html", reason=reason, longest=LONGEST_NOTE, **_about(page, number))


def _appeal(page: Page, number: str, reason: str = "", fault: str | None = None, refused: Problem | None = None) -> Response:
    """`refused`: why the appeal was not taken; what was written is kept."""
    return page.show(
        "cases/appeal.html", refused.status_code if refused else 422 if fault else 200, {}, reason=reason, fault=fault,
        longest=LONGEST_REASON, refused=NO_APPEAL[refused.code] if refused else None,
        other=refused.members.get("number") if refused else None, **_about(page, number),
    )  # fmt: skip


def _supplement(
    page: Page, about: dict[str, Any], fields: Fields | None, given: Given, faults: Faults, invalid: InvalidFacts | None = None
) -> Response:
    number, situation = about["case"].number, about["situation"]
    entries = actions.timeline_of(page.service, page.person, number).entries
    asked = next((each.note for each in reversed(entries) if each.status == "awaiting_supplement" and each.note), None)
    drawn = _drawn(page, about["case"], fields, invalid)
    filled = Filled(drawn, given, faults)
    return page.show(
        "cases/supplement.html", 422 if filled.wrong and not page.part_only else 200, {}, form=drawn, asked=asked, wrong=filled.wrong,
        note=fields.get("note") if fields else "", longest=LONGEST_NOTE, action=f"/my/cases/{number}/supplement",
        materials=materials.asked_on_case(page.service, page.person, situation, number, given, faults), **about,
    )  # fmt: skip


def _drawn(page: Page, case: CaseAnswer, fields: Fields | None, invalid: InvalidFacts | None = None) -> DrawnForm:
    """The form as it was submitted, or as it is being changed."""
    situation = page.service.catalogue.situations.get(case.situation)
    blank = blank_of(page, situation) if situation else None
    if blank is None:
        return DrawnForm((), {})
    if fields is None:
        receipt = orjson.loads(actions.receipt_of(page.service, page.person, case.number))
        form, given = blank.prepared.compiled.ruleset.form, receipt["facts"].get("form", {})
        fields = Fields(tuple(
            pair for name, value in given.items() if name in form for pair in sent_as(form[name].type, f"form.{name}", value)
        ))  # fmt: skip
    drawn = blank.draw(fields, page.lang)
    if invalid is None:
        return drawn
    commitments = tuple(("commitment", each) for each in drawn.promised)
    return blank.draw(Fields((*drawn.sent, *commitments)), page.lang, of_form(invalid.gaps))


def _about(page: Page, number: str) -> dict[str, Any]:
    """Raises `Problem` where it is not the case of whoever is signed in."""
    case = actions.case_of(page.service, page.person, number)
    situation = page.service.catalogue.situations.get(case.situation)
    if situation is None:
        raise Problem("unknown-situation")
    return {"case": case, "situation": situation, "matter": page.service.catalogue.matters[situation.matter]}
