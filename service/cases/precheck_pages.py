"""Seeing beforehand whether one qualifies, without signing in: nothing is looked up, and nothing is kept.

What the service would look up is asked instead, as far as the person knows it; what is left open stays unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Response

from engine.catalogue import Audience, Situation
from engine.decision.explanation import Line, explain
from engine.decision.problems import Gap, InvalidFacts
from engine.decision.receipt_document import ReceiptDocument
from engine.language.types import Type
from engine.ruleset.model import Evidence, Ruleset
from engine.ruleset.reading import paths_read
from service.cases import actions
from service.cases.attribute_wording import ATTRIBUTES
from service.cases.drawing import Blank, draw_field, faults_of, with_row, without_row
from service.cases.filling import answer
from service.cases.models import Precheck
from service.cases.wording import OUTCOMES, Outcome
from service.client_address import address_of
from service.licences.format import MADE_UP_ISSUER
from service.problems import Problem
from service.state import day_of
from service.web.assets import icon_named
from service.web.forms import Fields, Posted
from service.web.page import Here, Page
from service.web.translation import mark

router = APIRouter(include_in_schema=False)
_STANDS_IN: Mapping[Audience, Mapping[str, str]] = {
    "person": {"kind": "person", "number": "440309197001010006"},
    "organisation": {"kind": "organisation", "number": MADE_UP_ISSUER},
}
"""Nobody: what is said of oneself is evidence only where it is somebody's."""
_OPEN = ("unknown", "looked-at")
_LEFT_OPEN = Outcome("calm", icon_named("clock-hour-4"), mark("申请时查验"))


@router.get("/situations/{situation}/precheck")
def questions(situation: str, page: Here) -> Response:
    return _form(page, *_blank(page, situation), Fields(()))


@router.post("/situations/{situation}/precheck")
def answered(situation: str, page: Here, fields: Posted) -> Response:
    here, blank = _blank(page, situation)
    step, _, what = fields.get("step").partition(":")
    if step == "add":
        return _form(page, here, blank, with_row(fields, what))
    if step == "remove":
        return _form(page, here, blank, without_row(fields, what))
    if step == "edit":
        return _form(page, here, blank, fields)
    page.service.prechecks.count(address_of(page.request))
    drawn = blank.draw(fields, page.lang)
    ruleset = blank.prepared.compiled.ruleset
    applicant = dict(_STANDS_IN[_audience(page, here)])
    given = Precheck(applicant=applicant, form=dict(drawn.answers), evidence=_evidence(ruleset, fields), commitments=drawn.promised)
    try:
        receipt = actions.precheck(page.service, here.id, given)
    except InvalidFacts as invalid:
        return _form(page, here, blank, fields, invalid.gaps)
    told = explain(ReceiptDocument.model_validate(receipt), page.lang, "applicant", ruleset)
    personal = set(_personal(ruleset))
    lines = [replace(each, outcome="open", message=None) if each.outcome in _OPEN or each.condition in personal else each
             for each in told.reasons]  # fmt: skip
    lines.sort(key=lambda each: ("fail", "open").index(each.outcome) if each.outcome in ("fail", "open") else 2)
    return page.show("cases/precheck_answer.html", told=told, lines=lines, outcomes=OUTCOMES | {"open": _LEFT_OPEN},
                     ruleset=ruleset, sent=fields.pairs, **_counted(lines), **_about(page, here))  # fmt: skip


def _blank(page: Page, situation: str) -> tuple[Situation, Blank]:
    here = page.service.situation(situation)
    day = day_of(page.service.now())
    prepared = page.service.ruleset_on(here, day)
    if prepared is None:
        raise Problem("not-found")  # a person decides; there is nothing to check beforehand
    return here, Blank(prepared, here, None, day, {})


def _form(page: Page, situation: Situation, blank: Blank, fields: Fields, gaps: Sequence[Gap] = ()) -> Response:
    drawn = blank.draw(fields, page.lang, gaps)
    asked = tuple(
        replace(draw_field(type_, path, page.text(ATTRIBUTES[key]), fields, faults_of(gaps, page.lang)), optional=True)
        for key, path, type_ in _asked(blank.prepared.compiled.ruleset)
    )  # fmt: skip
    read = set(_read(blank.prepared.compiled.ruleset))
    form = replace(drawn, fields=tuple(
        replace(each, optional=True) for each in drawn.fields if each.decides or tuple(each.path.split(".")) in read
    ))  # fmt: skip
    return page.show("cases/precheck.html", 422 if gaps else 200, {}, form=form, known=asked, **_about(page, situation))


def _asked(ruleset: Ruleset) -> Iterator[tuple[str, str, Type]]:
    """What would be looked up about the applicant, that a condition reads: its key in ATTRIBUTES, its field, its type."""
    read = set(_read(ruleset))
    for name, evidence in ruleset.evidence.items():
        for attribute in evidence.type.attributes.values() if _own(evidence) else ():
            key = f"{evidence.type.id}.{attribute.name}"
            if key in ATTRIBUTES and attribute.shown_to == "applicant" and (name, attribute.name) in read:
                yield key, f"evidence.{name}.{attribute.name}", attribute.type


def _own(evidence: Evidence) -> bool:
    return evidence.of is None and evidence.for_each is None and not evidence.all


def _read(ruleset: Ruleset) -> Iterator[tuple[str, ...]]:
    trees = [each.require.tree for each in ruleset.conditions.values()]
    trees += [each.expression.tree for each in ruleset.definitions.values()]
    trees += [each.value.tree for each in ruleset.grant.values()]
    trees += [each.tree for table in ruleset.tables.values() for each in table.inputs]
    return (tuple(path[:2]) for tree in trees for path in paths_read(tree))


def _evidence(ruleset: Ruleset, fields: Fields) -> dict[str, Any]:
    found: dict[str, dict[str, Any]] = {}
    for _, path, type_ in _asked(ruleset):
        _, name, attribute = path.split(".")
        if (value := answer(type_, path, fields)) is not None:
            found.setdefault(name, {})[attribute] = value
    return found


def _audience(page: Page, situation: Situation) -> Audience:
    return page.service.catalogue.matters[situation.matter].audience[0]


def _personal(ruleset: Ruleset) -> Iterator[str]:
    """The conditions that ask who applies, whom nobody has named here, or about a case, which there is none of yet."""
    for name, condition in ruleset.conditions.items():
        if any(path[0] in ("applicant", "case") for path in paths_read(condition.require.tree)):
            yield name


def _counted(lines: Sequence[Line]) -> Mapping[str, int]:
    return {
        "failed": sum(each.outcome == "fail" for each in lines), "open": sum(each.outcome == "open" for each in lines),
        "met": sum(each.outcome not in ("fail", "open") for each in lines),
    }  # fmt: skip


def _about(page: Page, situation: Situation) -> dict[str, Any]:
    return {"situation": situation, "matter": page.service.catalogue.matters[situation.matter]}
