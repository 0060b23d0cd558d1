"""`GET /metrics` for Prometheus: the counters of this process, or of all processes of one service, and what the database has waiting."""

from __future__ import annotations

import os
from hmac import compare_digest
from tempfile import mkdtemp

from fastapi import Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from service.client_address import is_local
from service.operation.gauges import Gauges
from service.problems import Problem
from service.state import Running

_SHARED = "PROMETHEUS_MULTIPROC_DIR"


def metrics(request: Request, service: Running) -> Response:
    """Counters, and gauges of what waits, for Prometheus: to this machine alone, or for the token that is set."""
    _hold(request, service.metrics_token)
    state = request.app.state
    if not hasattr(state, "gauges"):
        state.gauges = CollectorRegistry()
        state.gauges.register(Gauges(service))
    return Response(generate_latest(_counters()) + generate_latest(state.gauges), media_type=CONTENT_TYPE_LATEST)


def _hold(request: Request, token: str | None) -> None:
    """There are counts below ten among them, so they are not for everybody. Raises `Problem`."""
    if token is None:
        if not is_local(request):
            raise Problem("metrics-local")
        return
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not compare_digest(given.strip().encode(), token.encode()):
        raise Problem("metrics-token", {"WWW-Authenticate": "Bearer"})


def share_counters() -> None:
    """Processes that are started from now on count together: whichever is asked tells of all."""
    os.environ.setdefault(_SHARED, mkdtemp(prefix="miaopi-metrics-"))


def _counters() -> CollectorRegistry:
    if not os.environ.get(_SHARED):
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry
