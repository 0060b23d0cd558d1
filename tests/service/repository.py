"""A licence repository as a process of its own, on a day that does not change. Run as a script, it serves."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from service.state import Service

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Repository:
    """A running repository, switched through its control calls."""

    url: str
    control: httpx.Client

    def switch(self, faults: dict[str, dict[str, Any]]) -> None:
        assert self.control.put("/control/faults", json=faults).status_code == 200

    def rotate(self) -> str:
        kid: str = self.control.post("/control/rotate").json()["kid"]
        return kid

    def requests(self) -> list[dict[str, Any]]:
        """Every request so far, in order of arrival."""
        found: list[dict[str, Any]] = self.control.get("/control/requests").json()
        return found


def hurried(service: Service, seconds: float) -> Service:
    """The same service, which waits so long for each source."""
    settings = service.sources.settings.model_copy(update={"source_deadline": seconds})
    return replace(service, sources=replace(service.sources, settings=settings))


@contextmanager
def serving_licences(folder: Path) -> Iterator[Repository]:
    """A fresh process on this folder; it is gone afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "tests.service.repository", str(folder), str(port)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    url = f"http://127.0.0.1:{port}"
    try:
        with httpx.Client(base_url=url, timeout=30, trust_env=False) as control:
            _wait(control, process)
            yield Repository(url, control)
    finally:
        process.kill()
        process.communicate()


def _wait(client: httpx.Client, process: subprocess.Popen[str]) -> None:
    for _ in range(1200):
        if process.poll() is not None:
            raise AssertionError(process.communicate()[1])
        try:
            if client.get("/keys").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the repository did not start")


def serve(folder: str, port: int) -> None:
    from service.authority.running import licence_types, run, start
    from tests.service.conftest import NOW

    begun = time.monotonic()

    def now() -> datetime:
        return NOW + timedelta(seconds=time.monotonic() - begun)

    run(start(Path(folder), licence_types(ROOT / "rules"), {}, now), "127.0.0.1", port)


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
