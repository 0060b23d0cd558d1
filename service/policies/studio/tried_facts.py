"""The facts that a draft is tried on: drawn as fields that begin with those of a case, and read back from the form."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from engine.assurance.case_facts import issued_before
from engine.assurance.cases import Case
from engine.decision.strict_json import BadJSON, read_json
from engine.language.types import BOOLEAN, DATE, TEXT, Type
from engine.ruleset.model import Evidence, Ruleset
from engine.ruleset.reading import paths_read
from service.cases.attribute_names import attribute_label
from service.cases.drawing import Drawn, draw_field
from service.cases.filling import answer, filled, sent_as
from service.policies.studio.written_cases import typed
from service.web.forms import Fields
from service.web.translation import mark

STATES: Mapping[str, str] = {
    "usable": mark("有效"),
    "none": mark("没有"),
    "unavailable": mark("没有回应"),
    "expired": mark("已过期"),
    "suspended": mark("已暂停"),
    "revoked": mark("已撤销"),
    "cancelled": mark("已注销"),
}
"""How evidence stands; an attribute is given for all but those that have none."""
_BARE = ("none", "unavailable")
_ABOUT: Mapping[str, Type] = {"status": TEXT, "holder": TEXT, "issued_on": DATE, "valid_until": DATE, "signature_valid": BOOLEAN}


@dataclass(frozen=True, slots=True)
class DrawnEvidence:
    """`whole`: the JSON of what is a list, to be changed as such. Of anything else `fields` are the attributes that the ruleset
    reads, `more` the others.
    """

    name: str
    title: str
    state: str
    fields: tuple[Drawn, ...]
    more: tuple[Drawn, ...]
    whole: str | None


@dataclass(frozen=True, slots=True)
class Facts:
    """`base`: the case that is begun with; None where there is none."""

    ruleset: Ruleset
    base: Case | None

    def first(self) -> Fields:
        """The fields as the case has them."""
        return Fields(tuple(self._first()))

    def _first(self) -> Iterator[tuple[str, str]]:
        given: Mapping[str, Any] = self.base.facts if self.base else {}
        if self.base:
            yield "on", self.base.on.isoformat()
        for name, value in given.get("applicant", {}).items():
            yield f"applicant.{name}", str(value)
        for name, value in given.get("form", {}).items():
            if name in self.ruleset.form:
                yield from sent_as(self.ruleset.form[name].type, f"form.{name}", value)
        for name, each in self.ruleset.evidence.items():
            answered = given.get("evidence", {}).get(name, "unavailable")
            if _is_list(each):
                yield f"evidence.{name}", answered if isinstance(answered, str) else json.dumps(answered, ensure_ascii=False)
                continue
            yield f"evidence.{name}.state", _state(answered)
            for attribute, type_ in _types(each).items():
                if isinstance(answered, dict):
                    yield from sent_as(type_, f"evidence.{name}.{attribute}", answered.get(attribute))

    def read(self, fields: Fields, day: date) -> dict[str, Any]:
        """As `decide` takes them. What no field shows is as the case has it."""
        given: dict[str, Any] = dict(self.base.facts) if self.base else {}
        applicant = {name: value for name in ("kind", "name", "number", "agent_number")
                     if (value := fields.get(f"applicant.{name}").strip())}  # fmt: skip
        applied_on = min(given.get("applied_on", day.isoformat()), day.isoformat())
        if self.base and self.base.facts["applied_on"] == self.base.on.isoformat():
            applied_on = day.isoformat()
        evidence = {name: issued_before(day, self._answer(name, each, fields)) for name, each in self.ruleset.evidence.items()}
        return {**given, "applicant": applicant, "applied_on": applied_on, "form": filled(self.ruleset.form, fields), "evidence": evidence}

    def _answer(self, name: str, evidence: Evidence, fields: Fields) -> Any:
        if _is_list(evidence):
            return _json(fields.get(f"evidence.{name}").strip())
        state = fields.get(f"evidence.{name}.state")
        if state in _BARE or not state:
            return state or "unavailable"
        before = self.base.facts.get("evidence", {}).get(name) if self.base else None
        before = before if isinstance(before, dict) else {}
        kept = {about: before[about] for about in ("holder", "signature_valid", "issued_on") if about in before}
        if self.base and kept.get("issued_on") == issued_before(self.base.on, {})["issued_on"]:
            del kept["issued_on"]
        found = {attribute: value for attribute, type_ in _types(evidence).items()
                 if (value := answer(type_, f"evidence.{name}.{attribute}", fields)) is not None}  # fmt: skip
        return {**kept, **found, **({} if state == "usable" else {"status": state})}

    def draw_form(self, fields: Fields, faults: Mapping[str, list[str]]) -> list[Drawn]:
        return [
            replace(draw_field(each.type, f"form.{each.name}", each.label, fields, faults), optional=each.optional)
            for each in self.ruleset.form.values()
        ]

    def draw_evidence(self, fields: Fields, faults: Mapping[str, list[str]]) -> Iterator[DrawnEvidence]:
        read = set(attributes_read(self.ruleset))
        for name, each in self.ruleset.evidence.items():
            if _is_list(each):
                yield DrawnEvidence(name, each.type.title, "", (), (), fields.get(f"evidence.{name}"))
                continue
            drawn = {
                attribute: draw_field(type_, f"evidence.{name}.{attribute}", attribute_label(each.type.id, attribute), fields, faults)
                for attribute, type_ in _types(each).items()
            }
            first = tuple(field for attribute, field in drawn.items() if (name, attribute) in read)
            more = tuple(field for attribute, field in drawn.items() if (name, attribute) not in read)
            yield DrawnEvidence(name, each.type.title, fields.get(f"evidence.{name}.state", "unavailable"), first, more, None)

    def as_case(self, facts: Mapping[str, Any], day: date) -> dict[str, Any]:
        """What a case that is like the base has to say of its own, written."""
        base: Mapping[str, Any] = self.base.facts if self.base else {}
        found: dict[str, Any] = {}
        if self.base is None or self.base.on != day:
            found["on"] = day.isoformat()
        if facts["applied_on"] != day.isoformat() and facts["applied_on"] != base.get("applied_on"):
            found["applied_on"] = facts["applied_on"]
        if applicant := _differing(base.get("applicant", {}), facts["applicant"], dict.fromkeys(facts["applicant"], TEXT)):
            found["applicant"] = applicant
        types = {name: each.type for name, each in self.ruleset.form.items()}
        if form := _differing(base.get("form", {}), facts["form"], types):
            found["form"] = form
        there = base.get("evidence", {})
        answers = {name: said for name, each in self.ruleset.evidence.items()
                   if (said := _said(there.get(name, "unavailable"), facts["evidence"][name], each)) is not None}  # fmt: skip
        return {**found, **({"evidence": answers} if answers else {})}


def _said(before: Any, now: Any, evidence: Evidence) -> Any:
    """What differs of evidence; None where nothing does."""
    before, now = _undated(before), _undated(now)
    if before == now:
        return None
    types = {**_types(evidence), **_ABOUT}
    if isinstance(now, dict):
        return _differing(before if isinstance(before, dict) else {}, now, types)
    if isinstance(now, list):
        return [_differing({}, each, types) if isinstance(each, dict) else str(each) for each in now]
    return str(now)


def _undated(answered: Any) -> Any:
    """Without the day before the decision, which every case gives by itself."""
    return {name: value for name, value in answered.items() if name != "issued_on"} if isinstance(answered, dict) else answered


def _differing(before: Mapping[str, Any], now: Mapping[str, Any], types: Mapping[str, Type]) -> dict[str, Any]:
    changed = {name: typed(value, types.get(name, TEXT)) for name, value in now.items() if before.get(name) != value}
    return changed | {name: "null" for name in before if name not in now}


def attributes_read(ruleset: Ruleset) -> Iterator[tuple[str, ...]]:
    """The evidence and attribute of every path that anything in the ruleset reads."""
    trees = [each.require.tree for each in ruleset.conditions.values()]
    trees += [each.expression.tree for each in ruleset.definitions.values()]
    trees += [each.value.tree for each in ruleset.grant.values()]
    trees += [each.tree for table in ruleset.tables.values() for each in table.inputs]
    return (tuple(path[:2]) for tree in trees for path in paths_read(tree))


def _is_list(evidence: Evidence) -> bool:
    return evidence.all or evidence.for_each is not None


def _types(evidence: Evidence) -> dict[str, Type]:
    """Of the attributes, and of what can be given about any licence."""
    return {name: each.type for name, each in evidence.type.attributes.items()} | {"valid_until": DATE}


def _state(answered: Any) -> str:
    if isinstance(answered, dict):
        status = answered.get("status")
        return str(status) if status in STATES else "usable"
    return str(answered) if answered in _BARE else "unavailable"


def _json(text: str) -> Any:
    try:
        return read_json(text.encode()) if text else "unavailable"
    except BadJSON:
        return text
