"""Outermost of all: gives each request an id, which its answer and every line of its log carry, and tells how it went.

Told is the route's template, never the path that was asked for: addresses carry what people look for.
"""

from __future__ import annotations

import logging
import re
import time
from typing import Any

from prometheus_client import Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uuid_utils.compat import uuid7

from service.operation.logs import request_id
from service.state import BASE

HEADER = "X-Request-Id"
_UNQUIET = frozenset({"/healthz", "/readyz", "/metrics"})
_SUBMISSION = f"{BASE}/applications"
_CASE = re.compile(r"LH\d{17}", re.ASCII)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_requests = Histogram(
    "miaopi_request_seconds", "Requests by route, method and hundred of their status", ["route", "method", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)  # fmt: skip
_submissions = Histogram(
    "miaopi_submission_seconds", "Applications that were taken, from the request to the end of the answer",
    buckets=(0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.2, 0.5, 1, 2, 5, 10),
)  # fmt: skip
_logger = logging.getLogger(__name__)


class Watched:
    """Around the whole application."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        id_ = uuid7().hex
        token = request_id.set(id_)
        began = time.perf_counter()
        status, case = 500, None

        async def send_marked(message: Message) -> None:
            nonlocal status, case
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = id_
                case = _case_of(scope, Headers(raw=message["headers"]))
            await send(message)

        try:
            await self.app(scope, receive, send_marked)
        finally:
            _tell(scope, status, case, time.perf_counter() - began)
            request_id.reset(token)


def route_of(scope: Scope) -> str:
    """The template of the route that answered, such as `/api/v1/cases/{number}`."""
    path: str | None = getattr(scope.get("route"), "path", None)
    if path is None:
        return "unmatched"
    # A router that is included tells its routes without what it is included under.
    return BASE + path if scope["path"].startswith(f"{BASE}/") and not path.startswith(BASE) else path


def _tell(scope: Scope, status: int, case: str | None, seconds: float) -> None:
    route = route_of(scope)
    method = scope["method"] if scope["method"] in _METHODS else "other"
    _requests.labels(route, method, f"{status // 100}xx").observe(seconds)
    if (route, method, status) == (_SUBMISSION, "POST", 201):
        _submissions.observe(seconds)
    if route not in _UNQUIET or status >= 400:
        told = {"case": case, "method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1)}
        _logger.log(logging.ERROR if status >= 500 else logging.INFO, "request", extra=told)


def _case_of(scope: Scope, headers: Headers) -> str | None:
    """The number of the case that was asked about, or has come about."""
    asked: Any = scope.get("path_params", {}).get("number")
    if asked is None and (place := headers.get("location")):
        asked = place.rpartition("/")[2]
    return asked if isinstance(asked, str) and _CASE.fullmatch(asked) else None
