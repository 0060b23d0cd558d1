"""The service as one ASGI application, and `run`, which serves it."""

from __future__ import annotations

import gc
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from secrets import token_bytes
from typing import Any

import uvicorn
from anyio import to_thread
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from uvicorn.supervisors import Multiprocess

from engine import __version__
from engine.catalogue import Catalogue, find_matters
from engine.decision.problems import InvalidFacts
from engine.ruleset.findings import Refused
from service import demo
from service.access import hold_to_table
from service.accounts.api import router as accounts
from service.accounts.pages import router as accounts_pages
from service.audit.api import router as audit
from service.audit.sealer import Sealer
from service.cases import actions as on_cases
from service.cases.api import router as cases
from service.cases.apply_pages import router as apply_pages
from service.cases.draw import Draw, kept_secret
from service.cases.move_pages import router as move_pages
from service.cases.numbers import CaseNumbers
from service.cases.pages import router as cases_pages
from service.cases.precheck_pages import router as precheck_pages
from service.catalogue.api import router as catalogue
from service.catalogue.pages import router as catalogue_pages
from service.clients.api import router as clients
from service.clients.keeping import CALLS
from service.clients.pages import router as clients_pages
from service.clients.token_api import router as tokens
from service.database import open_database
from service.drafts.api import router as drafts
from service.drafts.pages import router as drafts_pages
from service.evidence.api import router as evidence
from service.evidence.pages import router as evidence_pages
from service.evidence.sources import open_sources
from service.licences import actions as licences
from service.licences import reminding
from service.licences.api import router as licences_api
from service.licences.issuer import Issuer
from service.licences.pages import router as licences_pages
from service.mandates import giving
from service.mandates.api import router as mandates
from service.mandates.pages import router as mandate_pages
from service.materials.api import router as materials
from service.materials.opening import open_materials
from service.materials.storage.interface import StorageFailed
from service.materials.sweeping import sweeping
from service.notifications import actions as on_notifications
from service.notifications.api import router as notifications
from service.notifications.pages import router as notifications_pages
from service.oidc.pages import router as oidc_pages
from service.oidc.provider import Provider
from service.operation.health import healthz, readyz
from service.operation.logs import set_up_logs
from service.operation.metrics import metrics, share_counters
from service.operation.watching import Watched
from service.own_data.api import router as own_data
from service.payments import actions as on_payments
from service.payments.api import router as payments
from service.policies import actions as policies
from service.policies.api import router as policies_api
from service.policies.importing import follow
from service.policies.studio import (
    case_pages,
    draft_pages,
    new_pages,
    reading_pages,
    review_pages,
    switching_pages,
    table_pages,
    trying_pages,
)
from service.problems import Problem, invalid_request, of_status
from service.protection.actions import protect
from service.rate_limits import SharedWindow
from service.requests import Boundary
from service.retention import actions as retention
from service.review import actions as on_reviews
from service.review import templates as review_templates
from service.review.api import router as review
from service.review.case_pages import router as desk_case_pages
from service.review.desk_api import router as review_desk
from service.review.head_pages import router as head_pages
from service.review.move_pages import router as desk_move_pages
from service.review.queue_pages import router as desk_pages
from service.review.sample_pages import router as sample_pages
from service.revocations import follow_ups
from service.revocations.api import router as revocations
from service.revocations.pages import router as revocation_pages
from service.rulesets import Rulesets, licence_types, load_rules
from service.settings import DATABASE, Settings, find_settings
from service.state import BASE, GUARD, Service, day_of
from service.unusable import Unusable
from service.web.assets import router as assets
from service.web.display import router as display
from service.web.forms import remember
from service.web.problem_pages import is_for_people, respond, respond_to_facts
from service.work.actions import Handler, Work, Worker

