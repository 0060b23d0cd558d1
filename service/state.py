"""What a running service has, and how a request reaches it: database, rules, secrets, clock, and who is calling."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, TypeVar, TypeVarTuple, Unpack
from zoneinfo import ZoneInfo

from anyio import to_thread
from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from engine.catalogue import Catalogue, Situation
from engine.ruleset.model import EvidenceType
from service.access import ACTS, Row, row_for
from service.accounts.actions import Caller
from service.accounts.sessions import note_use, session_of
from service.audit.sealer import Sealer
from service.cases.draw import Draw
from service.cases.numbers import CaseNumbers
from service.clients.credentials import is_token
from service.clients.tokens import calling
from service.database import Database
from service.evidence.sources import Sources
from service.licences.issuer import Issuer
from service.mandates.standing import acting_for
from service.materials.opening import Materials
from service.notifications.settings import NotificationSettings
from service.oidc.provider import Provider
from service.policies.following import Following
from service.problems import Problem
from service.rate_limits import SharedWindow
from service.retention.periods import Periods
from service.rulesets import Prepared

BASE = "/api/v1"
COOKIE = "miaopi_session"
ACTING = "miaopi_acting"
"""The cookie of a browser whose person acts for somebody: the mandate's id. Programs name it in the header `Acting-For`."""
SHANGHAI = ZoneInfo("Asia/Shanghai")
T = TypeVar("T")
Ts = TypeVarTuple("Ts")


@dataclass(frozen=True, slots=True)
class Service:
    """`now` answers the present with its zone; `commitments_closed`, whether an account broke a promise that is not repaired.
    `data`: the folder of keys and files.

    `issuer`: the service as it issues licences, of these types by id. `retention`: how long what is held about people is kept.
    `made_up`: whether there are made-up people. `metrics_token`: as in the settings.
    `oidc`: the provider by which people may sign in. `evidence_types`: licences and checks, by id.
    """

    database: Database
    catalogue: Catalogue
    rulesets: Following
    draw: Draw
    numbers: CaseNumbers
    prechecks: SharedWindow
    exports: SharedWindow
    client_calls: SharedWindow
    token_failures: SharedWindow
    oidc_starts: SharedWindow
    sources: Sources
    materials: Materials
    evidence_types: Mapping[str, EvidenceType]
    sealer: Sealer
    notifications: NotificationSettings
    commitments_closed: Callable[[int], bool]
    issuer: Issuer
    retention: Periods
    licence_types: Mapping[str, EvidenceType]
    data: Path
    now: Callable[[], datetime]
    made_up: bool = True
    metrics_token: str | None = None
    oidc: Provider | None = None

    def close(self) -> None:
        self.sources.close()
        self.database.close()

    async def run(self, small: bool, work: Callable[[Unpack[Ts]], T], *args: *Ts) -> T:
        """What `work` answers: at once where it is small and all that it asks is in this process, else by a thread."""
        if small and self.database.near and not self.sources.provider.outside:
            return work(*args)
        return await to_thread.run_sync(work, *args)

    def situation(self, id_: str) -> Situation:
        """Raises `Problem`."""
        found = self.catalogue.situations.get(id_)
        if found is None:
            raise Problem("unknown-situation")
        return found

    def department_of(self, situation: Situation) -> str:
        return self.catalogue.matters[situation.matter].department

    def situation_for(self, caller: Caller, id_: str) -> Situation:
        """One that the caller may apply for; who acts for somebody, where their mandate lets them. Raises `Problem`."""
        found = self.situation(id_)
        if not caller.may_apply(found.id, self.department_of(found)):
            raise Problem("beyond-mandate")
        return found

    def title(self, situation: str) -> str:
        """The matter and the situation by name; the id where the catalogue no longer has it."""
        found = self.catalogue.situations.get(situation)
        return situation if found is None else f"{self.catalogue.matters[found.matter].name} · {found.name}"

    def ruleset_on(self, situation: Situation, day: date) -> Prepared | None:
        """The ruleset that decides what is submitted on the day; None for a situation without one.

        Raises `Problem` with the last day, or the first, where none is in force.
        """
        if situation.ruleset is None:
            return None
        found = self.rulesets.on(situation.ruleset, day)
        if found is not None:
            return found
        last = self.rulesets.last_day(situation.ruleset, day)
        if last is not None:
            ended = (f"受理已于{last}截止", f"The last day to apply was {last}")
            raise Problem("ruleset-not-in-force", detail=ended, last_day=last.isoformat())
        first = self.rulesets.first_day(situation.ruleset)
        begins = (f"自{first}起受理", f"Applications are taken from {first}")
        raise Problem("ruleset-not-in-force", detail=begins, first_day=first.isoformat())

    def ruleset_for(self, situation: Situation, applied_on: date, today: date) -> Prepared | None:
        """The ruleset that decides again, today, what was submitted before; None where none is in force any more."""
        if situation.ruleset is None:
            return None
        found = self.rulesets.on(situation.ruleset, applied_on)
        if found is not None and found.compiled.ruleset.dated_by == "applied_on":
            return found
        return self.rulesets.on(situation.ruleset, today)


