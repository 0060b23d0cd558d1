"""The service as a process of its own for browsers, on a database of its own.

Evidence comes from the embedded tables, as in a first start.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from service.serving import run
from service.web.assets import BUILT
from service.web.building import build
from tests.processes import ROOT, free_port, running


class Address(str):
    """Where a service answers. `database`: its file, for what would take days to come about."""

    database: Path


@contextmanager
def serving_pages(database: Path, environment: Mapping[str, str] | None = None) -> Iterator[Address]:
    """Where a fresh process answers, by the catalogue and the rules of this repository; it is gone afterwards. Its assets are built first
    where they are not.
    """
    if not (BUILT / "manifest.json").exists():
        build()
    port = free_port()
    base = Address(f"http://127.0.0.1:{port}")
    base.database = database
    log = database.with_suffix(".log")
    with running(
        run, "127.0.0.1", port, 1, str(database), ROOT, port=port, log=log, environment={"MIAOPI_SITE": base, **(environment or {})}
    ):
        yield base
