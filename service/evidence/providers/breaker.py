"""A circuit breaker: a source that failed several times in a row is left alone for a while, then tried by one question.

Why it is not a library's: docs/decisions/0010-fetching-evidence.md.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class CircuitOpen(Exception):
    """The source is being left alone."""


class CircuitBreaker:
    """Opens after `failures` of the kinds given in a row, for `rest` seconds. Used on one event loop alone."""

    def __init__(self, failures: int, rest: float, kinds: tuple[type[Exception], ...]) -> None:
        self._most = failures
        self._rest = rest
        self._kinds = kinds
        self._failures = 0
        self._open_until = 0.0
        self._trying = False

    @contextmanager
    def guarding(self) -> Iterator[None]:
        """Around one question. Raises `CircuitOpen` instead of letting it be asked."""
        trial = self._failures >= self._most
        if trial and (self._trying or time.monotonic() < self._open_until):
            raise CircuitOpen
        self._trying = trial
        try:
            yield
            self._failures = 0
        except self._kinds:
            self._failures += 1
            self._open_until = time.monotonic() + self._rest
            raise
        finally:
            if trial:
                self._trying = False