STUDIO = (reading_pages, new_pages, draft_pages, table_pages, trying_pages, case_pages, review_pages, switching_pages)
PAGES = (
    assets, display, accounts_pages, oidc_pages, clients_pages, catalogue_pages, apply_pages, cases_pages, move_pages, precheck_pages,
    evidence_pages, licences_pages, drafts_pages, notifications_pages, *(each.router for each in STUDIO),
    desk_pages, desk_case_pages, desk_move_pages, head_pages, sample_pages, revocation_pages, mandate_pages,
)  # fmt: skip
"""What browsers are shown, outside `BASE`."""
API = (
    catalogue, cases, drafts, evidence, materials, accounts, policies_api, audit, review_desk, review, notifications, payments, own_data,
    revocations, licences_api, mandates, clients, tokens,
)  # fmt: skip
"""What programs are answered, under `BASE`."""
_RULES = "MIAOPI_RULES"
# Addresses carry what people look for, so they are not logged. A proxy's word on who is calling is not taken.
_SERVING: dict[str, Any] = {
    "access_log": False, "proxy_headers": False, "server_header": False, "log_config": None, "timeout_graceful_shutdown": 60,
}  # fmt: skip
PRECHECKS, PRECHECK_WINDOW = 60, 60  # a client's calls in so many seconds
EXPORTS, EXPORT_WINDOW = 5, 3600
CALLS_WINDOW = 60
STARTS, STARTS_WINDOW = 600, 600  # sign-ins by the provider that begin, from one address
FAILURES, FAILURES_WINDOW = 20, 900  # wrong secrets of one machine client from one address
_PROBLEM = {"default": {"description": "RFC 9457 problem details", "content": {"application/problem+json": {
    "example": {"type": "urn:miaopi:problem:unknown-case", "title": "没有这个办件", "status": 404}}}}}  # fmt: skip


def _now() -> datetime:
    return datetime.now(UTC)


def start(settings: Settings, matters: Catalogue, rulesets: Rulesets, now: Callable[[], datetime] = _now) -> Service:
    """Opens the database, and fills a new one with the made-up people if there are to be any. Raises `Unusable`."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = open_database(settings.database)
    try:
        keyring = protect(database, settings.key_file, now())
    except BaseException:
        database.close()
        raise
    if settings.made_up:
        database.write(lambda session: demo.seed(session, now(), day_of(now())))
    database.write(lambda session: review_templates.seed(session, now()))
    retention.schedule(database, now())
    record = settings.record
    issuer = Issuer(database, settings.data, settings.issuer)
    sealer = Sealer(database, record.keys(settings.data), record.anchored(settings.data), now, record.every)
    return Service(
        database=database,
        catalogue=matters,
        rulesets=follow(database, settings.rules, rulesets, now()),
        draw=Draw(kept_secret(settings.data / "draw.key", demo.DRAW_SECRET if settings.made_up else token_bytes(32))),
        numbers=CaseNumbers(partial(on_cases.set_aside, database)),
        prechecks=SharedWindow(database, "prechecks", PRECHECKS, PRECHECK_WINDOW, now),
        exports=SharedWindow(database, "exports", EXPORTS, EXPORT_WINDOW, now),
        client_calls=SharedWindow(database, "client-calls", CALLS, CALLS_WINDOW, now),
        token_failures=SharedWindow(database, "token-failures", FAILURES, FAILURES_WINDOW, now),
        oidc_starts=SharedWindow(database, "oidc-starts", STARTS, STARTS_WINDOW, now),
        sources=open_sources(database, settings.evidence, now, issuer),
        materials=open_materials(settings.materials, settings.data, keyring),
        evidence_types=rulesets.types,
        sealer=sealer,
        notifications=settings.notifications,
        commitments_closed=partial(follow_ups.commitments_closed, database),
        issuer=issuer,
        retention=settings.retention,
        licence_types=licence_types(settings.rules),
        data=settings.data,
        now=now,
        made_up=settings.made_up,
        metrics_token=settings.metrics_token,
        oidc=Provider(settings.oidc) if settings.oidc else None,
    )


def create_app(service: Service) -> FastAPI:
    """The application over a service that has started; it closes the database when it ends."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        worker = app.state.worker = Worker(service.database, handlers(service), service.now)
        worker.start()
        service.sealer.start()
        async with sweeping(service):
            yield
        await to_thread.run_sync(worker.stop)
        await to_thread.run_sync(service.sealer.close)
        service.close()

    # The pages that show the OpenAPI document would load scripts from elsewhere.
    app = FastAPI(
        title="miaopi", version=__version__, lifespan=lifespan, openapi_url=f"{BASE}/openapi.json", docs_url=None,
        redoc_url=None, redirect_slashes=False, dependencies=[GUARD], responses=_PROBLEM,  # type: ignore[arg-type]
    )  # fmt: skip
    app.state.service = service
    for router in API:
        app.include_router(router, prefix=BASE)
    for router in PAGES:
        app.include_router(router)
    app.state.page_paths = frozenset(route.path for router in PAGES for route in router.routes if isinstance(route, APIRoute))
    app.add_api_route("/healthz", healthz, tags=["operation"])
    app.add_api_route("/readyz", readyz, tags=["operation"])
    app.add_api_route("/metrics", metrics, tags=["operation"], response_class=PlainTextResponse)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(InvalidFacts, _invalid_facts)
    hold_to_table(app)
    app.add_middleware(Boundary, answer=respond)
    app.add_middleware(Watched)
    return app


