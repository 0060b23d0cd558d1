"""Whose affairs these are, in a browser: switching to somebody one acts for, and giving, accepting and ending mandates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import ValidationError

from service.mandates import giving, registered, showing
from service.mandates.models import NewMandate
from service.mandates.standing import acting_for
from service.mandates.wording import ACTS, FIELDS, KINDS, STATES
from service.problems import Problem
from service.state import ACTING, day_of
from service.web.forms import Fields, Posted
from service.web.page import Here, Page
from service.web.paths import own_path
from service.web.translation import mark

router = APIRouter(include_in_schema=False)
LASTS = timedelta(hours=8)
_GIVEN = ("apply", "read", "receive")
_USUAL = timedelta(days=180)
_NOT_HERE = mark("请填写姓名、身份证号和截止日期，并至少选一项可以办的事。")


@router.get("/acting")
def whose(page: Here) -> Response:
    """Whose affairs one may look after, one's own first; and having a register confirm that one may look after somebody's."""
    return _whose(page)


@router.post("/acting")
def switch(page: Here, fields: Posted) -> Response:
    """Fields: `mandate`, nothing for oneself; `next`."""
    person, mandate = page.person.actor, fields.get("mandate")[:40]
    there = own_path(fields.get("next"), "/my/cases")
    if fields.get("step") == "edit":
        return page.go("/acting")
    if not mandate:
        response = page.go(there, mark("现在办的是您自己的事。"))
        response.delete_cookie(ACTING, httponly=True, samesite="strict")
        return response
    acting_for(page.service.database, person, mandate, day_of(page.service.now()))
    response = page.go(there)
    page.keep(response, ACTING, mandate, int(LASTS.total_seconds()))
    return response


@router.get("/acting/confirm")
def asked(page: Here) -> Response:
    return page.go("/acting")


@router.post("/acting/confirm")
def confirm(page: Here, fields: Posted) -> Response:
    """Field: `principal`, the number of an organisation or a child."""
    if fields.get("step") == "edit":
        return _whose(page, principal=fields.get("principal")[:18])
    try:
        registered.confirm(page.service, page.person, fields.get("principal").strip()[:18])
    except Problem as problem:
        if problem.status_code >= 500 and problem.code != "mandate-register-silent":
            raise
        return _whose(page, problem, fields.get("principal")[:18])
    return page.go("/acting", mark("已核实，现在可以代办了。"))


@router.get("/my/mandates")
def mandates(page: Here) -> Response:
    found = showing.mandates_of(page.service, page.person).mandates
    received = [each for each in found if each.side == "agent"]
    given = [each for each in found if each.side == "principal"]
    return page.show(
        "mandates/mandates.html", received=received, given=given, kinds=KINDS, acts=ACTS, states=STATES,
        matters=lambda each: _matters(page, each.department, each.situations),
    )  # fmt: skip


@router.post("/my/mandates")
def move(page: Here, fields: Posted) -> Response:
    """`step`: `accept` or `end`, and of which mandate."""
    what, _, id_ = fields.get("step").partition(":")
    if what == "edit":
        return page.go("/my/mandates")
    try:
        mandate = UUID(id_)
    except ValueError:
        raise Problem("unknown-mandate") from None
    if what == "accept":
        giving.accept(page.service, page.person, mandate)
        return page.go("/my/mandates", mark("已接受委托，现在可以代办了。"))
    giving.end(page.service, page.person, mandate)
    return page.go("/my/mandates", mark("委托已结束，从现在起不能再凭它办事。"))


@router.get("/my/mandates/new")
def new(page: Here, situation: Annotated[str, Query(max_length=100)] = "") -> Response:
    until = day_of(page.service.now()) + _USUAL
    named = situation if situation in page.service.catalogue.situations else ""
    filled = {"scope": f"situation:{named}" if named else "", "until": until.isoformat(), "acts": _GIVEN, "situation": named,
              "agent_name": "", "agent_number": ""}  # fmt: skip
    return _form(page, filled)


@router.post("/my/mandates/new")
def give(page: Here, fields: Posted) -> Response:
    """Fields: `agent_name`, `agent_number`, `acts`, `scope` (nothing, `department:ID` or `situation:ID`), `until`."""
    kind, _, named = fields.get("scope").partition(":")
    filled: dict[str, Any] = {name: fields.get(name)[:200] for name in ("agent_name", "agent_number", "until", "scope", "situation")}
    filled["acts"] = tuple(each for each in _GIVEN if each in fields.all("acts"))
    if fields.get("step") == "edit":
        return _form(page, filled)
    try:
        asked = _asked(fields, kind, named, filled["acts"])
    except ValidationError:
        return _form(page, filled, _NOT_HERE)
    try:
        giving.give(page.service, page.person, asked)
    except Problem as problem:
        if problem.code not in (*FIELDS, "too-many-mandates"):
            raise
        return _form(page, filled, problem.document(page.lang)["title"], FIELDS.get(problem.code))
    return page.go("/my/mandates", mark("已发出。对方接受以后委托才生效。"))


def _asked(fields: Fields, kind: str, named: str, acts: tuple[str, ...]) -> NewMandate:
    return NewMandate.model_validate({
        "agent": {"number": fields.get("agent_number").strip(), "name": fields.get("agent_name").strip()}, "acts": list(acts),
        "department": named if kind == "department" else None, "situations": [named] if kind == "situation" else [],
        "until": fields.get("until"),
    })  # fmt: skip


def _whose(page: Page, problem: Problem | None = None, principal: str = "") -> Response:
    person = page.person.actor
    found = showing.for_whom(page.service, person)
    offered = [each for each in showing.mandates_of(page.service, person).mandates if each.side == "agent" and each.state == "offered"]
    return page.show(
        "mandates/acting.html", problem.status_code if problem else 200, {}, found=found, offered=len(offered), kinds=KINDS, acts=ACTS,
        person=person, principal=principal, fault=problem.document(page.lang)["title"] if problem else None,
        matters=lambda each: _matters(page, each.department, each.situations),
    )  # fmt: skip


def _form(page: Page, filled: Mapping[str, Any], fault: str | None = None, field: str | None = None) -> Response:
    catalogue, situation = page.service.catalogue, filled.get("situation") or ""
    return page.show(
        "mandates/new.html", 422 if fault else 200, {}, filled=filled, fault=fault, wrong=field, acts={each: ACTS[each] for each in _GIVEN},
        departments=catalogue.departments, latest=day_of(page.service.now()) + giving.LONGEST, earliest=day_of(page.service.now()),
        situation=(situation, page.service.title(situation)) if situation in catalogue.situations else None,
    )  # fmt: skip


def _matters(page: Page, department: str | None, situations: list[str]) -> list[str]:
    """The matters it is for, by name; none where it is for all."""
    if department is not None:
        known = page.service.catalogue.departments.get(department)
        return [known.name if known else department]
    return [page.service.title(each) for each in situations]
