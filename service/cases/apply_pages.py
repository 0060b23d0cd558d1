"""Applying in a browser: the form, its gaps, a look at the answers, and submitting once.

    form -> kept as a draft -> its answers looked at -> submitted under the draft's id -> the case

A double click, a second tab or the back button sends the same key, and the service answers the same case again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Response

from engine.catalogue import Situation
from engine.decision.problems import InvalidFacts
from service.cases import actions
from service.cases.drawing import Blank, DrawnForm, with_row, without_row
from service.cases.filling import sent_as
from service.cases.models import Application
from service.drafts import actions as drafts
from service.problems import Problem
from service.state import Service, day_of
from service.web.forms import Fields, Posted
from service.web.page import Here, Page
from service.web.translation import mark

router = APIRouter(include_in_schema=False)
APPLIED = "miaopi_applied"
"""A cookie of one situation's form: the case that came of it."""
LONGEST_NOTE = 1_000
"""Characters."""
_A_DAY = 24 * 3600


@router.get("/situations/{situation}/apply")
def form(situation: str, page: Here) -> Response:
    """Opened with what the person filled in before, if there is a draft; else with what their licences say."""
    here = page.service.situation(situation)
    person = page.person
    if person.kind not in page.service.catalogue.matters[here.matter].audience:
        raise Problem("wrong-audience")
    draft = drafts.draft_for(page.service, person, here.id)
    if draft is None and (number := _applied(page)):
        return page.show("cases/applied.html", number=number, **_about(page.service, here))
    blank = blank_of(page, here)
    if draft is None:
        return _form(page, here, blank, blank.first() if blank else Fields(()))
    return _form(page, here, blank, _sent(blank, draft.form, draft.commitments), kept_at=draft.changed_at)


@router.post("/situations/{situation}/apply")
def fill(situation: str, page: Here, fields: Posted) -> Response:
    """`step` says what the applicant asked for; without one, they are done and want to look at their answers.

    Whatever it is, what is filled in is kept as a draft.
    """
    here = page.service.situation(situation)
    page.person  # noqa: B018 — whoever is not signed in is shown the way, with all they typed
    step, _, what = fields.get("step").partition(":")
    if step == "anew":
        return _anew(page, here)
    blank = blank_of(page, here)
    if step == "add":
        return _form(page, here, blank, with_row(fields, what), opened=what)
    if step == "remove":
        fields = without_row(fields, what)
    drawn, gaps = _held_to_rules(page, blank, fields)
    drafts.keep(page.service, page.person, here.id, drawn.answers, drawn.promised)
    if step == "keep":
        return Response(status_code=204)
    if step == "save":
        return page.go("/my/drafts", mark("已保存，可以以后接着填写。"))
    if step in ("edit", "remove"):
        return _form(page, here, blank, fields)
    if gaps:
        return page.show("cases/apply.html", 422, {}, form=drawn, **_about(page.service, here, blank))
    return page.go(f"/situations/{here.id}/apply/check")


@router.get("/situations/{situation}/apply/check")
def look(situation: str, page: Here) -> Response:
    """The answers once more, before they are submitted."""
    here = page.service.situation(situation)
    draft = drafts.draft_for(page.service, page.person, here.id)
    if draft is None:
        return page.go(f"/situations/{here.id}/apply")
    blank = blank_of(page, here)
    fields = _sent(blank, draft.form, draft.commitments)
    drawn, gaps = _held_to_rules(page, blank, fields)
    if gaps:
        return page.go(f"/situations/{here.id}/apply")
    return page.show("cases/check.html", form=drawn, sent=fields.pairs, key=str(draft.id), **_about(page.service, here))


