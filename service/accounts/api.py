"""Sessions over HTTP: by password; or, for made-up people, by number alone, then only from this machine and not through a proxy."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import ConfigDict, Field

from service.accounts.actions import LASTS, Opened, close_session, open_session
from service.accounts.passwords import LONGEST
from service.accounts.signing_in import sign_in as sign_in_by_password
from service.client_address import address_of, is_local
from service.documents import Answer, Asked
from service.problems import Problem
from service.requests import StrictRoute
from service.state import COOKIE, Running, Service, SignedIn, Token

router = APIRouter(tags=["sessions"], route_class=StrictRoute)


class SignIn(Asked):
    model_config = ConfigDict(json_schema_extra={"examples": [{"number": "440309194503150021"}]})

    number: Annotated[str, Field(min_length=18, max_length=18, description="identity number or credit code")]
    password: Annotated[str | None, Field(min_length=1, max_length=LONGEST, description="of everybody but made-up people")] = None


class SessionAnswer(Answer):
    token: str
    token_type: str = "Bearer"  # noqa: S105 — a kind of token (RFC 6750)
    expires_at: datetime
    name: str
    kind: str
    role: str
    roles: list[str]


def begin(service: Service, request: Request, number: str, password: str | None, before: str | None) -> Opened:
    """Raises `Problem`."""
    now = service.now()
    if password is not None:
        return sign_in_by_password(service.database, number, password, address_of(request), now, before)
    if not service.made_up:
        raise Problem("sign-in-failed")
    if not is_local(request):
        raise Problem("not-local")
    return service.database.write(lambda session: open_session(session, number, now, before))


@router.post("/sessions", status_code=201)
def sign_in(body: SignIn, request: Request, response: Response, service: Running) -> SessionAnswer:
    """A session; one that the cookie names already ends."""
    opened = begin(service, request, body.number, body.password, request.cookies.get(COOKIE))
    secure = request.url.scheme == "https"
    response.set_cookie(
        COOKIE, opened.token, max_age=int(LASTS.total_seconds()), httponly=True, samesite="strict", secure=secure
    )
    caller = opened.caller
    return SessionAnswer(
        token=opened.token, expires_at=opened.expires_at, name=caller.name, kind=caller.kind, role=caller.role,
        roles=sorted(caller.roles),
    )  # fmt: skip


@router.delete("/sessions/current", status_code=204)
def sign_out(response: Response, service: Running, caller: SignedIn, token: Token) -> None:
    now = service.now()
    service.database.write(lambda session: close_session(session, token or "", caller, now))
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")
