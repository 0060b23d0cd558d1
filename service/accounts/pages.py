"""Signing in and out in a browser. The demo people are shown, with what each is for; they sign in from this machine alone."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from service.accounts.actions import LASTS, close_session, open_session
from service.accounts.people import people
from service.loopback import is_local
from service.problems import Problem
from service.state import COOKIE, Token
from service.web.forms import Posted
from service.web.page import Here, Page
from service.web.paths import own_path
from service.web.translation import mark

router = APIRouter(include_in_schema=False)
CARRIED = "carried."
_HOMES = {"applicant": "/", "approver": "/desk", "head": "/desk", "policy_writer": "/studio"}


@router.get("/sign-in")
def sign_in_page(page: Here, request: Request, next: Annotated[str, Query(max_length=1000)] = "/") -> Response:
    return page.show("accounts/sign_in.html", next=own_path(next), local=is_local(request), people=people())


@router.post("/sign-in")
def sign_in(page: Here, request: Request, fields: Posted) -> Response:
    """Fields: `number`, `next`, and what a form had sent before its session ended, each under `carried.`."""
    if not is_local(request):
        raise Problem("not-local")
    now = page.service.now()
    opened = page.service.database.write(lambda session: open_session(session, fields.get("number"), now))
    there = own_path(fields.get("next"))
    carried = [(name.removeprefix(CARRIED), value) for name, value in fields.below(CARRIED)]
    if carried:
        response = page.show("accounts/carried.html", next=there, carried=carried)
    else:
        home = _HOMES.get(opened.caller.role, "/") if there == "/" else there
        response = page.go(_there(page, home))
    page.keep(response, COOKIE, opened.token, int(LASTS.total_seconds()))
    return response


@router.post("/sign-out")
def sign_out(page: Here, _fields: Posted, token: Token) -> Response:
    caller, now = page.caller, page.service.now()
    if caller is not None:
        page.service.database.write(lambda session: close_session(session, token or "", caller, now))
    response = page.go("/", mark("已退出登录。"))
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return response


def _there(page: Page, path: str) -> str:
    """The path; the start where it is a home that is not there."""
    return path if path not in _HOMES.values() or path in page.request.app.state.page_paths else "/"
