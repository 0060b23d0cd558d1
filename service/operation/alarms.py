"""What the engine and the decisions have to tell operators: alarms, and counts of what was decided."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from prometheus_client import Counter

_logger = logging.getLogger(__name__)
_alarms = Counter("miaopi_engine_alarms", "The inference engine did not conclude as the plain fold does, or failed", ["code"])
_decisions = Counter("miaopi_decisions", "Decisions that were kept, by ruleset and conclusion", ["ruleset", "conclusion"])
_causes = Counter("miaopi_review_causes", "Why a decision was left to a person", ["ruleset", "cause"])
_NONE = "none"


def engine_alarm(code: str) -> None:
    """For `compile_ruleset`. The case itself goes to a person."""
    _logger.error("ALARM the inference engine did not conclude as the fold does: %s", code)
    _alarms.labels(code).inc()


def count_decision(ruleset: str | None, conclusion: str, causes: Iterable[str]) -> None:
    """`ruleset`: as a receipt refers to it; None where there is none. Causes are names that the ruleset declares, so they are few."""
    named = ruleset or _NONE
    _decisions.labels(named, conclusion).inc()
    for cause in causes if conclusion == "review" else ():
        _causes.labels(named, cause).inc()
