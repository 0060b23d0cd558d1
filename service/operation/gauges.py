"""What waits, as it stands in the database: cases by queue, work, and what was given up. Looked up when it is asked for."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from threading import Lock

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from service.cases.actions import open_cases
from service.state import Service, day_of
from service.work.actions import backlog

KEPT = 5.0
"""Seconds for which an answer holds, however many ask."""
_QUEUE = ["department", "queue", "status"]


class Gauges(Collector):
    """Of one service's database."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._lock = Lock()
        self._until = 0.0
        self._found: list[Metric] = []

    def collect(self) -> Iterator[Metric]:
        with self._lock:
            if time.monotonic() >= self._until:
                self._found = list(self._look())
                self._until = time.monotonic() + KEPT
            yield from self._found

    def describe(self) -> Iterator[Metric]:
        """Nothing is looked up to be registered."""
        return iter(())

    def _look(self) -> Iterator[Metric]:
        now = self.service.now()
        with self.service.database.reading() as session:
            cases = open_cases(session, day_of(now))
            work = backlog(session)
        count = GaugeMetricFamily("miaopi_open_cases", "Cases that are not closed", labels=_QUEUE)
        oldest = GaugeMetricFamily("miaopi_open_cases_oldest_seconds", "Since the oldest of them was received", labels=_QUEUE)
        overdue = GaugeMetricFamily("miaopi_open_cases_overdue", "Those whose promised day is over", labels=_QUEUE)
        for each in cases:
            labels = [each.department, each.queue or "", each.status]
            count.add_metric(labels, each.count)
            oldest.add_metric(labels, _age(now, each.oldest))
            overdue.add_metric(labels, each.overdue)
        waiting = GaugeMetricFamily("miaopi_work_waiting", "Work that is not done yet, also what is due later", labels=["kind"])
        late = GaugeMetricFamily("miaopi_work_late_seconds", "Since the work that is longest due was due", labels=["kind"])
        dead = GaugeMetricFamily("miaopi_work_dead", "Work that was given up after many attempts", labels=["kind"])
        for kind in work:
            waiting.add_metric([kind.kind], kind.waiting)
            late.add_metric([kind.kind], 0 if kind.first_due is None else max(0.0, _age(now, kind.first_due)))
            dead.add_metric([kind.kind], kind.dead)
        yield from (count, oldest, overdue, waiting, late, dead)


def _age(now: datetime, then: datetime) -> float:
    return (now - then.astimezone(UTC)).total_seconds()
