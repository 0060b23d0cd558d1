"""The service as a process of its own, by the catalogue of a folder, with somebody signed in."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import orjson

from bench.pages.district import ROOT
from service.demo import LI
from service.state import COOKIE


@dataclass(slots=True)
class Served:
    """`cookie`: of whoever is signed in."""

    port: int
    pid: int
    cookie: str = ""

    def post(self, path: str, body: bytes, headers: Mapping[str, str] | None = None) -> bytes:
        """What came of it. Raises where it was refused."""
        connection = HTTPConnection("127.0.0.1", self.port)
        sent = {"Content-Type": "application/json", "Cookie": self.cookie, **(headers or {})}
        connection.request("POST", path, body, sent)
        answer = connection.getresponse()
        found = answer.read()
        connection.close()
        if answer.status >= 400:
            raise RuntimeError(found.decode())
        return found


@contextmanager
def serving_district(folder: Path) -> Iterator[Served]:
    """The folder holds `matters.yaml` and `rules/`, and then the database. The process is gone afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    database, log = folder / "data" / "miaopi.db", folder / "log"
    command = [sys.executable, "-m", "service.cli", "serve", "--port", str(port), "--database", str(database), "--rules", str(folder)]
    with log.open("w") as written:
        process = subprocess.Popen(command, cwd=ROOT, stderr=written)
        try:
            _wait(process, port, log)
            served = Served(port, process.pid)
            token = orjson.loads(served.post("/api/v1/sessions", orjson.dumps({"number": LI})))["token"]
            served.cookie = f"{COOKIE}={token}"
            yield served
        finally:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError(log.read_text())
        connection = HTTPConnection("127.0.0.1", port)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.1)
    raise RuntimeError("the service did not start")