def day_of(moment: datetime) -> date:
    """The day in Shenzhen."""
    return moment.astimezone(SHANGHAI).date()


def end_of(day: date) -> datetime:
    """The moment at which the day is over in Shenzhen."""
    return datetime.combine(day + timedelta(1), time(), SHANGHAI).astimezone(UTC)


# What reads no database is asynchronous, for each one that is not is a trip to the thread pool and back.
async def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


Running = Annotated[Service, Depends(_service)]


_bearer = HTTPBearer(auto_error=False, description="the token of `POST /sessions`, or of `POST /token` (RFC 6750)")
_cookie = APIKeyCookie(name=COOKIE, auto_error=False, description="the same, set by `POST /sessions`")


async def _token(
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    cookie: Annotated[str | None, Depends(_cookie)],
) -> str | None:
    """A machine client has no cookies, so its token in one is nobody's."""
    if bearer is not None:
        return bearer.credentials
    return None if cookie is None or is_token(cookie) else cookie


Token = Annotated[str | None, Depends(_token)]


async def _guard(request: Request, token: Token) -> None:
    """Lets nobody further than the route's row in the table of access, and finds out, once, who is calling."""
    row = row_for(request)
    caller: Caller | None = None
    if token and row.asks:
        caller = await (_of_client(request, token, row) if is_token(token) else _of_session(request, token, row))
    request.state.caller = caller
    if not row.open and not (known := await _signed_in(request)).reach:
        raise Problem("not-for-you" if known.acting is None else "not-while-acting")


GUARD = Depends(_guard)
"""Before every route: who has no business there goes no further. See `service.access`."""


async def _of_session(request: Request, token: str, row: Row) -> Caller | None:
    service: Service = request.app.state.service
    asked = service.database, token, service.now()
    known = session_of(*asked) if service.database.near else await to_thread.run_sync(session_of, *asked)
    if known is None:
        return None
    caller, to_note = known
    if to_note:
        await to_thread.run_sync(note_use, *asked)
    return await _reaching(request, row, caller)


async def _of_client(request: Request, token: str, row: Row) -> Caller | None:
    """Whoever a machine client acts for; None where it acts for nobody and nobody has to call.

    Nobody lets it use the mandates that they were given themself. Raises `Problem`.
    """
    service: Service = request.app.state.service
    found = await to_thread.run_sync(calling, service.database, token, service.now())
    if found is None:
        raise Problem("token-invalid", {"WWW-Authenticate": 'Bearer error="invalid_token"'})
    await to_thread.run_sync(service.client_calls.count, found.client, found.calls)
    if row.scope is None or row.scope not in found.scopes:
        wanted = f', scope="{row.scope}"' if row.scope else ""
        raise Problem("scope-missing", {"WWW-Authenticate": f'Bearer error="insufficient_scope"{wanted}'}, scope=row.scope)
    if "acting-for" in request.headers:
        raise Problem("not-while-acting")
    if found.caller is not None:
        return replace(found.caller, reach=row.reach(found.caller.roles, found.scopes))
    if row.open:
        return None
    raise Problem("acts-for-nobody")


async def _reaching(request: Request, row: Row, caller: Caller) -> Caller:
    """With how far they may go. Who acts for somebody is called for by them, as far as an applicant and the mandate go.

    A browser says by its cookie by which mandate that is, a program by a header, and neither by the other's.
    """
    program = request.url.path.startswith(f"{BASE}/")
    mandate = request.headers.get("acting-for") if program else request.cookies.get(ACTING)
    if not mandate or row.act == "self":
        return replace(caller, reach=row.reach(caller.roles))
    service: Service = request.app.state.service
    principal = await to_thread.run_sync(acting_for, service.database, caller, mandate, day_of(service.now()))
    assert principal.acting is not None
    allowed = row.act == "any" or (row.act in ACTS and principal.acting.scope.allows(row.act))
    return replace(principal, reach=row.reach(principal.roles) if allowed else frozenset())


# Beside the guard these are no more than a look at what it found: each dependency of a dependency costs every call that has it.
async def _anyone(request: Request) -> Caller | None:
    found: Caller | None = request.state.caller
    return found


Anyone = Annotated[Caller | None, Depends(_anyone)]


async def _signed_in(request: Request) -> Caller:
    caller = await _anyone(request)
    if caller is None:
        raise Problem("not-signed-in", {"WWW-Authenticate": "Bearer"})
    return caller


SignedIn = Annotated[Caller, Depends(_signed_in)]
