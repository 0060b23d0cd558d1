"""The service as one ASGI application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import to_thread
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from engine import __version__
from engine.decision.problems import InvalidFacts
from service.access import hold_to_table
from service.handlers import handlers
from service.materials.sweeping import sweeping
from service.operation.health import healthz, readyz
from service.operation.metrics import metrics
from service.operation.watching import Watched
from service.problems import Problem, invalid_request, of_status
from service.requests import Boundary
from service.routes import API, PAGES
from service.state import BASE, GUARD, Service
from service.web.forms import remember
from service.web.problem_pages import is_for_people, respond, respond_to_facts
from service.work.actions import Worker

_PROBLEM = {"default": {"description": "RFC 9457 problem details", "content": {"application/problem+json": {
    "example": {"type": "urn:miaopi:problem:unknown-case", "title": "没有这个办件", "status": 404}}}}}  # fmt: skip


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
