"""What a running service has, and how a request reaches it: database, rules, secrets, clock, and who is calling."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from engine.catalogue import Catalogue, Situation
from service.accounts.actions import Caller, caller_of
from service.cases.draw import Draw
from service.cases.numbers import CaseNumbers
from service.database import Database
from service.evidence.sources import Sources
from service.problems import Problem
from service.rate_limit import FixedWindow
from service.rulesets import Rulesets

COOKIE = "miaopi_session"
_SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Service:
    """`now` answers the present with its zone."""

    database: Database
    catalogue: Catalogue
    rulesets: Rulesets
    draw: Draw
    numbers: CaseNumbers
    prechecks: FixedWindow
    sources: Sources
    now: Callable[[], datetime]

    def situation(self, id_: str) -> Situation:
        """Raises `Problem`."""
        found = self.catalogue.situations.get(id_)
        if found is None:
            raise Problem("unknown-situation")
        return found


def day_of(moment: datetime) -> date:
    """The day in Shenzhen."""
    return moment.astimezone(_SHANGHAI).date()


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


Running = Annotated[Service, Depends(_service)]


_bearer = HTTPBearer(auto_error=False, description="the token of `POST /sessions` (RFC 6750)")
_cookie = APIKeyCookie(name=COOKIE, auto_error=False, description="the same, set by `POST /sessions`")


def _token(
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    cookie: Annotated[str | None, Depends(_cookie)],
) -> str | None:
    return bearer.credentials if bearer else cookie


Token = Annotated[str | None, Depends(_token)]


def _anyone(token: Token, service: Running) -> Caller | None:
    if not token:
        return None
    with service.database.reading() as session:
        return caller_of(session, token, service.now())


def _signed_in(caller: Annotated[Caller | None, Depends(_anyone)]) -> Caller:
    if caller is None:
        raise Problem("not-signed-in", {"WWW-Authenticate": "Bearer"})
    return caller


Anyone = Annotated[Caller | None, Depends(_anyone)]
SignedIn = Annotated[Caller, Depends(_signed_in)]
