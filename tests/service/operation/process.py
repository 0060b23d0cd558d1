"""`miaopi serve` as operators run it: a process with its log in a file, ended by the signal that ends services."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from service.settings import DATA, DATABASE, Settings
from tests.processes import free_port
from tests.service.conftest import ROOT, V1


@dataclass
class Served:
    """`end` sends SIGTERM, and returns when the process has ended by it in good order."""

    client: httpx.Client
    process: subprocess.Popen[bytes]
    log: Path

    def end(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(90) in (0, -signal.SIGTERM)
        assert "Application shutdown complete" in self.log.read_text()

    def signed_in(self, number: str) -> dict[str, str]:
        token = self.client.post(f"{V1}/sessions", json={"number": number}).json()["token"]
        self.client.cookies.clear()
        return {"Authorization": f"Bearer {token}"}


@contextmanager
def served(settings: Settings, log: Path, variables: Mapping[str, str] | None = None) -> Iterator[Served]:
    """A fresh process on this database and folder, ready; it is gone afterwards."""
    port = free_port()
    database = settings.database.render_as_string(hide_password=False)
    environment = {**os.environ, DATABASE: database, DATA: str(settings.data), **(variables or {})}
    command = [sys.executable, "-m", "service.cli", "serve", "--port", str(port), "--rules", str(ROOT)]
    with log.open("ab") as written:
        process = subprocess.Popen(command, cwd=ROOT, stdout=written, stderr=written, env=environment)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False) as client:
            found = Served(client, process, log)
            _wait(found)
            yield found
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(30)


def _wait(served: Served) -> None:
    for _ in range(600):
        if served.process.poll() is not None:
            break
        try:
            if served.client.get("/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(served.log.read_text())
