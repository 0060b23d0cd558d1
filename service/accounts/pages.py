"""Signing in and out in a browser. Made-up people are shown, with what each is for; they sign in from this machine alone."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from service.accounts.actions import LASTS, Caller, close_session
from service.accounts.api import begin
from service.accounts.passwords import LONGEST
from service.accounts.sessions import Opened
from service.accounts.sign_in_page import WRONG_PASSWORD, carried_in, show_sign_in
from service.mandates.standing import acting_for
from service.notifications.reading import language_of
from service.problems import Problem
from service.state import ACTING, COOKIE, Token, day_of
from service.web.forms import Posted
from service.web.page import LANGUAGE, YEAR, Here, Page
from service.web.paths import own_path
from service.web.translation import mark

router = APIRouter(include_in_schema=False)
BY_PROVIDER = "miaopi_by_provider"
"""Cookie: that its session began by the identity provider. It says nothing of who that is, and gives no right."""
_HOMES = {"applicant": "/", "approver": "/desk", "head": "/desk", "policy_writer": "/studio"}


@router.get("/sign-in")
def sign_in_page(page: Here, next: Annotated[str, Query(max_length=1000)] = "/") -> Response:
    return show_sign_in(page, next)


@router.post("/sign-in")
def sign_in(page: Here, fields: Posted) -> Response:
    """Fields: `number`, `password` but of made-up people, `next`, and what a form had sent before its session ended, each under
    `carried.`.
    """
    there = own_path(fields.get("next"))
    carried = carried_in(fields)
    password = fields.get("password")[:LONGEST] or None
    try:
        opened = begin(page.service, page.request, fields.get("number"), password, page.request.cookies.get(COOKIE))
    except Problem as problem:
        if problem.code not in WRONG_PASSWORD:
            raise
        return show_sign_in(page, there, carried, problem, fields.get("number"))
    if carried:
        response = page.show("accounts/carried.html", next=there, carried=carried, name=opened.caller.name)
    else:
        response = page.go(first_page(page, opened.caller, there))
    keep_session(page, response, opened)
    if (mandate := page.request.cookies.get(ACTING)) and not may_act(page, opened.caller, mandate):
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


def keep_session(page: Page, response: Response, opened: Opened) -> int:
    """With the browser, and the language that its person chose. For so many seconds."""
    seconds = int(LASTS.total_seconds())
    page.keep(response, COOKIE, opened.token, seconds)
    if lang := language_of(page.service, opened.caller):
        page.keep(response, LANGUAGE, lang, YEAR)
    return seconds


def first_page(page: Page, caller: Caller, there: str) -> str:
    """Where whoever signed in goes: where they wanted to, else to the front door of their role; the start where that is not there."""
    home = _HOMES.get(caller.role, "/") if there == "/" else there
    return home if home not in _HOMES.values() or home in page.request.app.state.page_paths else "/"


def may_act(page: Page, person: Caller, mandate: str) -> bool:
    """Whether the mandate is this person's: who signs in again goes on with whose affairs they were at."""
    try:
        acting_for(page.service.database, person, mandate, day_of(page.service.now()))
    except Problem:
        return False
    return True
