"""A service whose clock a test sets, with the work that is due done when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from service.app import create_app
from service.handlers import handlers
from service.state import Service
from service.work.actions import Worker
from tests.service.conftest import NOW, Client


@dataclass
class MovingClock:
    """`client` calls the service as it is at `now`."""

    now: datetime = NOW

    def at(self, month: int, day: int, year: int = 2026) -> None:
        """Ten in the morning in Shenzhen."""
        self.now = datetime(year, month, day, 2, tzinfo=UTC)


@contextmanager
def moving(service: Service, clock: MovingClock) -> Iterator[tuple[Client, Worker]]:
    moved = replace(service, now=lambda: clock.now)
    yield Client(create_app(moved)), Worker(moved.database, handlers(moved), moved.now)
