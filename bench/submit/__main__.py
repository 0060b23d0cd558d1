"""Measures both in turn, on one machine in one run, and keeps the figures: `python -m bench.submit [ROUNDS]`."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import orjson

from bench.figures import save
from bench.submit.load import Load, request, run
from bench.submit.serving import numbers

COMMAND = "python -m bench.submit"
TIMES_THE_ORDINARY = 1.5
MOST_CPU = 2.5
"""Milliseconds of the server's processor time a submission."""
CONNECTIONS = 32
_COUNT = 3000
_TICKS = os.sysconf("SC_CLK_TCK")
_BODY = orjson.dumps({"situation": "senior-allowance-first-claim", "form": {"bank_account": "6222000000000001"}})


def main(rounds: int = 5) -> None:
    found: dict[str, list[dict[str, float]]] = {"whole submission": [], "ordinary stack, one bare insert": []}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        with (
            _process("bench.submit.serving", str(place / "data" / "miaopi.db"), 8765) as service,
            _process("bench.submit.ordinary", str(place / "ordinary.db"), 8766) as ordinary,
        ):
            tokens = _tokens()
            for each in range(rounds + 1):
                submitted = _measured(service, 8765, lambda turn: _submission(tokens[turn % len(tokens)]))
                inserted = _measured(ordinary, 8766, lambda turn: request("/applications", _BODY, {}))
                if each:  # the first warms up
                    found["whole submission"].append(submitted)
                    found["ordinary stack, one bare insert"].append(inserted)
                    print(submitted, inserted, flush=True)
    figures: dict[str, Any] = {
        name: {key: round(statistics.median(one[key] for one in each), 3) for key in each[0]} for name, each in found.items()
    }
    whole, bare = (each["rate"] for each in figures.values())
    figures["times the ordinary stack"] = round(whole / bare, 2)
    save("submit", COMMAND, figures)
    print(figures)


def _submission(token: str) -> bytes:
    return request("/api/v1/applications", _BODY, {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex})


def _measured(process: subprocess.Popen[str], port: int, make: Any) -> dict[str, float]:
    before = _cpu(process.pid)
    load: Load = run(port, _COUNT, CONNECTIONS, make)
    cpu = (_cpu(process.pid) - before) / _COUNT * 1e3
    return {"rate": load.rate, "cpu": cpu, "median": load.percentile(0.5), "p99": load.percentile(0.99)}


def _cpu(pid: int) -> float:
    """Seconds of processor time, of the process with all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _tokens() -> list[str]:
    with httpx.Client(base_url="http://127.0.0.1:8765", trust_env=False, timeout=60) as client:
        return [client.post("/api/v1/sessions", json={"number": each}).json()["token"] for each in numbers()]


@contextmanager
def _process(module: str, database: str, port: int) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen([sys.executable, "-m", module, database, str(port)], text=True)
    try:
        for _ in range(600):
            try:
                httpx.get(f"http://127.0.0.1:{port}/readyz", trust_env=False)
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
