"""Alarms about evidence: a line in the log and a counter, for what points at forgery rather than at failure."""

from __future__ import annotations

import logging

from prometheus_client import Counter

_logger = logging.getLogger(__name__)
_alarms = Counter("miaopi_evidence_alarms", "Statements that were not signed as they should be", ["type", "reason"])


def raise_alarm(type_: str, reason: str) -> None:
    """Holds no personal data."""
    _logger.error("ALARM evidence %s: %s", type_, reason)
    _alarms.labels(type_, reason).inc()
