"""In a browser: taking an approval back step by step, and finding whether a commitment was kept."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from service.cases import actions as cases
from service.materials.actions import words_of
from service.problems import Problem
from service.revocations import actions, follow_ups
from service.revocations.models import Conclusion, Hearing, Revocation, Start
from service.state import day_of
from service.web.forms import Fields, Posted
from service.web.page import Here, Page
from service.web.translation import mark

router = APIRouter(include_in_schema=False)
LONGEST, LONGEST_RECORD, LISTED = 4_000, 20_000, 100
"""Characters of a reason and of the record of a hearing; commitments that are listed."""
STATES = {
    "doubtful": mark("待认定"),
    "broken": mark("未兑现"),
    "open": mark("尚未核查"),
    "kept": mark("已兑现"),
    "dismissed": mark("认定已兑现"),
}
_FOUND = {"broken": STATES["broken"], "dismissed": STATES["dismissed"], "repaired": mark("已修复")}
_QUICKER = mark("%(by)s已先作出认定：%(found)s。您的认定没有保存。")
CLAUSE = "国办发〔2020〕42号"
"""What a revocation for a broken commitment rests on, with the law of the matter itself."""
_REASON, _CLAUSE = mark("请写明理由，不超过4000字。"), mark("请写明依据的条款，不超过200字。")
_RECORD, _OUTCOME = mark("请写听证记录，不超过20000字。"), mark("请选择撤销还是终止。")


@router.get("/desk/cases/{number}/revoke")
def revocation(number: str, page: Here, broken: Annotated[str, Query(max_length=200)] = "") -> Response:
    """`broken`: the commitment whose breach is the reason, which is filled in then."""
    if not broken:
        return _revocation(page, number, Fields(()))
    with page.service.database.reading() as session:
        row = next(iter(cases.seen_beside(session, page.person, {number}, page.service.now())), None)
    if row is None:
        raise Problem("unknown-case")
    label, _ = _promise(page, broken, row.situation, row.ruleset_hash)
    reason = page.text(mark("经核查，告知承诺没有兑现：%(promise)s")) % {"promise": page.text(label)}
    return _revocation(page, number, Fields((("reason", reason), ("clause", CLAUSE))))


@router.post("/desk/cases/{number}/revoke")
def go_on(number: str, page: Here, fields: Posted) -> Response:
    """`step`: `start`, `hear` or `conclude`; else the page is shown as it is filled in."""
    step = fields.get("step")
    faults = _faults(step, fields)
    if step not in ("start", "hear", "conclude") or faults:
        return _revocation(page, number, fields, faults)
    service, person, reason = page.service, page.person, fields.get("reason").strip()
    try:
        if step == "start":
            actions.start(service, person, number, Start(reason=reason, clause=fields.get("clause").strip()))
            told = mark("撤销程序已启动，当事人会收到通知。")
        elif step == "hear":
            actions.hear(service, person, number, Hearing(on=fields.get("on"), record=fields.get("record").strip()))
            told = mark("听证记录已保存。")
        else:
            outcome: Literal["revoked", "dropped"] = "revoked" if fields.get("outcome") == "revoked" else "dropped"
            actions.conclude(service, person, number, Conclusion(outcome=outcome, reason=fields.get("conclusion").strip()))
            told = mark("批准已撤销。") if outcome == "revoked" else mark("撤销程序已终止，批准继续有效。")
    except Problem as problem:
        if problem.code in ("unknown-case", "not-for-you", "not-yours-to-decide"):
            raise
        return _revocation(page, number, fields, {}, problem)
    return page.go(f"/desk/cases/{number}/revoke", told)


@router.get("/desk/follow-ups")
def listed(page: Here, state: Annotated[str, Query(max_length=16)] = "doubtful") -> Response:
    return _follow_ups(page, state, Fields(()))


@router.post("/desk/follow-ups")
def find(page: Here, fields: Posted) -> Response:
    """`step`: `find` or `repair`, of the commitment `condition` of the case `number`."""
    service, person = page.service, page.person
    step, number, condition = fields.get("step"), fields.get("number"), fields.get("condition")
    reason, state = fields.get("reason").strip(), fields.get("state")
    fault = None
    if step not in ("find", "repair"):
        return _follow_ups(page, state, fields)
    if not 0 < len(reason) <= LONGEST:
        fault = _REASON
    elif step == "find" and fields.get("broken") not in ("yes", "no"):
        fault = mark("请选择承诺兑现了没有。")
    if fault:
        return _follow_ups(page, state, fields, fault)
    try:
        if step == "find":
            follow_ups.settle(service, person, number, condition, fields.get("broken") == "yes", reason)
            return page.go("/desk/follow-ups", mark("已记下您的认定。"))
        follow_ups.repair(service, person, number, condition, reason)
        return page.go("/desk/follow-ups?state=broken", mark("已记下修复。"))
    except Problem as problem:
        if problem.code != "found-already":
            raise
        return _follow_ups(page, problem.members["found"], Fields(()), problem=problem, typed=reason)


def _faults(step: str, fields: Fields) -> dict[str, str]:
    """A marked text for each field of the step that is not in order."""
    def wrong(name: str, most: int) -> bool:
        return not 0 < len(fields.get(name).strip()) <= most

    match step:
        case "start":
            asked = {"reason": (wrong("reason", LONGEST), _REASON), "clause": (wrong("clause", 200), _CLAUSE)}
        case "hear":
            asked = {"on": (len(fields.get("on")) != len("2026-12-08"), mark("请填写听证的日期。")),
                     "record": (wrong("record", LONGEST_RECORD), _RECORD)}  # fmt: skip
        case "conclude":
            asked = {"outcome": (fields.get("outcome") not in ("revoked", "dropped"), _OUTCOME),
                     "conclusion": (wrong("conclusion", LONGEST), _REASON)}  # fmt: skip
        case _:
            asked = {}
    return {name: text for name, (is_wrong, text) in asked.items() if is_wrong}


def _revocation(
    page: Page, number: str, fields: Fields, faults: dict[str, str] | None = None, problem: Problem | None = None
) -> Response:
    """Raises `Problem` where it is not a case of theirs."""
    case = cases.case_of(page.service, page.person, number)
    found: Revocation | None
    try:
        found = actions.revocation_of(page.service, page.person, number)
    except Problem as none:
        if none.code != "no-revocation":
            raise
        found = None
    shown: dict[str, Any] = {
        "case": case, "title": page.service.title(case.situation), "revocation": found, "fields": fields, "faults": faults or {},
        "refused": problem.document(page.lang)["title"] if problem else None, "today": day_of(page.service.now()),
        "may_start": case.status == "approved" and (found is None or found.state == "dropped"), "longest": LONGEST,
    }  # fmt: skip
    return page.show("revocations/revoke.html", problem.status_code if problem else 422 if faults else 200, {}, **shown)


def _follow_ups(
    page: Page, state: str, fields: Fields, fault: str | None = None, problem: Problem | None = None, typed: str = ""
) -> Response:
    """`problem`: another was quicker, with the reason as `typed`; the state is what they found."""
    refused = None
    if problem is not None:
        refused = page.text(_QUICKER, by=problem.members["by"], found=page.text(_FOUND[problem.members["found"]]))
    state = state if state in STATES else "broken" if problem else "doubtful"
    found = follow_ups.follow_ups(page.service, page.person, state, LISTED).follow_ups
    numbers = {each.case_number for each in found}
    with page.service.database.reading() as session:
        rows = {each.number: each for each in cases.seen_beside(session, page.person, numbers, page.service.now())}
    shown = [
        (each, page.service.title(row.situation), *_promise(page, each.condition, row.situation, row.ruleset_hash))
        for each in found if (row := rows.get(each.case_number))
    ]  # fmt: skip
    return page.show(
        "revocations/follow_ups.html", problem.status_code if problem else 422 if fault else 200, {}, shown=shown, states=STATES,
        state=state, fields=fields, fault=fault, refused=refused, typed=typed, longest=LONGEST,
    )  # fmt: skip


def _promise(page: Page, condition: str, situation: str, ruleset_hash: str | None) -> tuple[str, str | None]:
    """What was promised, as the catalogue or the ruleset calls it, and in what words, where they are written down."""
    material = follow_ups.material_of(page.service, situation, condition)
    if material is not None:
        return material.name, words_of(material)
    prepared = page.service.rulesets.by_hash(ruleset_hash)
    conditions = {} if prepared is None else prepared.compiled.ruleset.conditions
    found = conditions.get(condition)
    return condition if found is None else found.label, None
