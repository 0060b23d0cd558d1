"""The service as one ASGI application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import to_thread
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from engine import __version__
from engine.decision.problems import InvalidFacts
from service.access import hold_to_table
from service.handlers import handlers
from service.materials.sweeping import sweeping
from service.operation.watching import Watched
from service.problems import Problem, invalid_request, of_status
from service.requests import Boundary
from service.routes import PAGES, routes
from service.state import BASE, Service
from service.web.forms import remember
from service.web.problem_pages import is_for_people, respond, respond_to_facts
from service.work.actions import Worker


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
        redoc_url=None, redirect_slashes=False,
    )  # fmt: skip
    app.state.service = service
    app.router.routes.extend(routes())
    app.state.page_paths = frozenset(route.path for router in PAGES for route in router.routes if isinstance(route, APIRoute))
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
