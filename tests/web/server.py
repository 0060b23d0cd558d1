"""The service as a process of its own for browsers, on a database of its own.

Evidence comes from the embedded tables, as in a first start.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from service.web.assets import BUILT
from service.web.building import build

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def serving_pages(database: Path) -> Iterator[str]:
    """Where a fresh process answers; it is gone afterwards. Its assets are built first where they are not."""
    if not (BUILT / "manifest.json").exists():
        build()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "service.cli", "serve", "--port", str(port), "--database", str(database), "--rules", str(ROOT)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    base = f"http://127.0.0.1:{port}"
    try:
        _wait(base, process)
        yield base
    finally:
        process.kill()
        process.communicate()


def _wait(base: str, process: subprocess.Popen[str]) -> None:
    with httpx.Client(base_url=base, trust_env=False) as client:
        for _ in range(600):
            if process.poll() is not None:
                raise AssertionError(process.communicate()[1])
            try:
                if client.get("/readyz").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
    raise AssertionError("the service did not start")
