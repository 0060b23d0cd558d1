"""What an approver may say of a case, as the fields of a form: facts of evidence to settle, and conditions to judge.

    settle.<evidence>.<attribute>  settle.<evidence>[<place>].<attribute>  why.<evidence>  judge.<condition>  why-judged.<condition>

`empty.<path>` says that a list has nothing in it. A field that is left alone settles nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.decision.problems import Gap, Language
from engine.language.types import DATE, ListType, Type
from engine.ruleset.model import Evidence, Ruleset
from engine.ruleset.namespace import STATUSES, is_list
from service.cases.actions import Findings, JudgedCondition, SettledFact
from service.cases.attribute_names import attribute_label
from service.cases.drawing import Drawn, draw_field, faults_of
from service.cases.filling import answer, rows
from service.web.forms import Fields
from service.web.translation import mark

_DATES = ("issued_on", "valid_until")
_ANSWER = mark("查询结果")


@dataclass(frozen=True, slots=True)
class Said:
    """What a form says. `paths`: the field of each settled fact and of each judgement, by the path of its gap."""

    findings: Findings
    paths: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not self.findings.settled and not self.findings.judged

    def faults(self, gaps: list[Gap], lang: Language) -> Mapping[str, list[str]]:
        """What is wrong, by the field's path."""
        return faults_of([replace(each, path=self._field(each.path)) for each in gaps], lang)

    def _field(self, path: str) -> str:
        kind, place, rest = [*path.split(".", 2), ""][:3]
        return self.paths.get(f"{kind}.{place}", path) + rest.removeprefix("value").removeprefix("condition")


@dataclass(frozen=True, slots=True)
class Settling:
    """The fields of one piece of evidence, or of one of a list. `begun`: something is filled in, or wrong."""

    place: int | None
    fields: tuple[Drawn, ...]

    @property
    def begun(self) -> bool:
        return any(each.value or each.values or each.faults or _begun(each.rows) for each in self.fields)


def said_in(ruleset: Ruleset, fields: Fields, reason: str) -> Said:
    """`reason`: of whatever is settled or judged without one of its own."""
    settled: list[SettledFact] = []
    judged: list[JudgedCondition] = []
    paths: dict[str, str] = {}
    for evidence in ruleset.evidence.values():
        why = fields.get(f"why.{evidence.name}").strip() or reason
        for place, path in _places(evidence, fields):
            for attribute, type_ in _types(evidence).items():
                here = f"{path}.{attribute}"
                value = _value(type_, here, fields)
                if value is not None:
                    paths[f"settled.{len(settled)}"] = here
                    settled.append(SettledFact(evidence.name, attribute, value, why, place))
    for name, outcome in fields.below("judge."):
        if outcome in ("pass", "fail"):
            condition = name.removeprefix("judge.")
            paths[f"judged.{len(judged)}"] = name
            why = fields.get(f"why-judged.{condition}").strip() or reason
            judged.append(JudgedCondition(condition, "pass" if outcome == "pass" else "fail", why))
    return Said(Findings(settled, judged), paths)


def settlings(evidence: Evidence, places: int, fields: Fields, faults: Mapping[str, list[str]]) -> tuple[Settling, ...]:
    """`places`: how many there are of a list."""
    if not is_list(evidence):
        return (_settling(evidence, None, f"settle.{evidence.name}", fields, faults),)
    shown = range(max(places + evidence.all, 1))
    return tuple(_settling(evidence, each, f"settle.{evidence.name}[{each}]", fields, faults) for each in shown)


def _settling(
    evidence: Evidence, place: int | None, path: str, fields: Fields, faults: Mapping[str, list[str]]
) -> Settling:
    drawn = [_drawn(evidence, attribute, type_, f"{path}.{attribute}", fields, faults) for attribute, type_ in _types(evidence).items()]
    return Settling(place, tuple(drawn))


def _drawn(
    evidence: Evidence, attribute: str, type_: Type | None, path: str, fields: Fields, faults: Mapping[str, list[str]]
) -> Drawn:
    label = attribute_label(evidence.type.id, attribute)
    if type_ is None:
        licence = evidence.type.kind == "licence"
        label, choices = (label, STATUSES) if licence else (_ANSWER, ("valid", "none"))
        return Drawn(path, label, "status", value=fields.get(path), choices=choices, faults=tuple(faults.get(path, ())))
    drawn = draw_field(type_, path, label, fields, faults)
    if isinstance(type_, ListType) and f"empty.{path}" in fields:
        return replace(drawn, value="empty")
    return drawn


def _types(evidence: Evidence) -> dict[str, Type | None]:
    """What may be settled, in the order it is shown; the status has no type of its own here."""
    own: dict[str, Type | None] = {name: each.type for name, each in evidence.type.attributes.items()}
    dates: dict[str, Type | None] = dict.fromkeys(_DATES, DATE) if evidence.type.kind == "licence" else {}
    return {"status": None, **own, **dates}


def _value(type_: Type | None, path: str, fields: Fields) -> Any:
    if type_ is None:
        return fields.get(path) or None
    if isinstance(type_, ListType) and f"empty.{path}" in fields:
        return []
    return answer(type_, path, fields)


def _places(evidence: Evidence, fields: Fields) -> Iterator[tuple[int | None, str]]:
    path = f"settle.{evidence.name}"
    if not is_list(evidence):
        yield None, path
        return
    yield from ((place, f"{path}[{place}]") for place in rows(path, fields))


def _begun(rows_: tuple[tuple[Drawn, ...], ...]) -> bool:
    return any(part.value or part.values for row in rows_ for part in row)
