"""How a latency is taken: each call by itself, the median of a pass, and passes of all contestants in turn."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from time import perf_counter_ns
from typing import Any


@dataclass(frozen=True, slots=True)
class Pass:
    """One call for each input. `median` and `slow` (the 99th percentile) in microseconds; `answers` if they were kept."""

    median: float
    slow: float
    answers: Sequence[Any]


def timed(function: Callable[[Any], Any], inputs: Iterable[Any], keep: bool = False) -> Pass:
    """`keep` holds on to the answers; else none outlives its call, as in a service."""
    times, answers = [], []
    for each in inputs:
        started = perf_counter_ns()
        answer = function(each)
        times.append(perf_counter_ns() - started)
        if keep:
            answers.append(answer)
    times.sort()
    return Pass(statistics.median(times) / 1e3, times[len(times) * 99 // 100] / 1e3, answers)
