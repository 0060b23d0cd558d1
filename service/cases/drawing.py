"""How a page draws the form of a situation: which fields, of what kind, filled with what, from where, and what is wrong with each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from engine.catalogue import Situation
from engine.decision.problems import Gap, Language
from engine.language.types import (
    Boolean,
    Date,
    Integer,
    ListType,
    Money,
    Number,
    OneOf,
    Phone,
    Record,
    ResidentId,
    Type,
    Uscc,
)
from engine.ruleset.model import FormFact
from engine.ruleset.reading import paths_read
from service.accounts.actions import Caller
from service.cases.filling import filled, is_choice_of_several, rows, sent_as
from service.cases.wording import field_label
from service.rulesets import Prepared
from service.web.forms import Fields
from service.web.page import said
from service.web.translation import mark

_ROW = re.compile(r"form\.\w+\[(\d+)\](?:\.(\w+))?")
_ENTRY = mark("第 %(number)s 项")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a prefilled value is from. `issued_on`: an ISO 8601 day, where known."""

    title: str
    issued_on: str | None


@dataclass(frozen=True, slots=True)
class Drawn:
    """A field. `kind`: boolean, choice, several, date, money, number, integer, phone, identity, credit-code, text, rows.

    `value`: as it was typed; `values`: the boxes ticked. `decides`: other fields are asked by it. `rows`: of a list, each its fields.
    """

    path: str
    label: str
    kind: str
    optional: bool = False
    value: str = ""
    values: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    decides: bool = False
    sources: tuple[Source, ...] = ()
    faults: tuple[str, ...] = ()
    rows: tuple[tuple[Drawn, ...], ...] = ()
    most: int | None = None
    least: int = 0

    @property
    def id(self) -> str:
        """In the page; the summary of what is wrong leads to it."""
        return self.path.replace("[", "-").replace("]", "").replace(".", "-")


@dataclass(frozen=True, slots=True)
class DrawnForm:
    """`answers`: the JSON of what is filled in. `commitments`: id, label, and whether it is promised.

    `faults`: every gap, with the id of its field in the page.
    """

    fields: tuple[Drawn, ...]
    answers: Mapping[str, Any]
    commitments: tuple[tuple[str, str, bool], ...] = ()
    faults: tuple[tuple[str, str], ...] = ()
    sent: tuple[tuple[str, str], ...] = field(default=())

    @property
    def adapts(self) -> bool:
        """Whether an answer changes what is asked."""
        return any(each.decides for each in self.fields)

    @property
    def promised(self) -> list[str]:
        return [id_ for id_, _, promised in self.commitments if promised]


@dataclass(frozen=True, slots=True)
class Blank:
    """The form of a situation before anybody fills it. `known`: what the service prefills, by name, as `form_of` gives it."""

    prepared: Prepared
    situation: Situation
    caller: Caller | None
    day: date
    known: Mapping[str, Any]

    def first(self) -> Fields:
        """What the form is opened with."""
        form = self.prepared.compiled.ruleset.form
        values = {name: each["x-prefilled"]["value"] for name, each in self.known.items() if "x-prefilled" in each}
        return Fields(tuple(pair for name, value in values.items() for pair in sent_as(form[name].type, f"form.{name}", value)))

    def draw(self, fields: Fields, lang: Language, gaps: Sequence[Gap] = ()) -> DrawnForm:
        """The fields that are asked as things stand."""
        compiled = self.prepared.compiled
        form = compiled.ruleset.form
        answers = filled(form, fields)
        asked = compiled.intake.asked(self.facts(answers, []), self.day)
        deciding = {
            path[1]
            for fact in form.values() if fact.asked_when is not None
            for path in paths_read(fact.asked_when.tree) if path[0] == "form"
        }  # fmt: skip
        faults = faults_of(gaps, lang)
        drawn = [
            replace(self._draw(fact, fields, faults), decides=name in deciding) for name, fact in form.items() if name in asked
        ]
        promised = set(fields.all("commitment"))
        return DrawnForm(
            fields=tuple(drawn),
            answers={name: value for name, value in answers.items() if name in asked},
            commitments=tuple(
                (each.id, each.label, each.id in promised) for each in compiled.conditions if each.commitment is not None
            ),
            faults=tuple((gap.path.replace("[", "-").replace("]", "").replace(".", "-"), told(gap, lang)) for gap in gaps),
            sent=tuple(
                pair for name, value in answers.items() if name in asked
                for pair in sent_as(form[name].type, f"form.{name}", value)
            ),
        )  # fmt: skip

    def facts(self, answers: Mapping[str, Any], commitments: list[str]) -> dict[str, Any]:
        """As the rules read them, before any evidence."""
        applicant = {"applicant": dict(self.caller.as_applicant)} if self.caller else {}
        return {**applicant, "applied_on": self.day.isoformat(), "case": {"situation": self.situation.id},
                "commitments": commitments, "form": dict(answers)}  # fmt: skip

    def _draw(self, fact: FormFact, fields: Fields, faults: Mapping[str, list[str]]) -> Drawn:
        path = f"form.{fact.name}"
        drawn = draw_field(fact.type, path, fact.label, fields, faults)
        known = self.known.get(fact.name, {}).get("x-prefilled")
        prefilled = known is not None and fields.get(path) == dict(sent_as(fact.type, path, known["value"])).get(path)
        sources = tuple(Source(each["title"], each["issued_on"]) for each in known["sources"]) if known and prefilled else ()
        least = fact.at_least or 0
        return replace(
            drawn, optional=fact.optional or fact.default is not None, sources=sources, most=fact.at_most, least=least,
            rows=drawn.rows or ((_row(fact.type, path, 0, fields, faults),) if drawn.kind == "rows" and least else ()),
        )  # fmt: skip


