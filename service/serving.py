"""Serves the application: one process, or several that share a database."""

from __future__ import annotations

import gc
import os
import socket
import sys
from collections.abc import Mapping
from ipaddress import ip_network
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
PROXIES = "MIAOPI_PROXIES"


def run(host: str, port: int, workers: int, database: str | None, rules: Path | None = None) -> None:
    """Serves until it is stopped. Exits 1 with every finding if the rules are refused, 2 if it cannot start."""
    try:
        set_up_logs(os.environ)
        settings = find_settings(database, rules)
        if workers != 1 and settings.database.get_backend_name() == "sqlite":
            raise Unusable("the embedded database has one writer, so there can be one worker only")
        manner = _manner(os.environ)
        listening = _listen(host, port)
        app = serving(start(settings, *load_rules(settings))) if workers == 1 else None
    except Refused as refused:
        print(refused, file=sys.stderr)
        raise SystemExit(1) from None
    except (Unusable, OSError, StorageFailed) as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None
    if app is not None:
        uvicorn.Server(uvicorn.Config(app, **manner)).run(sockets=[listening])
        return
    os.environ[DATABASE] = settings.database.render_as_string(hide_password=False)
    os.environ[_RULES] = str(rules or "")
    share_counters()
    config = uvicorn.Config("service.serving:one_of_several", factory=True, workers=workers, **manner)
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


def _manner(environment: Mapping[str, str]) -> dict[str, Any]:
    """How uvicorn serves. Addresses carry what people look for, so they are not logged. Who is calling, and whether over TLS, is
    believed of the proxies that are named and of nobody else. Raises `Unusable`.
    """
    proxies = [each.strip() for each in environment.get(PROXIES, "").split(",") if each.strip()]
    try:
        for each in proxies:
            ip_network(each)
    except ValueError:
        raise Unusable(f"{PROXIES} must be addresses or networks such as 10.0.0.0/24, with commas between") from None
    return {
        "access_log": False, "server_header": False, "log_config": None, "timeout_graceful_shutdown": 60,
        "proxy_headers": bool(proxies), "forwarded_allow_ips": proxies,
    }  # fmt: skip


def _listen(host: str, port: int) -> socket.socket:
    try:
        listening = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise Unusable(f"cannot listen on {host}:{port}: {error.strerror}") from None
    # Connections have it from here. asyncio sets it on sockets that it made itself alone, and without it the body of an answer waits
    # for the receipt of its head: 40 ms.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening
