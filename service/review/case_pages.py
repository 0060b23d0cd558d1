"""A case on one page in a browser, and what is done about it there: claiming, settling and judging, deciding, confirming.

Every form carries the version that was shown. Nothing is done twice: whoever sends the same again is shown what came of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from fastapi import APIRouter, Response

from engine.decision.problems import Gap
from engine.ruleset.model import Ruleset
from service.cases import actions as cases
from service.cases.drawing import with_row, without_row
from service.cases.wording import OUTCOMES, UNNAMED
from service.problems import Problem
from service.review import actions, templates
from service.review.case_view import grant_in_words, view_of
from service.review.findings_form import Said, said_in
from service.review.models import Preview, ReviewAnswer, Unveiling
from service.review.queue_pages import next_of
from service.review.refusals import done_already, refusal, seen_version
from service.review.wording import (
    BY,
    LICENCE_STATUSES,
    MATERIAL_STATES,
    MOVES,
    QUEUES,
    RESULTS,
    SOURCE_REASONS,
    STATUSES,
    UNVEILING,
)
from service.state import Service
from service.web.forms import Fields, Posted
from service.web.page import Here, Page
from service.web.translation import mark

router = APIRouter(include_in_schema=False)
LONGEST = 2_000
"""Characters of a reason."""
_DECIDING = ("approve", "reject")
_DONE = {
    "confirm": (mark("决定已确认生效。这是下一件。"), mark("决定已确认生效。")),
    "send-back": (mark("已退回给提出决定的人。这是下一件。"), mark("已退回给提出决定的人。")),
    "decided": (mark("决定已作出。这是下一件。"), mark("决定已作出。")),
    "proposed": (mark("决定已提出，由第二人复核。这是下一件。"), mark("决定已提出，由第二人复核。")),
}
"""What is told once it is done: on the next case, and on the queue where there is none."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page of a case says beside the case. `faults`: by the path of the field; `refused`: why nothing was done, in words.
    `unveil`: why whole identity numbers are shown.
    """

    status: int = 200
    faults: Mapping[str, list[str]] = field(default_factory=dict)
    refused: str | None = None
    unveil: str | None = None


@router.get("/desk/cases/{number}")
def case(number: str, page: Here) -> Response:
    return _show(page, number, Fields(()))


@router.post("/desk/cases/{number}")
def act(number: str, page: Here, fields: Posted) -> Response:
    """`step` says what the approver asked for; without one, or with `edit`, the page is shown as it is filled in."""
    page.person  # noqa: B018 — whoever is not signed in is shown the way, with all they typed
    step, _, what = fields.get("step").partition(":")
    match step:
        case "add":
            return _show(page, number, with_row(fields, what))
        case "remove":
            return _show(page, number, without_row(fields, what))
        case "unveil" if fields.get("unveil") in UNVEILING:
            return _show(page, number, fields, Shown(unveil=fields.get("unveil")))
        case "unveil":
            return _show(page, number, fields, Shown(422, {"unveil": [page.text(mark("请选择为什么要看完整号码。"))]}))
        case "claim" | "release" | "confirm" | "send-back":
            return _move(page, number, fields, step)
        case "approve" | "reject":
            return _decide(page, number, fields, step)
    return _show(page, number, fields)


def _move(page: Page, number: str, fields: Fields, step: str) -> Response:
    service, person, version = page.service, page.person, seen_version(fields)
    reason = fields.get("send-back-reason").strip()
    if step == "send-back" and not 0 < len(reason) <= LONGEST:
        return _show(page, number, fields, Shown(422, {"send-back-reason": [page.text(_WHY_BACK)]}))
    try:
        match step:
            case "claim":
                cases.claim(service, person, number, version)
            case "release":
                cases.release(service, person, number, version)
            case "confirm":
                cases.confirm(service, person, number, version)
            case "send-back":
                cases.send_back(service, person, number, version, reason)
    except Problem as problem:
        if not done_already(page, seen_version(fields), step, problem):
            return _refuse(page, number, fields, problem)
    if step == "claim":
        return page.go(f"/desk/cases/{number}", mark("已领取。"))
    if step == "release":
        return page.go("/desk", mark("已退回队列。"))
    return _on(page, number, step)


def _decide(page: Page, number: str, fields: Fields, step: str) -> Response:
    service, person = page.service, page.person
    ruleset = ruleset_of(service, actions.review(service, person, number))
    chosen, own = [each for each in fields.all("template") if each], fields.get("reason").strip()
    if not (chosen or own) or len(own) > LONGEST:
        text = mark("请选择或者写明决定的理由。") if not own else mark("理由太长了，请不超过2000字。")
        return _show(page, number, fields, Shown(422, {"reason": [page.text(text)]}))
    said: Said | None = None
    conclusion: Literal["approve", "reject"] = "approve" if step == "approve" else "reject"
    try:
        reason = templates.words_of(service, person, chosen, own or None)
        said = said_in(ruleset, fields, reason) if ruleset else Said(cases.Findings())
        word = cases.Word(conclusion, reason, said.findings, fields.get("clause").strip() or None)
        cases.decide_by_person(service, person, number, seen_version(fields), word)
    except Problem as problem:
        if not done_already(page, seen_version(fields), step, problem):
            return _refuse(page, number, fields, problem, said)
    return _on(page, number, "decided" if actions.taken(service, number).status not in cases.REVIEWED else "proposed")


def _on(page: Page, number: str, done: str) -> Response:
    """To the next case, or back to the queue where there is none."""
    following = next_of(page, number)
    with_next, last = _DONE[done]
    return page.go(f"/desk/cases/{following}", with_next) if following else page.go("/desk", last)


def _refuse(page: Page, number: str, fields: Fields, problem: Problem, said: Said | None = None) -> Response:
    """The case as it is now, with everything that was filled in, and why nothing was done. Raises `Problem` where it is out of reach."""
    faults: Mapping[str, list[str]] = {}
    if problem.code == "clause-missing":
        faults = {"clause": [page.text(mark("请写明不予批准依据的条款。"))]}
    elif problem.code == "invalid-request" and said is not None:
        faults = said.faults(_gaps(problem), page.lang)
    refused = None if faults else refusal(page, problem)
    return _show(page, number, fields, Shown(problem.status_code, faults, refused))


def _show(page: Page, number: str, fields: Fields, shown: Shown | None = None) -> Response:
    service, person = page.service, page.person
    shown = shown or Shown()
    if shown.unveil:
        case = actions.unveil(service, person, number, Unveiling.model_validate({"reason": shown.unveil}))
    else:
        case = actions.review(service, person, number)
    ruleset = ruleset_of(service, case)
    deciding = case.mine and case.status in cases.REVIEWED and case.proposal is None and case.procedure_since is None
    preview, faults = _preview(page, case, ruleset, fields) if deciding else (None, {})
    faults = {**faults, **shown.faults}
    situation = service.catalogue.situations.get(case.situation)
    context: dict[str, Any] = {
        "case": case, "view": view_of(case, ruleset, fields, faults, page.lang), "deciding": deciding, "preview": preview,
        "grant": grant_in_words(preview.grant, ruleset, page.lang) if preview else [],
        "proposed_grant": grant_in_words(case.proposal.grant, ruleset, page.lang) if case.proposal else [],
        "fields": fields, "faults": faults, "summary": [(field_id(path), text) for path, texts in faults.items() for text in texts],
        "refused": shown.refused, "outcomes": OUTCOMES,
    }  # fmt: skip
    if page.part_only and fields.get("step") == "look":
        return page.show("review/_outcome.html", **context)
    return page.show(
        "review/case.html", shown.status, {}, **context, ruleset=ruleset, situation=situation,
        templates=templates.templates_for(service, person), queues=QUEUES, statuses=STATUSES, unnamed=UNNAMED,
        moves=MOVES, licence_statuses=LICENCE_STATUSES, results=RESULTS, reasons=SOURCE_REASONS, material_states=MATERIAL_STATES, by=BY,
        longest=LONGEST, undecided=cases.REVIEWED, unveiling=UNVEILING,
        whole=shown.unveil is not None,
    )  # fmt: skip


def _preview(
    page: Page, case: ReviewAnswer, ruleset: Ruleset | None, fields: Fields
) -> tuple[Preview | None, Mapping[str, list[str]]]:
    """What the case comes to on what is filled in, or what is wrong with it."""
    said = said_in(ruleset, fields, "") if ruleset else Said(cases.Findings())
    try:
        return actions.preview(page.service, page.person, case.number, said.findings), {}
    except Problem as problem:
        if problem.code != "invalid-request":
            return None, {"reason": [problem.document(page.lang)["title"]]}
        return None, said.faults(_gaps(problem), page.lang)


def ruleset_of(service: Service, case: ReviewAnswer) -> Ruleset | None:
    """The very ruleset that decided the case, where the service still has it."""
    prepared = service.rulesets.by_hash(case.ruleset_hash)
    return None if prepared is None else prepared.compiled.ruleset


def field_id(path: str) -> str:
    """As `Drawn.id`."""
    return path.replace("[", "-").replace("]", "").replace(".", "-")


def _gaps(problem: Problem) -> list[Gap]:
    found: list[Gap] = problem.members.get("gaps", [])
    return found


_WHY_BACK = mark("请写明需要再核对什么。")
