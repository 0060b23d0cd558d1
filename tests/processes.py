"""Processes of their own for services that tests call or kill. Each begins with everything imported: that is half of what a start takes."""

from __future__ import annotations

import multiprocessing
import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[1]
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.preloaded"])
_PATIENCE = 120
"""Seconds until a service answers: a machine may have other things to do."""


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


@contextmanager
def running(
    serve: Callable[..., None], *given: Any, port: int, log: Path, environment: Mapping[str, str] | None = None, ready: str = "/readyz"
) -> Iterator[BaseProcess]:
    """`serve(*given)` in a process that is killed afterwards, once it answers `ready` on the port. Raises `AssertionError` with its log."""
    process = _FORKS.Process(target=_run, args=(serve, given, str(log), {**os.environ, **(environment or {})}))
    process.start()
    try:
        _wait(process, port, ready, log)
        yield process
    finally:
        process.kill()
        process.join()


def _run(serve: Callable[..., None], given: tuple[Any, ...], log: str, environment: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    with open(log, "ab") as written:  # a pipe that nobody empties would stop it as soon as it is full
        os.dup2(written.fileno(), 1)
        os.dup2(written.fileno(), 2)
    serve(*given)


def _wait(process: BaseProcess, port: int, ready: str, log: Path) -> None:
    until = time.monotonic() + _PATIENCE
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        while time.monotonic() < until:
            if process.exitcode is not None:
                break
            try:
                if client.get(ready).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
    raise AssertionError(log.read_text(errors="replace"))
