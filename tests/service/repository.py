"""A licence repository as a process of its own, on a day that does not change."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from service.state import Service
from tests.processes import ROOT, free_port, running


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
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with (
        running(serve, str(folder), port, port=port, log=folder.with_suffix(".log"), ready="/keys"),
        httpx.Client(base_url=url, timeout=30, trust_env=False) as control,
    ):
        yield Repository(url, control)


def serve(folder: str, port: int) -> None:
    from service.authority.running import licence_types, run, start
    from tests.service.conftest import NOW

    begun = time.monotonic()

    def now() -> datetime:
        return NOW + timedelta(seconds=time.monotonic() - begun)

    run(start(Path(folder), licence_types(ROOT / "rules"), {}, now), "127.0.0.1", port)

