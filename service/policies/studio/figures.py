"""The figures of versions as bars of a drawing, to be written as SVG with a table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.policies.models import Figures

WIDTH, STEP = 420, 50
"""Of the drawing, in its own units: a bar each `STEP`, the longest of them `WIDTH` less the room for its rate."""
_RIGHT = 60
_MOST = 12  # versions drawn, the newest


@dataclass(frozen=True, slots=True)
class Bar:
    """One version: what was decided at once, then what went to people. Lengths and places in the drawing's units."""

    label: str
    figures: Figures
    top: int
    instant: float
    review: float


def bars(versions: Sequence[tuple[str, Figures]]) -> list[Bar]:
    """The newest first. A version that decided little has a short bar: its rate says little."""
    shown = list(reversed(versions))[:_MOST]
    most = max((figures.decisions for _, figures in shown), default=0)
    room = (WIDTH - _RIGHT) / most if most else 0
    return [
        Bar(label, figures, place * STEP, round(figures.instant * room, 1), round((figures.decisions - figures.instant) * room, 1))
        for place, (label, figures) in enumerate(shown)
    ]
