"""The way to the provider and back, in a browser."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Response

from service.accounts.pages import BY_PROVIDER, first_page, keep_session, may_act
from service.accounts.sign_in_page import carried_in, show_sign_in
from service.client_address import address_of
from service.notifications.reading import language_of
from service.oidc import actions
from service.oidc.settings import CALLBACK
from service.problems import Problem
from service.state import ACTING, COOKIE
from service.web.forgery import WHOSE
from service.web.forms import Posted
from service.web.page import Here, Page
from service.web.paths import own_path

router = APIRouter(include_in_schema=False)
BROWSER = "miaopi_oidc"
"""Cookie: the secret of a browser that is on its way. It comes back from another site, so it is sent along from there (`lax`)."""
PATH = "/sign-in/oidc"
_UNSAID = {"Referrer-Policy": "no-referrer"}


@router.get("/sign-in/oidc")
def begin(page: Here, next: Annotated[str, Query(max_length=1000)] = "/") -> Response:
    there = own_path(next)
    try:
        begun = actions.begin(page.service, address_of(page.request), there, browser=page.request.cookies.get(BROWSER))
    except Problem as problem:
        return _failed(page, problem, there, [])
    return _on_its_way(page, Response(status_code=303, headers={"Location": begun.address, **_UNSAID}), begun)


@router.post("/sign-in/oidc")
def begin_from_a_form(page: Here, fields: Posted) -> Response:
    """Fields: `next`, and what a form there had sent, each under `carried.`. Shows a page that goes on by itself: the policy of our pages
    lets no form lead to another site.
    """
    there = own_path(fields.get("next"))
    carried = carried_in(fields)
    try:
        begun = actions.begin(page.service, address_of(page.request), there, carried, page.request.cookies.get(BROWSER))
    except Problem as problem:
        return _failed(page, problem, there, carried)
    provider = actions.provider_of(page.service).settings.name
    return _on_its_way(page, page.show("oidc/leaving.html", 200, _UNSAID, next=begun.address, provider=provider), begun)


@router.get(CALLBACK)
def arrive(page: Here) -> Response:
    """Shows a page that goes on by itself: the session's cookie is not sent along on a way that began at another site, and neither are
    the language and whose affairs these are.
    """
    cookies, answer = page.request.cookies, page.request.query_params
    there, carried = "/", list[tuple[str, str]]()
    try:
        attempt = actions.take(page.service, cookies.get(BROWSER), answer)
        there, carried = attempt.next, list(attempt.carried)
        opened = actions.arrive(page.service, attempt, answer, cookies.get(COOKIE))
    except Problem as problem:
        return _failed(page, problem, there, carried)
    page = replace(page, lang=language_of(page.service, opened.caller) or page.lang)
    if carried:
        response = page.show("accounts/carried.html", next=there, carried=carried, name=opened.caller.name)
    else:
        response = page.show("oidc/arrived.html", next=first_page(page, opened.caller, there), name=opened.caller.name)
    seconds = keep_session(page, response, opened)
    page.keep(response, BY_PROVIDER, "yes", seconds)
    mandate = dict(carried).get(WHOSE)
    if mandate and may_act(page, opened.caller, mandate):
        page.keep(response, ACTING, mandate, seconds)
    else:  # whoever arrives begins with their own affairs
        response.delete_cookie(ACTING, httponly=True, samesite="strict")
    return response


@router.get("/sign-in/oidc/out")
def out(page: Here) -> Response:
    """After signing out here: whoever came by the provider has a session there too."""
    provider = actions.provider_of(page.service)
    response = page.show("oidc/out.html", provider=provider.settings.name, ending=provider.ending())
    response.delete_cookie(BY_PROVIDER, httponly=True, samesite="strict")
    return response


def _failed(page: Page, problem: Problem, there: str, carried: list[tuple[str, str]]) -> Response:
    """The page to sign in on, which says why and has what was carried."""
    if problem.code == "not-found":  # there is no provider
        raise problem
    return show_sign_in(page, there, carried, problem)


def _on_its_way(page: Page, response: Response, begun: actions.Begun) -> Response:
    secure = page.request.url.scheme == "https"
    seconds = int(actions.LASTS.total_seconds())
    response.set_cookie(BROWSER, begun.browser, seconds, path=PATH, httponly=True, samesite="lax", secure=secure)
    return response