@router.post("/situations/{situation}/apply/check")
def submit(situation: str, page: Here, fields: Posted) -> Response:
    """Takes the application with the answers that were looked at, and drops the draft."""
    here = page.service.situation(situation)
    person = page.person
    drawn, gaps = _held_to_rules(page, blank_of(page, here), fields)
    if gaps or fields.get("step") != "submit":
        drafts.keep(page.service, person, here.id, drawn.answers, drawn.promised)
        return page.go(f"/situations/{here.id}/apply")
    application = Application(situation=here.id, form=dict(drawn.answers), commitments=drawn.promised)
    try:
        number = actions.submit(page.service, person, fields.get("key"), application).number
    except Problem as problem:
        if problem.code == "idempotency-key-reused" and (before := _applied(page)):
            return page.show("cases/applied.html", 409, {}, number=before, **_about(page.service, here))
        raise
    if draft := drafts.draft_for(page.service, person, here.id):
        drafts.throw_away(page.service, person, draft.id)
    response = page.go(f"/my/cases/{number}")
    page.keep(response, APPLIED, number, _A_DAY, f"/situations/{here.id}/apply")
    return response


def blank_of(page: Page, situation: Situation) -> Blank | None:
    """The form the rules of the day ask for, prefilled; None where a person decides without rules. Raises `Problem`."""
    schema = actions.form_of(page.service, situation.id, page.caller)
    day = day_of(page.service.now())
    prepared = page.service.rulesets.on(situation.ruleset, day) if situation.ruleset else None
    return None if prepared is None else Blank(prepared, situation, page.caller, day, schema["properties"])


def _form(page: Page, situation: Situation, blank: Blank | None, fields: Fields, **shown: Any) -> Response:
    drawn = blank.draw(fields, page.lang) if blank else _noted(fields)
    return page.show("cases/apply.html", form=drawn, **shown, **_about(page.service, situation, blank))


def _held_to_rules(page: Page, blank: Blank | None, fields: Fields) -> tuple[DrawnForm, bool]:
    """The form drawn with every gap, and whether there is any."""
    if blank is None:
        return _noted(fields), False
    drawn = blank.draw(fields, page.lang)
    try:
        blank.prepared.compiled.read(blank.facts(drawn.answers, drawn.promised), blank.day)
    except InvalidFacts as invalid:
        kept = tuple(("commitment", each) for each in drawn.promised)
        return blank.draw(Fields((*drawn.sent, *kept)), page.lang, invalid.gaps), True
    return drawn, False


def _noted(fields: Fields) -> DrawnForm:
    """The form of a situation that a person decides: what the applicant wants to tell them."""
    note = fields.get("note").strip()[:LONGEST_NOTE]
    return DrawnForm((), {"note": note} if note else {})


def _sent(blank: Blank | None, form: Mapping[str, Any], commitments: Sequence[str]) -> Fields:
    """The fields that a browser would send for what is kept."""
    promised = tuple(("commitment", each) for each in commitments)
    if blank is None:
        return Fields(tuple(("note", str(each)) for name, each in form.items() if name == "note"))
    known = blank.prepared.compiled.ruleset.form
    answers = ((known[name].type, name, value) for name, value in form.items() if name in known)
    return Fields((*(pair for type_, name, value in answers for pair in sent_as(type_, f"form.{name}", value)), *promised))


def _anew(page: Page, situation: Situation) -> Response:
    response = page.go(f"/situations/{situation.id}/apply", mark("新的申请，请重新填写。"))
    response.delete_cookie(APPLIED, f"/situations/{situation.id}/apply", httponly=True, samesite="strict")
    return response


def _applied(page: Page) -> str | None:
    """The case that came of this form, if it is this person's."""
    number = page.request.cookies.get(APPLIED)
    try:
        return actions.case_of(page.service, page.person, number).number if number else None
    except Problem:
        return None


def _about(service: Service, situation: Situation, blank: Blank | None = None) -> dict[str, Any]:
    """What a page of this situation says beside the form. `evidence`: what the service looks up by itself."""
    evidence = list(blank.prepared.compiled.ruleset.evidence.values()) if blank else []
    return {"situation": situation, "matter": service.catalogue.matters[situation.matter],
            "evidence": list({each.type.id: each.type.title for each in evidence}.values())}  # fmt: skip
