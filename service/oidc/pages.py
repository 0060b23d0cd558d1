"""The way to the provider and back, in a browser."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from service.accounts.actions import LASTS
from service.accounts.pages import BY_PROVIDER
from service.oidc import actions
from service.oidc.settings import CALLBACK
from service.state import ACTING, COOKIE
from service.web.page import Here, Page
from service.web.paths import own_path

router = APIRouter(include_in_schema=False)
BROWSER = "miaopi_oidc"
"""Cookie: the secret of a browser that is on its way. It comes back from another site, so it is sent along from there (`lax`)."""
PATH = "/sign-in/oidc"


@router.get("/sign-in/oidc")
def begin(page: Here, next: Annotated[str, Query(max_length=1000)] = "/") -> Response:
    client = page.request.client.host if page.request.client else ""
    begun = actions.begin(page.service, client, own_path(next))
    response = Response(status_code=303, headers={"Location": begun.address, "Referrer-Policy": "no-referrer"})
    response.set_cookie(
        BROWSER, begun.browser, int(actions.LASTS.total_seconds()), path=PATH, httponly=True, samesite="lax", secure=_secure(page),
    )  # fmt: skip
    return response


@router.get(CALLBACK)
def arrive(page: Here) -> Response:
    """Shows a page that goes on by itself: the session's cookie is not sent along on a way that began at another site."""
    cookies, answer = page.request.cookies, page.request.query_params
    arrived = actions.arrive(page.service, cookies.get(BROWSER), answer, cookies.get(COOKIE))
    response = page.show("oidc/arrived.html", next=arrived.next, name=arrived.opened.caller.name)
    response.delete_cookie(BROWSER, path=PATH, httponly=True, samesite="lax")
    seconds = int(LASTS.total_seconds())
    page.keep(response, COOKIE, arrived.opened.token, seconds)
    page.keep(response, BY_PROVIDER, "yes", seconds)
    response.delete_cookie(ACTING, httponly=True, samesite="strict")  # whoever arrives begins with their own affairs
    return response


@router.get("/sign-in/oidc/out")
def out(page: Here) -> Response:
    """After signing out here: whoever came by the provider has a session there too."""
    provider = actions.provider_of(page.service)
    response = page.show("oidc/out.html", provider=provider.settings.name, ending=provider.ending())
    response.delete_cookie(BY_PROVIDER, httponly=True, samesite="strict")
    return response


def _secure(page: Page) -> bool:
    return page.request.url.scheme == "https"
