"""Bars for a picture that the service draws itself (SVG): how long each is, and where it lies. The figures stand in a table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ROW, LABEL, NUMBER = 30, 26, 44
"""The height of a bar with the space around it, and what stands before and after the longest bar."""
_THICK = 18


@dataclass(frozen=True, slots=True)
class Bar:
    """`label`: before it; `y`, `width`, `height`: in the picture's units; `end`: where its number stands."""

    label: str
    value: int
    y: int
    width: float
    height: int

    @property
    def middle(self) -> float:
        return self.y + self.height / 2

    @property
    def end(self) -> float:
        return LABEL + self.width + 6


@dataclass(frozen=True, slots=True)
class Chart:
    bars: tuple[Bar, ...]
    width: int

    @property
    def height(self) -> int:
        return max(ROW * len(self.bars), ROW)

    @property
    def start(self) -> int:
        return LABEL


def chart(values: Sequence[tuple[str, int]], width: int) -> Chart:
    """Lying bars, in the order given. The longest fills the picture of this width; what is not 0 is seen."""
    most = max((value for _, value in values), default=0) or 1
    room = width - LABEL - NUMBER
    return Chart(tuple(
        Bar(label, value, place * ROW + (ROW - _THICK) // 2, max(round(room * value / most, 1), 2 if value else 0), _THICK)
        for place, (label, value) in enumerate(values)
    ), width)  # fmt: skip
