"""Applying in a browser: the form, its gaps, a look at the answers, and submitting once.

A form is opened with a key that stays with it until the applicant begins anew: a double click, a second tab or the back
button sends the same key, and the service answers the same case again.
"""

from __future__ import annotations

import secrets
from typing import Any

from fastapi import APIRouter, Response

from engine.catalogue import Situation
from engine.decision.problems import InvalidFacts
from service.cases import actions
from service.cases.drawing import Blank, DrawnForm, with_row, without_row
from service.cases.models import Application
from service.problems import Problem
from service.state import Service, day_of
from service.web.forms import Fields, Posted
from service.web.page import Here, Page
from service.web.translation import mark

router = APIRouter(include_in_schema=False)
KEY, APPLIED = "miaopi_key", "miaopi_applied"
"""Cookies of one situation's form: its key, and the case that came of it."""
_A_DAY = 24 * 3600
_FIELDS = ("commitment", "note")


@router.get("/situations/{situation}/apply")
def form(situation: str, page: Here) -> Response:
    here = page.service.situation(situation)
    person = page.person
    if person.kind not in page.service.catalogue.matters[here.matter].audience:
        raise Problem("wrong-audience")
    if number := _applied(page):
        return page.show("cases/applied.html", number=number, **_about(page.service, here))
    blank = blank_of(page, here)
    return _form(page, here, blank, blank.first() if blank else Fields(()))


@router.post("/situations/{situation}/apply")
def fill(situation: str, page: Here, fields: Posted) -> Response:
    """`step` says what the applicant asked for; without one, they are done and want to look at their answers."""
    here = page.service.situation(situation)
    page.person  # noqa: B018 — whoever is not signed in is shown the way, with all they typed
    step, _, what = fields.get("step").partition(":")
    if step == "anew":
        return _anew(page, here)
    blank = blank_of(page, here)
    if step == "add":
        return _form(page, here, blank, with_row(fields, what), opened=what)
    if step == "remove":
        return _form(page, here, blank, without_row(fields, what))
    if step == "edit":
        return _form(page, here, blank, fields)
    drawn, gaps = _held_to_rules(page, blank, fields)
    if gaps:
        return gaps_shown(page, here, blank, fields, drawn)
    return _submit(page, here, drawn, fields) if step == "submit" else _check(page, here, drawn, fields)


def blank_of(page: Page, situation: Situation) -> Blank | None:
    """The form the rules of the day ask for, prefilled; None where a person decides without rules. Raises `Problem`."""
    schema = actions.form_of(page.service, situation.id, page.caller)
    day = day_of(page.service.now())
    prepared = page.service.rulesets.on(situation.ruleset, day) if situation.ruleset else None
    return None if prepared is None else Blank(prepared, situation, page.caller, day, schema["properties"])


def gaps_shown(page: Page, situation: Situation, blank: Blank | None, fields: Fields, drawn: DrawnForm) -> Response:
    """The form again, everything that is wrong said at once."""
    return page.show("cases/apply.html", 422, {}, form=drawn, **_with_key(page, fields), **_about(page.service, situation, blank))


def _form(page: Page, situation: Situation, blank: Blank | None, fields: Fields, opened: str = "") -> Response:
    drawn = blank.draw(fields, page.lang) if blank else DrawnForm((), {})
    keyed = _with_key(page, fields)
    response = page.show("cases/apply.html", form=drawn, opened=opened, **keyed, **_about(page.service, situation, blank))
    page.keep(response, KEY, keyed["key"], _A_DAY, page.request.url.path)
    return response


def _held_to_rules(page: Page, blank: Blank | None, fields: Fields) -> tuple[DrawnForm, bool]:
    """The form drawn with every gap, and whether there is any."""
    if blank is None:
        return DrawnForm((), {"note": fields.get("note").strip()} if fields.get("note").strip() else {}), False
    drawn = blank.draw(fields, page.lang)
    try:
        blank.prepared.compiled.read(blank.facts(drawn.answers, drawn.promised), blank.day)
    except InvalidFacts as invalid:
        kept = tuple(pair for pair in fields.pairs if pair[0] in _FIELDS)
        return blank.draw(Fields((*drawn.sent, *kept)), page.lang, invalid.gaps), True
    return drawn, False


def _check(page: Page, situation: Situation, drawn: DrawnForm, fields: Fields) -> Response:
    sent = [*drawn.sent, *(pair for pair in fields.pairs if pair[0] in _FIELDS)]
    return page.show("cases/check.html", form=drawn, sent=sent, **_with_key(page, fields), **_about(page.service, situation))


def _submit(page: Page, situation: Situation, drawn: DrawnForm, fields: Fields) -> Response:
    application = Application(situation=situation.id, form=dict(drawn.answers), commitments=drawn.promised)
    key = _with_key(page, fields)["key"]
    try:
        number = actions.submit(page.service, page.person, key, application).number
    except Problem as problem:
        if problem.code == "idempotency-key-reused" and (before := _applied(page)):
            return page.show("cases/applied.html", 409, {}, number=before, **_about(page.service, situation))
        raise
    response = page.go(f"/my/cases/{number}")
    page.keep(response, KEY, key, _A_DAY, page.request.url.path)
    page.keep(response, APPLIED, number, _A_DAY, page.request.url.path)
    return response


def _anew(page: Page, situation: Situation) -> Response:
    response = page.go(f"/situations/{situation.id}/apply", mark("新的申请，请重新填写。"))
    for cookie in (KEY, APPLIED):
        response.delete_cookie(cookie, page.request.url.path, httponly=True, samesite="strict")
    return response


def _applied(page: Page) -> str | None:
    """The case that came of this form, if it is this person's."""
    number = page.request.cookies.get(APPLIED)
    try:
        return actions.case_of(page.service, page.person, number).number if number else None
    except Problem:
        return None


def _with_key(page: Page, fields: Fields) -> dict[str, str]:
    return {"key": fields.get("key") or page.request.cookies.get(KEY) or secrets.token_urlsafe(24)}


def _about(service: Service, situation: Situation, blank: Blank | None = None) -> dict[str, Any]:
    """What a page of this situation says beside the form. `evidence`: what the service looks up by itself."""
    evidence = list(blank.prepared.compiled.ruleset.evidence.values()) if blank else []
    return {"situation": situation, "matter": service.catalogue.matters[situation.matter],
            "evidence": list({each.type.id: each.type.title for each in evidence}.values())}  # fmt: skip