def faults_of(gaps: Sequence[Gap], lang: Language) -> Mapping[str, list[str]]:
    """What is wrong, by the path of the field."""
    faults: dict[str, list[str]] = {}
    for gap in gaps:
        faults.setdefault(gap.path, []).append(told(gap, lang))
    return faults


def told(gap: Gap, lang: Language) -> str:
    """What is wrong, as a sentence, with the field called as the page calls it."""
    text = replace(gap, label=said(gap.label, lang) or _in_a_row(gap.path, lang)).message(lang)
    return text[:1].upper() + text[1:]


def _in_a_row(path: str, lang: Language) -> str:
    """What a page calls a field of a list, whose path is `form.<list>[<row>].<field>`; the path where it is of something else."""
    found = _ROW.fullmatch(path)
    if found is None:
        return path
    row = said(_ENTRY, lang) % {"number": int(found[1]) + 1}
    return f"{row} · {said(field_label(found[2]), lang)}" if found[2] else row


def draw_field(type_: Type, path: str, label: str, fields: Fields, faults: Mapping[str, list[str]]) -> Drawn:
    drawn = Drawn(path, label, _kind(type_), value=fields.get(path), faults=tuple(faults.get(path, ())))
    if is_choice_of_several(type_):
        assert isinstance(type_, ListType)
        assert isinstance(type_.element, OneOf)
        return replace(drawn, choices=type_.element.values, values=tuple(fields.all(path)))
    if isinstance(type_, OneOf):
        return replace(drawn, choices=type_.values)
    if isinstance(type_, ListType):
        return replace(drawn, rows=tuple(_row(type_, path, row, fields, faults) for row in rows(path, fields)))
    return drawn


def _row(type_: Type, path: str, row: int, fields: Fields, faults: Mapping[str, list[str]]) -> tuple[Drawn, ...]:
    assert isinstance(type_, ListType)
    here = f"{path}[{row}]"
    if isinstance(type_.element, Record):
        return tuple(
            draw_field(each, f"{here}.{name}", field_label(name), fields, faults) for name, each in type_.element.fields
        )
    return (draw_field(type_.element, here, "", fields, faults),)


def _kind(type_: Type) -> str:
    if is_choice_of_several(type_):
        return "several"
    match type_:
        case Boolean():
            return "boolean"
        case OneOf():
            return "choice"
        case Date():
            return "date"
        case Money():
            return "money"
        case Integer():
            return "integer"
        case Number():
            return "number"
        case Phone():
            return "phone"
        case ResidentId():
            return "identity"
        case Uscc():
            return "credit-code"
        case ListType():
            return "rows"
    return "text"


def with_row(fields: Fields, path: str) -> Fields:
    """One more empty row at the end of a list."""
    there = rows(path, fields)
    row = there[-1] + 1 if there else 0
    return Fields((*fields.pairs, (f"{path}[{row}]", "")))


def without_row(fields: Fields, here: str) -> Fields:
    """Without the row `form.employees[1]`."""
    return Fields(tuple(pair for pair in fields.pairs if pair[0] != here and not pair[0].startswith(f"{here}.")))
