"""The service as one ASGI application, and `run`, which serves it."""

from __future__ import annotations

import logging
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn
from anyio import to_thread
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse
from fastapi.routing import APIRoute
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from uvicorn.supervisors import Multiprocess

from engine import __version__
from engine.catalogue import Catalogue
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
from service.database import open_database
from service.drafts.api import router as drafts
from service.drafts.pages import router as drafts_pages
from service.evidence.api import router as evidence
from service.evidence.pages import router as evidence_pages
from service.evidence.sources import open_sources
from service.materials.api import router as materials
from service.materials.opening import open_materials
from service.materials.storage.interface import StorageFailed
from service.materials.storage.local_key import LocalKey
from service.materials.sweeping import sweeping
from service.policies import actions as policies
from service.policies.api import router as policies_api
from service.policies.importing import follow
from service.problems import Problem, invalid_request, of_status
from service.protection.actions import protect
from service.protection.masked_logs import mask_logs
from service.rate_limit import FixedWindow
from service.requests import Boundary
from service.review import templates as review_templates
from service.review.api import router as review
from service.rulesets import Rulesets, load_rules
from service.settings import DATABASE, Settings, find_settings
from service.state import BASE, GUARD, Running, Service, day_of
from service.unusable import Unusable
from service.web.assets import router as assets
from service.web.display import router as display
from service.web.forms import remember
from service.web.problem_pages import is_for_people, respond, respond_to_facts
from service.work.actions import Handler, Work, Worker

PAGES = (
    assets, display, accounts_pages, catalogue_pages, apply_pages, cases_pages, move_pages, precheck_pages,
    evidence_pages, drafts_pages,
)  # fmt: skip
"""What browsers are shown, outside `BASE`."""
_RULES = "MIAOPI_RULES"
# Addresses carry what people look for, so they are not logged. A proxy's word on who is calling is not taken.
_SERVING: dict[str, Any] = {"access_log": False, "proxy_headers": False, "server_header": False}
PRECHECKS, PRECHECK_WINDOW = 60, 60  # a client's calls in so many seconds
_PROBLEM = {"default": {"description": "RFC 9457 problem details", "content": {"application/problem+json": {
    "example": {"type": "urn:miaopi:problem:unknown-case", "title": "没有这个办件", "status": 404}}}}}  # fmt: skip


def _now() -> datetime:
    return datetime.now(UTC)


def start(settings: Settings, matters: Catalogue, rulesets: Rulesets, now: Callable[[], datetime] = _now) -> Service:
    """Opens the database, and fills a new one with the demo people. Raises `Unusable`."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = open_database(settings.database)
    try:
        protect(database, settings.key_file, now())
    except BaseException:
        database.close()
        raise
    database.write(lambda session: demo.seed(session, day_of(now())))
    database.write(lambda session: review_templates.seed(session, now()))
    record = settings.record
    sealer = Sealer(database, record.keys(settings.data), record.anchored(settings.data), now, record.every)
    return Service(
        database=database,
        catalogue=matters,
        rulesets=follow(database, settings.rules, rulesets, now()),
        draw=Draw(kept_secret(settings.data / "draw.key", demo.DRAW_SECRET)),
        numbers=CaseNumbers(partial(on_cases.set_aside, database)),
        prechecks=FixedWindow(PRECHECKS, PRECHECK_WINDOW),
        sources=open_sources(database, settings.evidence, now),
        materials=open_materials(settings.materials, settings.data, LocalKey(settings.data / "materials.key")),
        sealer=sealer,
        now=now,
    )


def create_app(service: Service) -> FastAPI:
    """The application over a service that has started; it closes the database when it ends."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        worker = Worker(service.database, handlers(service), service.now)
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
    for router in (catalogue, cases, drafts, evidence, materials, accounts, policies_api, audit, review):
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
    return app


def handlers(service: Service) -> Mapping[str, Handler]:
    """Who does which kind of work."""
    return {
        on_cases.SOURCE: partial(on_cases.try_again, service),
        on_cases.LAPSE: partial(on_cases.lapse, service),
        on_cases.MOVED: partial(moved, service),
        policies.JOB: partial(policies.run_job, service),
    }


def moved(service: Service, work: Work) -> None:
    """Tells everybody who has to do with what happened to a case."""
    policies.observe(service, work)


def healthz() -> dict[str, str]:
    """The process runs."""
    return {"status": "ok"}


def readyz(service: Running) -> dict[str, str]:
    """The database answers."""
    try:
        with service.database.reading() as session:
            session.connection().execute(text("SELECT 1"))
    except SQLAlchemyError:
        raise Problem("not-ready") from None
    return {"status": "ready"}


def metrics() -> Response:
    """Counters for Prometheus."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


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
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        settings = find_settings(database, rules)
        if workers != 1 and settings.database.get_backend_name() == "sqlite":
            raise Unusable("the embedded database has one writer, so there can be one worker only")
        listening = _listen(host, port)
        app = create_app(start(settings, *load_rules(settings))) if workers == 1 else None
    except Refused as refused:
        print(refused, file=sys.stderr)
        raise SystemExit(1) from None
    except (Unusable, OSError, StorageFailed) as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None
    if app is not None:
        server = uvicorn.Server(uvicorn.Config(app, **_SERVING))  # which sets up logging of its own
        mask_logs()
        server.run(sockets=[listening])
        return
    os.environ[DATABASE] = settings.database.render_as_string(hide_password=False)
    os.environ[_RULES] = str(rules or "")
    config = uvicorn.Config("service.app:one_of_several", factory=True, workers=workers, **_SERVING)
    Multiprocess(config, [listening]).run()


def one_of_several() -> FastAPI:
    """The application of one worker process; what it serves stands in the environment."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    mask_logs()
    rules = os.environ[_RULES]
    settings = find_settings(rules=Path(rules) if rules else None)
    return create_app(start(settings, *load_rules(settings)))


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise Unusable(f"cannot listen on {host}:{port}: {error.strerror}") from None
