"""Applying in a browser: the form, its gaps, a look at the answers, and submitting once.

    form -> kept as a draft -> its answers looked at -> submitted under the draft's id -> the case

A double click, a second tab or the back button sends the same key, and the service answers the same case again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from anyio import from_thread
from fastapi import APIRouter, Response

from engine.catalogue import Situation
from engine.decision.problems import Gap, InvalidFacts
from service.cases import actions
from service.cases.drawing import Blank, DrawnForm, with_row, without_row
from service.cases.filled import NO_FAULTS, Filled, by_material, of_form
from service.cases.filling import sent_as
from service.cases.models import Application
from service.drafts import actions as drafts
from service.materials import actions as materials
from service.materials.actions import Faults, Given
from service.problems import Problem
from service.state import Service, day_of
from service.web.forms import Fields, Posted, PostedWithFiles
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
        return _form(page, here, blank, _filled(page, blank, blank.first() if blank else Fields(()), {}))
    fields = _sent(blank, draft.form, draft.commitments)
    return _form(page, here, blank, _filled(page, blank, fields, draft.materials), kept_at=draft.changed_at)


@router.post("/situations/{situation}/apply")
def fill(situation: str, page: Here, sent: PostedWithFiles) -> Response:
    """`step` says what the applicant asked for; without one, they are done and want to look at their answers.

    Whatever it is, what is filled in and the files are kept, and a draft remembers them.
    """
    here = page.service.situation(situation)
    person, fields = page.person, sent.fields
    step, _, what = fields.get("step").partition(":")
    if step == "anew":
        return _anew(page, here)
    blank = blank_of(page, here)
    given, faults = materials.attach(page.service, person, here, materials.given_in(here, fields), sent.files, page.lang)
    if step == "add":
        return _form(page, here, blank, _filled(page, blank, with_row(fields, what), given, faults))
    if step == "remove":
        fields = without_row(fields, what)
    checked = _held_to_rules(page, here, blank, fields, given, faults)
    drafts.keep(page.service, person, here.id, checked.drawn.answers, checked.drawn.promised, given)
    if step == "keep":
        return Response(status_code=204)
    if step == "save" and not faults:
        return page.go("/my/drafts", mark("已保存，可以以后接着填写。"))
    if step in ("edit", "remove", "attach", "save"):
        return _form(page, here, blank, _filled(page, blank, fields, given, faults))
    if checked.wrong:
        return _form(page, here, blank, checked)
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
    checked = _held_to_rules(page, here, blank, fields, draft.materials)
    if checked.wrong:
        return page.go(f"/situations/{here.id}/apply")
    return page.show(
        "cases/check.html", form=checked.drawn, sent=(*fields.pairs, *materials.sent_for(draft.materials)), key=str(draft.id),
        materials=_asked(page, here, blank, checked, search=False), **_about(page.service, here),
    )  # fmt: skip


@router.post("/situations/{situation}/apply/check")
def submit(situation: str, page: Here, fields: Posted) -> Response:
    """Takes the application with the answers that were looked at, and drops the draft."""
    here = page.service.situation(situation)
    person, blank = page.person, blank_of(page, here)
    given = materials.given_in(here, fields)
    checked = _held_to_rules(page, here, blank, fields, given)
    drawn = checked.drawn
    if checked.wrong or fields.get("step") != "submit":
        drafts.keep(page.service, person, here.id, drawn.answers, drawn.promised, given)
        return page.go(f"/situations/{here.id}/apply")
    application = Application(situation=here.id, form=dict(drawn.answers), commitments=drawn.promised, materials=dict(given))
    try:
        number = from_thread.run(actions.submit, page.service, person, fields.get("key"), application).number
    except InvalidFacts as invalid:  # what a licence was to prove, it does not
        drafts.keep(page.service, person, here.id, drawn.answers, drawn.promised, given)
        return _form(page, here, blank, _with_gaps(page, blank, drawn, given, {}, invalid.gaps), action=f"/situations/{here.id}/apply")
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


def _form(page: Page, situation: Situation, blank: Blank | None, filled: Filled, **shown: Any) -> Response:
    """With what is wrong. Where htmx asks for a part, nothing is looked up again."""
    about = {"action": f"/situations/{situation.id}/apply", **shown, **_about(page.service, situation, blank)}
    asked = _asked(page, situation, blank, filled, search=not page.part_only)
    status = 422 if filled.wrong and not page.part_only else 200
    open_case = actions.open_case_of(page.service, page.person, situation.id)
    return page.show(
        "cases/apply.html", status, {}, form=filled.drawn, wrong=filled.wrong, materials=asked, open_case=open_case, **about
    )


def _asked(page: Page, situation: Situation, blank: Blank | None, filled: Filled, search: bool) -> list[materials.Asked]:
    prepared = blank.prepared if blank else None
    return materials.asked(page.service, page.person, situation, prepared, filled.given, filled.faults, search)


def _filled(page: Page, blank: Blank | None, fields: Fields, given: Given, faults: Faults = NO_FAULTS) -> Filled:
    """As it was sent, held to nothing."""
    return Filled(blank.draw(fields, page.lang) if blank else _noted(fields), given, faults)


def _held_to_rules(
    page: Page, situation: Situation, blank: Blank | None, fields: Fields, given: Given, faults: Faults = NO_FAULTS
) -> Filled:
    """With every gap that is known before evidence is asked for."""
    filled = _filled(page, blank, fields, given, faults)
    gaps = materials.gaps_told(page.service, page.person, situation, given, blank is not None)
    if blank is not None:
        try:
            blank.prepared.compiled.read(blank.facts(filled.drawn.answers, filled.drawn.promised), blank.day)
        except InvalidFacts as invalid:
            gaps = [*invalid.gaps, *gaps]
    return _with_gaps(page, blank, filled.drawn, given, faults, gaps) if gaps else filled


def _with_gaps(
    page: Page, blank: Blank | None, drawn: DrawnForm, given: Given, faults: Faults, gaps: Sequence[Gap]
) -> Filled:
    """Each gap beside its field, or its material."""
    if blank is not None:
        promised = tuple(("commitment", each) for each in drawn.promised)
        drawn = blank.draw(Fields((*drawn.sent, *promised)), page.lang, of_form(gaps))
    return Filled(drawn, given, by_material(gaps, page.lang, faults))


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
