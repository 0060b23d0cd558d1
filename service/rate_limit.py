"""A limit on how often one client may call: so many calls in a fixed window, counted in this process."""

from __future__ import annotations

import time
from collections import Counter
from threading import Lock

from service.problems import Problem


class FixedWindow:
    """`limit` calls a client in each window of `seconds`. Only the current window is kept."""

    def __init__(self, limit: int, seconds: int) -> None:
        self.limit = limit
        self.seconds = seconds
        self._window = -1
        self._calls: Counter[str] = Counter()
        self._lock = Lock()

    def count(self, client: str) -> None:
        """Raises `Problem` with `Retry-After` where the client has used its calls up."""
        now = time.monotonic()
        with self._lock:
            window = int(now // self.seconds)
            if window != self._window:
                self._window = window
                self._calls.clear()
            self._calls[client] += 1
            over = self._calls[client] > self.limit
        if over:
            wait = int((window + 1) * self.seconds - now) + 1
            raise Problem("too-many-requests", {"Retry-After": str(wait)})
