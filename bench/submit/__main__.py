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
from bench.submit.serving import SITUATION, TOKENS

COMMAND = "python -m bench.submit"
SUBMISSION, ORDINARY = "whole submission", "ordinary stack, one bare insert"
TIMES_THE_ORDINARY = 1.5
MOST_CPU = 2.5
"""Milliseconds of the server's processor time a submission."""
CONNECTIONS = 32
SUBMISSIONS = 1000
"""In one round."""
_FOLLOWED = 200
_TICKS = os.sysconf("SC_CLK_TCK")
_BODY = orjson.dumps({"situation": SITUATION, "form": {"bank_account": "6222000000000001"}})


def main(rounds: int = 5) -> None:
    found: dict[str, list[dict[str, float]]] = {SUBMISSION: [], ORDINARY: []}
    with tempfile.TemporaryDirectory() as folder:
        place, people = Path(folder), SUBMISSIONS * (rounds + 1)
        database = place / "data" / "miaopi.db"
        with (
            _process("bench.submit.serving", str(database), 8765, str(people)) as service,
            _process("bench.submit.ordinary", str(place / "ordinary.db"), 8766) as ordinary,
        ):
            tokens = iter(orjson.loads(database.with_name(TOKENS).read_bytes()))
            for each in range(rounds + 1):
                submitted = _measured(service, 8765, lambda _: _submission(next(tokens)))
                inserted = _measured(ordinary, 8766, lambda _: request("/applications", _BODY, {}))
                if each:  # the first warms up
                    found[SUBMISSION].append(submitted)
                    found[ORDINARY].append(inserted)
                    print(submitted, inserted, flush=True)
        asked = [sys.executable, "-m", "bench.submit.following", str(database), str(_FOLLOWED)]
        followed = orjson.loads(subprocess.run(asked, check=True, stdout=subprocess.PIPE).stdout)
    figures: dict[str, Any] = {
        name: {key: round(statistics.median(one[key] for one in each), 3) for key in each[0]} for name, each in found.items()
    }
    figures["times the ordinary stack"] = round(figures[SUBMISSION]["rate"] / figures[ORDINARY]["rate"], 2)
    figures["work it leaves behind"] = {"cpu": round(followed["cpu"], 3)}
    save("submit", COMMAND, figures)
    print(figures)


def _submission(token: str) -> bytes:
    return request("/api/v1/applications", _BODY, {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex})


def _measured(process: subprocess.Popen[str], port: int, make: Any) -> dict[str, float]:
    before = _cpu(process.pid)
    load: Load = run(port, SUBMISSIONS, CONNECTIONS, make)
    cpu = (_cpu(process.pid) - before) / SUBMISSIONS * 1e3
    return {"rate": load.rate, "cpu": cpu, "median": load.percentile(0.5), "p99": load.percentile(0.99)}


def _cpu(pid: int) -> float:
    """Seconds of processor time, of the process with all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


@contextmanager
def _process(module: str, database: str, port: int, *more: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen([sys.executable, "-m", module, database, str(port), *more], text=True)
    try:
        while process.poll() is None:
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
