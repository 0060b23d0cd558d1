"""Signing in and out in a browser. Made-up people are shown, with what each is for; they sign in from this machine alone."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from service.accounts.actions import LASTS, Caller, close_session
from service.accounts.api import begin
from service.accounts.passwords import LONGEST
from service.accounts.people import people
from service.loopback import is_local
from service.mandates.standing import acting_for
from service.notifications.reading import language_of
from service.problems import Problem
from service.state import ACTING, COOKIE, Token, day_of
from service.web.forms import Posted
from service.web.page import LANGUAGE, YEAR, Here, Page
from service.web.paths import own_path
from service.web.translation import mark

router = APIRouter(include_in_schema=False)
CARRIED = "carried."
BY_PROVIDER = "miaopi_by_provider"
"""Cookie: that its session began by the identity provider. It says nothing of who that is, and gives no right."""
_HOMES = {"applicant": "/", "approver": "/desk", "head": "/desk", "policy_writer": "/studio"}


@router.get("/sign-in")
def sign_in_page(page: Here, next: Annotated[str, Query(max_length=1000)] = "/") -> Response:
    return _shown(page, next, [])


@router.post("/sign-in")
def sign_in(page: Here, fields: Posted) -> Response:
    """Fields: `number`, `password` but of made-up people, `next`, and what a form had sent before its session ended, each under
    `carried.`.
    """
    there = own_path(fields.get("next"))
    carried = [(name.removeprefix(CARRIED), value) for name, value in fields.below(CARRIED)]
    password = fields.get("password")[:LONGEST] or None
    try:
        opened = begin(page.service, page.request, fields.get("number"), password, page.request.cookies.get(COOKIE))
    except Problem as problem:
        if problem.code not in ("sign-in-failed", "too-many-tries"):
            raise
        return _shown(page, there, carried, problem, fields.get("number"))
    if carried:
        response = page.show("accounts/carried.html", next=there, carried=carried)
    else:
        home = _HOMES.get(opened.caller.role, "/") if there == "/" else there
        response = page.go(_there(page, home))
    page.keep(response, COOKIE, opened.token, int(LASTS.total_seconds()))
    if lang := language_of(page.service, opened.caller):
        page.keep(response, LANGUAGE, lang, YEAR)
    if (mandate := page.request.cookies.get(ACTING)) and not _may_act(page, opened.caller, mandate):
        response.delete_cookie(ACTING, httponly=True, samesite="strict")
    return response


@router.post("/sign-out")
def sign_out(page: Here, _fields: Posted, token: Token) -> Response:
    caller, now = page.caller, page.service.now()
    if caller is not None:
        page.service.database.write(lambda session: close_session(session, token or "", caller, now))
    by_provider = page.service.oidc is not None and BY_PROVIDER in page.request.cookies
    response = page.go("/sign-in/oidc/out") if by_provider else page.go("/", mark("已退出登录。"))
    for cookie in (COOKIE, ACTING):
        response.delete_cookie(cookie, httponly=True, samesite="strict")
    return response


def _may_act(page: Page, person: Caller, mandate: str) -> bool:
    """Whether the browser's mandate is this person's: who signs in again goes on with whose affairs they were at."""
    try:
        acting_for(page.service.database, person, mandate, day_of(page.service.now()))
    except Problem:
        return False
    return True


def _there(page: Page, path: str) -> str:
    """The path; the start where it is a home that is not there."""
    return path if path not in _HOMES.values() or path in page.request.app.state.page_paths else "/"


def _shown(page: Page, there: str, carried: list[tuple[str, str]], problem: Problem | None = None, number: str = "") -> Response:
    status, headers = (problem.status_code, problem.headers or {}) if problem else (200, {})
    return page.show(
        "accounts/sign_in.html", status, headers, next=own_path(there), carried=carried, number=number[:18],
        fault=problem.document(page.lang)["title"] if problem else None, local=is_local(page.request), people=people(page.service),
        provider=page.service.oidc.settings.name if page.service.oidc and not carried else None,
    )  # fmt: skip
