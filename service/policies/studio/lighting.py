"""The lines of a ruleset's text beside which conditions light up: where each stands, and how it came out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.ruleset.findings import Refused
from service.policies.studio.yaml_text import composed, end_of, entry, keys


@dataclass(frozen=True, slots=True)
class Lit:
    """A condition of the text. Lines count from 1; `last` is the last that belongs to it."""

    condition: str
    label: str
    outcome: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class LitLine:
    """`begins`: a condition begins here; `outcome`: of the condition the line belongs to."""

    number: int
    text: str
    outcome: str | None
    begins: Lit | None


def lit(text: str, reasons: Sequence[Mapping[str, Any]]) -> list[Lit]:
    """The conditions that stand in the text itself, in its order; those of fragments do not."""
    told = {each["condition"]: each for each in reasons}
    return [Lit(name, told[name]["label"], told[name]["outcome"], *place) for name, place in _places(text).items() if name in told]


def lit_lines(text: str, found: Sequence[Lit]) -> list[LitLine]:
    """From the line `conditions:` on to the end of the last condition."""
    if not found:
        return []
    lines = text.splitlines()
    begins = {each.first: each for each in found}
    belongs = {line: each.outcome for each in found for line in range(each.first, each.last + 1)}
    return [LitLine(number, lines[number - 1], belongs.get(number), begins.get(number))
            for number in range(found[0].first, found[-1].last + 1)]  # fmt: skip


def _places(text: str) -> dict[str, tuple[int, int]]:
    try:
        root = composed(text)
    except Refused:
        return {}
    return {
        str(key.value): (key.start_mark.line + 1, text.count("\n", 0, max(end_of(node) - 1, 0)) + 1)
        for key, node in keys(entry(root, "conditions"))
    }
