"""The service as a process of its own for browsers, on a database of its own.

Evidence comes from the embedded tables, as in a first start.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import httpx

from service.web.assets import BUILT
from service.web.building import build

ROOT = Path(__file__).resolve().parents[2]


class Address(str):
    """Where a service answers. `database`: its file, for what would take days to come about."""

    database: Path


@contextmanager
def serving_pages(database: Path, rules: Path = ROOT, environment: Mapping[str, str] | None = None) -> Iterator[Address]:
    """Where a fresh process answers, by the catalogue and the rules of a folder; it is gone afterwards. Its assets are built first where
    they are not.
    """
    if not (BUILT / "manifest.json").exists():
        build()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "service.cli", "serve", "--port", str(port), "--database", str(database), "--rules", str(rules)]
    base = Address(f"http://127.0.0.1:{port}")
    base.database = database
    # Into a file: a pipe that nobody empties stops the service as soon as it is full.
    with database.with_suffix(".log").open("w+", encoding="utf-8") as log:
        process = subprocess.Popen(command, cwd=ROOT, stderr=log, env={**os.environ, "MIAOPI_SITE": base, **(environment or {})})
        try:
            _wait(base, process, log)
            yield base
        finally:
            process.kill()
            process.wait()


def _wait(base: str, process: subprocess.Popen[bytes], log: IO[str]) -> None:
    with httpx.Client(base_url=base, trust_env=False) as client:
        for _ in range(600):
            if process.poll() is not None:
                log.seek(0)
                raise AssertionError(log.read())
            try:
                if client.get("/readyz").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
    raise AssertionError("the service did not start")
