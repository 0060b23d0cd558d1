"""What is wrong with a file and where: findings, their text in both languages, and the refusal that carries them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Literal

from engine.language import faults
from engine.language.faults import Part
from engine.ruleset.messages import MESSAGES

Severity = Literal["error", "warning"]
Language = Literal["zh", "en"]

_LONGEST_PART = 200  # code points of a part shown in a message


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A character in a file. `line` and `column` count from 1; columns are code points."""

    path: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` names a text in `engine.ruleset.messages` or `engine.language.faults`; `params` are its named parts."""

    place: Place
    code: str
    params: Mapping[str, Part] = field(hash=False)
    severity: Severity = "error"

    def message(self, lang: Language) -> str:
        """One line of text, whatever stands in the file. Raises KeyError for a code or a part the catalogue lacks."""
        zh, en = MESSAGES[self.code] if self.code in MESSAGES else faults.MESSAGES[self.code]
        said, _, offer = (zh if lang == "zh" else en).partition("|")
        text = said + offer if self.params.get("near") else said
        return text.format_map({name: _shown(part, lang) for name, part in self.params.items()})

    def line(self, lang: Language) -> str:
        """`path:line:column: code message`"""
        return f"{self.place.path}:{self.place.line}:{self.place.column}: {self.code} {self.message(lang)}"

    def as_json(self, lang: Language) -> dict[str, str | int]:
        return {
            "path": self.place.path,
            "line": self.place.line,
            "column": self.place.column,
            "code": self.code,
            "message": self.message(lang),
            "severity": self.severity,
        }


class Refused(Exception):
    """The files cannot be used, for at least one reason. `findings` are in order."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = in_order(findings)
        super().__init__(self.findings)

    def __str__(self) -> str:
        return "\n".join(finding.line("zh") for finding in self.findings)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """By path, line and column; findings at one place keep their order."""
    return tuple(sorted(findings, key=lambda finding: finding.place))


def _shown(part: Part, lang: Language) -> str:
    if isinstance(part, tuple):
        return _listed(part, "、" if lang == "zh" else ", ")
    one_line = " ".join(part.split())
    return one_line if len(one_line) <= _LONGEST_PART else one_line[: _LONGEST_PART - 1] + "…"


def _listed(parts: tuple[str, ...], comma: str) -> str:
    """As many as there is room for, each of them whole; the first in any case."""
    lengths = accumulate(len(each) + len(comma) for each in parts)
    room = sum(1 for length in lengths if length <= _LONGEST_PART)
    shown = parts if room == len(parts) else (*parts[: max(room, 1)], "…")
    return comma.join(" ".join(each.split()) for each in shown)
