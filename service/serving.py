"""Serves the application: one process, or several that share a database."""

from __future__ import annotations

import gc
import os
import socket
import sys
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from engine.catalogue import find_matters
from engine.ruleset.findings import Refused
from service.app import create_app
from service.materials.storage.interface import StorageFailed
from service.operation.logs import set_up_logs
from service.operation.metrics import share_counters
from service.rulesets import load_rules
from service.settings import DATABASE, find_settings
from service.starting import start
from service.state import Service
from service.unusable import Unusable

_RULES = "MIAOPI_RULES"
# Addresses carry what people look for, so they are not logged. A proxy's word on who is calling is not taken.
_SERVING: dict[str, Any] = {
    "access_log": False, "proxy_headers": False, "server_header": False, "log_config": None, "timeout_graceful_shutdown": 60,
}  # fmt: skip


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
    config = uvicorn.Config("service.serving:one_of_several", factory=True, workers=workers, **_SERVING)
    Multiprocess(config, [listening]).run()


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
