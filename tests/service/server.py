"""The service as a process of its own, to be called over a socket and killed.

`die` makes the process kill itself, as SIGKILL does, at one point of the next submission: `before-commit` or
`before-answer`.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import uvicorn
from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine

from service.app import create_app
from service.rulesets import load_rules
from service.settings import DATA, DATABASE, Settings, find_settings
from service.starting import start
from tests.processes import ROOT, free_port, running


@contextmanager
def serving(settings: Settings, die: str = "never") -> Iterator[httpx.Client]:
    """A client of a fresh process on this database and folder; the process is gone afterwards."""
    port, log = free_port(), settings.data.with_suffix(".log")
    environment = {DATABASE: settings.database.render_as_string(hide_password=False), DATA: str(settings.data)}
    limits = httpx.Limits(max_connections=60)
    with (
        running(serve, port, die, port=port, log=log, environment=environment),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, limits=limits, trust_env=False) as client,
    ):
        yield client


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _die_at_commit(connection: Connection) -> None:
    """Dies when everything of a submission is written but not committed."""
    if connection.info.get("submitting"):
        _die()


def _notice(connection: Connection, statement: object, *_: object) -> None:
    if "idempotency" in str(statement) and "INSERT" in str(statement):
        connection.info["submitting"] = True


class DyingBeforeAnswers:
    """Dies when a submission is about to be answered."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def last(message: Any) -> None:
            if message["type"] == "http.response.start" and scope["path"].endswith("/applications"):
                _die()
            await send(message)

        await self.app(scope, receive, last)


def serve(port: int, die: str) -> None:
    settings = find_settings(rules=ROOT / "rules")
    app: Any = create_app(start(settings, *load_rules(settings)))
    if die == "before-answer":
        app = DyingBeforeAnswers(app)
    if die == "before-commit":
        event.listen(Engine, "before_execute", _notice)
        event.listen(Engine, "commit", _die_at_commit)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False, proxy_headers=False)
