"""The service as a process of its own, to be called over a socket and killed. Run as a script, it serves.

`die` makes the process kill itself, as SIGKILL does, at one point of the next submission: `before-commit` or
`before-answer`.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from sqlalchemy import event
from sqlmodel import Session

from service.app import create_app, start
from service.cases.tables import IdempotencyRow
from service.rulesets import load_rules
from service.settings import find_settings

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def serving(database: Path, die: str = "never") -> Iterator[httpx.Client]:
    """A client of a fresh process on this database; the process is gone afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "tests.service.server", str(database), str(port), die]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    limits = httpx.Limits(max_connections=60)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, limits=limits, trust_env=False) as client:
            _wait(client, process)
            yield client
    finally:
        process.kill()
        process.communicate()


def _wait(client: httpx.Client, process: subprocess.Popen[str]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise AssertionError(process.communicate()[1])
        try:
            if client.get("/readyz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the service did not start")


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _die_with_answer(session: Session, _context: object) -> None:
    """Dies when everything of a submission is written but not committed."""
    if any(isinstance(each, IdempotencyRow) for each in session.new):
        _die()


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


def serve(database: str, port: int, die: str) -> None:
    settings = find_settings(database, ROOT / "rules")
    app: Any = create_app(start(settings, *load_rules(settings)))
    if die == "before-answer":
        app = DyingBeforeAnswers(app)
    if die == "before-commit":
        event.listen(Session, "after_flush", _die_with_answer)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False, proxy_headers=False)


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]), sys.argv[3])
