"""Sessions over HTTP. Demo people sign in by number alone, so only from this machine and not through a proxy."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import ConfigDict, Field

from service.accounts.actions import LASTS, close_session, open_session
from service.documents import Answer, Asked
from service.loopback import is_local
from service.problems import Problem
from service.requests import StrictRoute
from service.state import COOKIE, Running, SignedIn, Token

router = APIRouter(tags=["sessions"], route_class=StrictRoute)


class SignIn(Asked):
    model_config = ConfigDict(json_schema_extra={"examples": [{"number": "440309194503150021"}]})

    number: Annotated[str, Field(min_length=18, max_length=18, description="identity number or credit code of a demo person")]


class SessionAnswer(Answer):
    token: str
    token_type: str = "Bearer"  # noqa: S105 — a kind of token (RFC 6750)
    expires_at: datetime
    name: str
    kind: str
    role: str
    roles: list[str]


@router.post("/sessions", status_code=201)
def sign_in(body: SignIn, request: Request, response: Response, service: Running) -> SessionAnswer:
    if not is_local(request):
        raise Problem("not-local")
    now = service.now()
    opened = service.database.write(lambda session: open_session(session, body.number, now))
    response.set_cookie(COOKIE, opened.token, max_age=int(LASTS.total_seconds()), httponly=True, samesite="strict")
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
