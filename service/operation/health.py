"""`/healthz`: the process runs. `/readyz`: it can do its work, and if not, what is in the way."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from typing import Any

from anyio import CapacityLimiter, fail_after, to_thread
from fastapi import Request
from sqlalchemy import text
from sqlmodel import Session

from service.database.migrating import newest
from service.documents import Answer
from service.problems import Problem
from service.protection.keyring import keyring_of
from service.state import Running, Service
from service.work.actions import Worker

LEAST_FREE = 256 << 20
"""Bytes of the disk on which the data folder lies."""
WITHIN = 5.0
"""Seconds for all that is looked at."""
KEPT = 1.0
"""Seconds for which an answer holds: whoever asks often does not make the database write as often."""
_PROBE = b"ready?"


class Alive(Answer):
    status: str


class Ready(Answer):
    status: str


def healthz() -> Alive:
    """The process runs."""
    return Alive(status="ok")


async def readyz(request: Request, service: Running) -> Ready:
    """It can take applications. 503 names what is in the way: `database`, `schema`, `rules`, `keys`, `disk`, `worker`."""
    state = request.app.state
    if time.monotonic() >= getattr(state, "ready_until", 0.0):
        state.in_the_way = await _looked(service, getattr(state, "worker", None), state)
        state.ready_until = time.monotonic() + KEPT
    if state.in_the_way:
        raise Problem("not-ready", not_ready=state.in_the_way)
    return Ready(status="ready")


async def _looked(service: Service, worker: Worker | None, state: Any) -> list[str]:
    if not hasattr(state, "readiness"):
        state.readiness = CapacityLimiter(2)  # a database that hangs takes no more threads than these
    try:
        with fail_after(WITHIN):
            return await to_thread.run_sync(
                in_the_way, service, worker, abandon_on_cancel=True, limiter=state.readiness
            )
    except TimeoutError:
        return ["database"]


def in_the_way(service: Service, worker: Worker | None = None) -> list[str]:
    """What keeps it from working, by name; nothing if it is ready."""
    looks: dict[str, Callable[[], bool]] = {
        "rules": lambda: bool(service.rulesets.current.by_id) or not any(each.ruleset for each in service.catalogue.situations.values()),
        "keys": lambda: _keys_work(service),
        "disk": lambda: shutil.disk_usage(service.data).free >= LEAST_FREE,
        "worker": lambda: worker is None or not worker.stuck,
    }
    return [*_database(service), *(name for name, look in looks.items() if not _holds(look))]


def _database(service: Service) -> list[str]:
    """It takes a write, and has the tables of this version."""
    try:
        found = service.database.write(_rewritten)
    except Exception:
        return ["database"]
    return [] if found == newest() else ["schema"]


def _rewritten(session: Session) -> str | None:
    connection = session.connection()
    connection.execute(text("UPDATE alembic_version SET version_num = version_num"))
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def _keys_work(service: Service) -> bool:
    """What is encrypted opens again, and the record can be signed."""
    keyring = keyring_of(service.database.engines[0].dialect, "readiness")
    opened = keyring.decrypt(keyring.encrypt(_PROBE, "readiness"), "readiness")
    return opened == _PROBE and bool(service.sealer.keys.sign("miaopi-probe", _PROBE))


def _holds(look: Callable[[], bool]) -> bool:
    try:
        return look()
    except Exception:
        return False