def serving(service: Service) -> FastAPI:
    """The application for a process that does nothing else.

    What was read at the start is there for good: the garbage collector passes it over, or each of its full rounds would hold up
    everybody for a fifth of a second.
    """
    app = create_app(service)
    find_matters(service.catalogue, "aa")  # the first by letters works out how every matter sounds: half a second
    gc.collect()
    gc.freeze()
    return app


def handlers(service: Service) -> Mapping[str, Handler]:
    """Who does which kind of work."""
    return {
        on_cases.SOURCE: partial(on_cases.try_again, service),
        on_cases.LAPSE: partial(on_cases.lapse, service),
        on_cases.EARLIER: partial(on_cases.put_down_earlier, service),
        on_cases.MOVED: partial(moved, service),
        follow_ups.CHECK: partial(follow_ups.check, service),
        giving.MOVED: partial(on_notifications.tell_of_mandate, service),
        reminding.EXPIRING: partial(on_notifications.tell_of_expiry, service),
        on_notifications.DELIVER: partial(on_notifications.deliver, service),
        retention.NIGHTLY: partial(retention.erase, service),
        policies.JOB: partial(policies.run_job, service),
    }


def moved(service: Service, work: Work) -> None:
    """Tells everybody who has to do with what happened to a case."""
    policies.observe(service, work)
    on_payments.follow(service, work)
    follow_ups.follow(service, work)
    on_notifications.tell(service, work)
    licences.follow(service, work)
    on_reviews.observe(service, work)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    problem = error if isinstance(error, Problem) else of_status(error.status_code, error.headers)
    if problem.code == "not-signed-in" and is_for_people(request):
        try:
            await remember(request)
        except Problem as unreadable:
            problem = unreadable
    return respond(request, problem)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return respond(request, invalid_request(error.errors()))


async def _invalid_facts(request: Request, error: Exception) -> Response:
    assert isinstance(error, InvalidFacts)
    return respond_to_facts(request, error)


def run(host: str, port: int, workers: int, database: str | None, rules: Path | None = None) -> None:
    """Serves until it is stopped. Exits 1 with every finding if the rules are refused, 2 if it cannot start."""
    try:
        set_up_logs(os.environ)
        settings = find_settings(database, rules)
        if workers != 1 and settings.database.get_backend_name() == "sqlite":
            raise Unusable("the embedded database has one writer, so there can be one worker only")
        listening = _listen(host, port)
        app = serving(start(settings, *load_rules(settings))) if workers == 1 else None
    except Refused as refused:
        print(refused, file=sys.stderr)
        raise SystemExit(1) from None
    except (Unusable, OSError, StorageFailed) as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None
    if app is not None:
        uvicorn.Server(uvicorn.Config(app, **_SERVING)).run(sockets=[listening])
        return
    os.environ[DATABASE] = settings.database.render_as_string(hide_password=False)
    os.environ[_RULES] = str(rules or "")
    share_counters()
    config = uvicorn.Config("service.app:one_of_several", factory=True, workers=workers, **_SERVING)
    Multiprocess(config, [listening]).run()


def one_of_several() -> FastAPI:
    """The application of one worker process; what it serves stands in the environment."""
    set_up_logs(os.environ)
    rules = os.environ[_RULES]
    settings = find_settings(rules=Path(rules) if rules else None)
    return serving(start(settings, *load_rules(settings)))


def _listen(host: str, port: int) -> socket.socket:
    try:
        listening = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise Unusable(f"cannot listen on {host}:{port}: {error.strerror}") from None
    # Connections have it from here. asyncio sets it on sockets that it made itself alone, and without it the body of an answer waits
    # for the receipt of its head: 40 ms.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening
