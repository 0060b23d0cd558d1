"""Takes in the facts of an application: JSON to typed facts, or every gap at once. Nothing is decided here.

A form fact of the wrong type is a gap, for the applicant can put it right. Evidence of the wrong type is unknown, for another
department's mistake never decides a case. What was taken in is kept as a document, from which the decision can be replayed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from graphlib import TopologicalSorter
from typing import Any

from engine.decision.compiler import Function, Log, compile_answer
from engine.decision.evidence import Answer, Judge
from engine.decision.judging import Judged
from engine.decision.problems import Gap, InvalidFacts
from engine.decision.strict_json import canonical, jsonable
from engine.decision.typing import Reader, Unchecked, WrongType, read_date, reader
from engine.language.nearest import nearest
from engine.language.texts import compile_pattern, fold, matches
from engine.language.tree import Field, Name
from engine.language.types import NUMBER, RESIDENT_ID, USCC
from engine.ruleset.checking import Checked
from engine.ruleset.model import FormFact
from engine.ruleset.reading import paths_read

SECTIONS = ("applicant", "applied_on", "case", "commitments", "evidence", "form", "judged", "materials")
MATERIAL_SOURCES = ("licence", "check", "upload", "earlier", "commitment")


@dataclass(frozen=True, slots=True)
class Facts:
    """Typed facts of one application on one day. `values` has every declared fact that is not evidence, by path."""

    today: date
    values: Mapping[str, Any]
    answers: Mapping[str, Answer]
    commitments: frozenset[str]
    document: bytes  # canonical JSON: as given, without what the ruleset does not declare
    log: tuple[tuple[str, str], ...]  # diagnostics
    judged: Judged  # by a person


class Intake:
    """Reads facts for one ruleset."""

    def __init__(self, checked: Checked, judges: Mapping[str, Judge]) -> None:
        self.ruleset = checked.ruleset
        self.judges = judges
        self.fields = [_FormField(checked, self.ruleset.form[name]) for name in _asking_order(checked)]
        self.unknown = {f"form.{name}": None for name in self.ruleset.form}
        self.materials = frozenset(_material_paths(checked))

    def read(self, given: Any, today: date) -> Facts:
        """Typed facts for a decision on `today`. Raises `InvalidFacts` with every gap.

        Typed from the very document that the receipt keeps, so that a replay reads what was read.
        """
        return self._facts(_Reading(jsonable(given), today))

    def read_partly(self, given: Any, today: date) -> Facts:
        """The same for a form that need not be complete: what is missing is unknown. Raises `InvalidFacts` for what is wrong."""
        reading = _Reading(jsonable(given), today)
        reading.complete = False
        return self._facts(reading)

    def _facts(self, reading: _Reading) -> Facts:
        sections = reading.sections()
        self._applicant(reading, sections.get("applicant"))
        self._case(reading, sections.get("case"))
        self._day(reading, sections.get("applied_on"))
        self._materials(reading, sections.get("materials"))
        self._form(reading, sections.get("form"))
        answers = self._evidence(reading, sections.get("evidence"))
        commitments = reading.texts("commitments", sections.get("commitments"))
        judged = self._judged(reading, sections.get("judged"))
        if reading.gaps:
            raise InvalidFacts(sorted(reading.gaps, key=lambda gap: self._place(gap.path)))
        return Facts(
            reading.today, reading.values, answers, frozenset(commitments), canonical(reading.document), tuple(reading.log),
            judged,
        )

    def asked(self, given: Any, today: date) -> frozenset[str]:
        """The facts of the form that are asked as things stand, however much of it is still missing or wrong."""
        reading = _Reading(jsonable(given), today)
        sections = reading.sections()
        self._applicant(reading, sections.get("applicant"))
        self._case(reading, sections.get("case"))
        self._day(reading, sections.get("applied_on"))
        self._materials(reading, sections.get("materials"))
        self._form(reading, sections.get("form"))
        return frozenset(reading.asked)

    def _place(self, path: str) -> int:
        """Gaps in the order of the form, whatever order the facts had to be read in."""
        names = [f"form.{name}" for name in self.ruleset.form]
        return next((place for place, name in enumerate(names) if path == name or path.startswith((name + "[", name + "."))),
                    -1)

    def _applicant(self, reading: _Reading, given: Any) -> None:
        applicant = reading.object("applicant", given, ("agent_number", "kind", "name", "number"))
        kind = "person" if applicant.get("kind") is None else applicant["kind"]
        if kind not in ("person", "organisation"):
            reading.gap("applicant.kind", "not-choice", choices="person、organisation")
        name = applicant.get("name")
        if name is not None and not isinstance(name, str):
            reading.gap("applicant.name", "not-text")
        agent = applicant.get("agent_number") if kind == "organisation" else None
        reading.values |= {
            "applicant.kind": kind,
            "applicant.name": fold(name) if isinstance(name, str) else None,
            "applicant.number": reading.number("applicant.number", applicant.get("number"), kind),
            "applicant.agent_number": reading.number("applicant.agent_number", agent, "person"),
        }

    def _case(self, reading: _Reading, given: Any) -> None:
        case = reading.object("case", given, ("draw", "number", "situation"))
        for name in ("number", "situation"):
            value = case.get(name)
            if value is not None and not isinstance(value, str):
                reading.gap(f"case.{name}", "not-text")
            reading.values[f"case.{name}"] = fold(value) if isinstance(value, str) else None
        draw = case.get("draw")
        if draw is not None:
            try:
                draw = reader(NUMBER)(draw)
            except WrongType:
                draw = -1
            if not 0 <= draw < 100:
                reading.gap("case.draw", "draw-range")
        reading.values["case.draw"] = draw

    def _day(self, reading: _Reading, given: Any) -> None:
        applied_on = reading.today
        if given is not None:
            reading.document["applied_on"] = given
            try:
                applied_on = read_date(given)
            except WrongType as wrong:
                reading.gap("applied_on", wrong.wrongs[0].code)
        if applied_on > reading.today:
            reading.gap("applied_on", "after-today")
        reading.values["applied_on"] = applied_on

    def _materials(self, reading: _Reading, given: Any) -> None:
        materials = reading.object("materials", given, None)
        for path in self.materials:
            reading.values[path] = None
        seen: set[str] = set()
        for name, each in materials.items():
            path = f"materials.{name}"
            material = reading.object(path, each, ("by", "met"), keep=False)
            met, by = material.get("met"), material.get("by")
            if met is not None and not isinstance(met, bool):
                reading.gap(f"{path}.met", "not-boolean")
            if by is not None and by not in MATERIAL_SOURCES:
                reading.gap(f"{path}.by", "not-choice", choices="、".join(MATERIAL_SOURCES))
            key = f"material.{name.replace('-', '_')}"
            if f"{key}.met" in seen:
                reading.gap(path, "material-twice", name=name)
            seen |= {f"{key}.met"}
            reading.values |= {f"{key}.met": met, f"{key}.by": by}

    def _form(self, reading: _Reading, given: Any) -> None:
        form = reading.object("form", given, tuple(self.ruleset.form))
        reading.values |= self.unknown
        kept: dict[str, Any] = {}
        for field in self.fields:
            name = field.fact.name
            value = form.get(name)
            asked = field.asked_when(reading.values, reading.log) if field.asked_when else True
            if asked is False:
                continue
            if asked:
                reading.asked.add(name)
            if value is None or (isinstance(value, str) and not value.strip()):
                if field.fact.default is not None:
                    reading.values[field.path] = field.fact.default
                elif asked and not field.fact.optional and reading.complete:
                    reading.gap(field.path, "missing", field.fact.label)
                continue
            kept[name] = value
            reading.values[field.path] = field.read(value, reading)
        reading.document["form"] = {name: kept[name] for name in self.ruleset.form if name in kept}

    def _judged(self, reading: _Reading, given: Any) -> Judged:
        known = (*self.ruleset.conditions, *(each.id for each in self.ruleset.conclusions))
        judged = reading.object("judged", given, known)
        for name, outcome in judged.items():
            if outcome not in ("pass", "fail"):
                reading.gap(f"judged.{name}", "not-choice", choices="pass、fail")
        return judged

    def _evidence(self, reading: _Reading, given: Any) -> dict[str, Answer]:
        answers = reading.object("evidence", given, tuple(self.judges))
        readers = {name: self.judges[name].reader for name in answers if name in self.judges}
        reading.document["evidence"] = {name: readers[name].document(answers[name]) for name in readers}
        return {name: each.read(answers[name]) for name, each in readers.items()}


class _FormField:
    """One fact of the form, compiled."""

    def __init__(self, checked: Checked, fact: FormFact) -> None:
        self.fact = fact
        self.path = f"form.{fact.name}"
        self.reader: Reader = reader(fact.type)
        self.pattern = compile_pattern(fact.pattern) if fact.pattern is not None else None
        asked_when = fact.asked_when
        self.asked_when: Function | None = (
            compile_answer(checked, self.path, asked_when.tree) if asked_when is not None else None
        )

    def read(self, value: Any, reading: _Reading) -> Any:
        try:
            typed = self.reader(value)
        except WrongType as wrong:
            for each in wrong.wrongs:
                reading.gap(self.path + each.path, each.code, self.fact.label if not each.path else "", **each.params)
            return None
        except Unchecked:
            reading.log.append((self.path, "check-character"))
            return None
        if self.pattern is not None and not matches(self.pattern, typed):
            reading.gap(self.path, "pattern", self.fact.label)
        if isinstance(typed, tuple):
            if len(typed) < (self.fact.at_least or 0):
                reading.gap(self.path, "too-few", self.fact.label, limit=str(self.fact.at_least))
            if self.fact.at_most is not None and len(typed) > self.fact.at_most:
                reading.gap(self.path, "too-many", self.fact.label, limit=str(self.fact.at_most))
        return typed


class _Reading:
    """What has been read of one document so far."""

    def __init__(self, given: Any, today: date) -> None:
        self.given = given
        self.today = today
        self.values: dict[str, Any] = {"today": today}
        self.document: dict[str, Any] = {}
        self.gaps: list[Gap] = []
        self.asked: set[str] = set()
        self.complete = True
        self.log: Log = []

    def gap(self, path: str, code: str, label: str = "", **params: str) -> None:
        self.gaps.append(Gap(path, code, label, params))

    def sections(self) -> Mapping[str, Any]:
        if not isinstance(self.given, dict):
            self.gap("", "not-object", "facts")
            return {}
        self.unknown_names("", self.given, SECTIONS)
        return self.given

    def object(self, path: str, given: Any, known: tuple[str, ...] | None, keep: bool = True) -> Mapping[str, Any]:
        if given is None:
            return {}
        if not isinstance(given, dict):
            self.gap(path, "not-object")
            return {}
        if known is not None:
            self.unknown_names(f"{path}.", given, known)
        if keep:
            self.document[path] = given
        return given

    def unknown_names(self, prefix: str, given: Mapping[str, Any], known: tuple[str, ...]) -> None:
        for name in given:
            if name not in known:
                near = nearest(name, known)
                code = "unknown-fact-near" if near else "unknown-fact"
                self.gap(prefix + name, code, "", name=name, near=near or "")

    def number(self, path: str, given: Any, kind: Any) -> str | None:
        """A number that came from the login: one that cannot be read is unknown, and leaves its evidence unknown."""
        if given is None:
            return None
        try:
            found: str = reader(USCC if kind == "organisation" else RESIDENT_ID)(given)
            return found
        except (WrongType, Unchecked):
            self.log.append((path, "check-character"))
            return None

    def texts(self, path: str, given: Any) -> list[str]:
        if given is None:
            return []
        if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
            self.gap(path, "not-list")
            return []
        self.document[path] = given
        return given


def _asking_order(checked: Checked) -> list[str]:
    """Facts of the form, each after those that decide whether it is asked."""
    graph: dict[str, set[str]] = {}
    for name, fact in checked.ruleset.form.items():
        paths = paths_read(fact.asked_when.tree) if fact.asked_when is not None else ()
        graph[name] = {path[1] for path in paths if path[0] == "form"}
    return list(TopologicalSorter(graph).static_order())


def _material_paths(checked: Checked) -> Iterator[str]:
    """`material.<id>.met` and `.by` wherever the ruleset reads them."""
    for node in checked.types:
        match node:
            case Field(base=Field(base=Name(name="material"), name=id_), name=name):
                yield f"material.{id_}.{name}"
