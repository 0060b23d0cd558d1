"""What an approver does about a case before deciding it, in a browser: asking for a supplement, passing it on, a special procedure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Response

from service.cases import actions as cases
from service.cases.wording import UNNAMED
from service.problems import Problem
from service.review import actions, templates
from service.review.models import ReviewAnswer
from service.review.refusals import done_already, refusal, seen_version
from service.review.wording import QUEUES, STATUSES
from service.state import day_of
from service.web.forms import Fields, Posted
from service.web.page import Here, Page
from service.web.translation import mark

router = APIRouter(include_in_schema=False)
LONGEST, MOST_DAYS, DAYS = 2_000, 60, 10
"""Characters of a reason; working days that a supplement may have, and has unless another number is given."""


@router.get("/desk/cases/{number}/supplement")
def ask_for_supplement(number: str, page: Here) -> Response:
    return _supplement(page, number, Fields(()))


@router.post("/desk/cases/{number}/supplement")
def request_supplement(number: str, page: Here, fields: Posted) -> Response:
    service, person = page.service, page.person
    chosen, words, days = fields.all("template"), fields.get("words").strip(), fields.get("days").strip()
    faults: dict[str, str] = {}
    if not chosen and not words:
        faults["words"] = mark("请选择或者写明要补正什么。")
    elif len(words) > LONGEST:
        faults["words"] = mark("写得太长了，请不超过2000字。")
    if not days.isascii() or not days.isdigit() or not 1 <= int(days[:4]) <= MOST_DAYS:
        faults["days"] = mark("请填写1到60个工作日。")
    if fields.get("step") != "send" or faults:
        return _supplement(page, number, fields, {} if fields.get("step") != "send" else faults)

    def ask(version: int) -> None:
        text = templates.words_of(service, person, chosen, words or None)
        cases.request_supplement(service, person, number, version, text, int(days))

    refused = _try(page, fields, "supplement", ask)
    if refused is not None:
        return _supplement(page, number, fields, {}, *refused)
    return page.go(f"/desk/cases/{number}", mark("已要求申请人补正，停表等待；补来后回到您这里。"))


@router.get("/desk/cases/{number}/transfer")
def ask_to_transfer(number: str, page: Here) -> Response:
    return _transfer(page, number, Fields(()))


@router.post("/desk/cases/{number}/transfer")
def transfer(number: str, page: Here, fields: Posted) -> Response:
    service, person = page.service, page.person
    department, _, queue = fields.get("to").partition("/")
    reason = fields.get("reason").strip()
    faults: dict[str, str] = {}
    if not queue:
        faults["to"] = mark("请选择转到哪个队列。")
    if not 0 < len(reason) <= LONGEST:
        faults["reason"] = mark("请写明为什么转办，不超过2000字。")
    if fields.get("step") != "send" or faults:
        return _transfer(page, number, fields, {} if fields.get("step") != "send" else faults)
    refused = _try(
        page, fields, "transfer", lambda version: cases.transfer(service, person, number, version, queue, department, reason)
    )
    if refused is not None:
        return _transfer(page, number, fields, {}, *refused)
    return page.go("/desk", mark("已转办。"))


@router.get("/desk/cases/{number}/procedure")
def ask_for_procedure(number: str, page: Here) -> Response:
    return _procedure(page, number, Fields(()))


@router.post("/desk/cases/{number}/procedure")
def procedure(number: str, page: Here, fields: Posted) -> Response:
    """`step`: `start-procedure` or `end-procedure`."""
    service, person = page.service, page.person
    step, note = fields.get("step"), fields.get("note").strip()[:LONGEST] or None
    if step not in ("start-procedure", "end-procedure"):
        return _procedure(page, number, fields)
    move = cases.start_procedure if step == "start-procedure" else cases.end_procedure
    refused = _try(page, fields, step, lambda version: move(service, person, number, version, note))
    if refused is not None:
        return _procedure(page, number, fields, *refused)
    told = mark("特别程序已开始，停表。") if step == "start-procedure" else mark("特别程序已结束，继续计时。")
    return page.go(f"/desk/cases/{number}", told)


def _try(page: Page, fields: Fields, step: str, move: Callable[[int], None]) -> tuple[int, str] | None:
    """Status and words where it was not done."""
    try:
        move(seen_version(fields))
    except Problem as problem:
        if not done_already(page, seen_version(fields), step, problem):
            return problem.status_code, refusal(page, problem)
    return None


def _supplement(
    page: Page, number: str, fields: Fields, faults: dict[str, str] | None = None, status: int = 200, refused: str | None = None
) -> Response:
    today = day_of(page.service.now())
    days = fields.get("days") or str(DAYS)
    until = cases.deadline(today, int(days)).day if days.isascii() and days.isdigit() and int(days[:4]) <= MOST_DAYS else None
    words = [each for each in templates.templates_for(page.service, page.person) if each.kind == "supplement"]
    shown: dict[str, Any] = {"templates": words, "days": days, "until": until, "most_days": MOST_DAYS}
    return _show(page, "review/supplement.html", number, fields, faults, status, refused, **shown)


def _transfer(
    page: Page, number: str, fields: Fields, faults: dict[str, str] | None = None, status: int = 200, refused: str | None = None
) -> Response:
    departments = page.service.catalogue.departments
    own = page.person.department
    ordered = sorted(departments.items(), key=lambda each: each[0] != own)
    return _show(page, "review/transfer.html", number, fields, faults, status, refused, departments=ordered, queues=QUEUES)


def _procedure(page: Page, number: str, fields: Fields, status: int = 200, refused: str | None = None) -> Response:
    return _show(page, "review/procedure.html", number, fields, None, status, refused)


def _show(
    page: Page, template: str, number: str, fields: Fields, faults: dict[str, str] | None, status: int, refused: str | None,
    **shown: Any,
) -> Response:  # fmt: skip
    """Raises `Problem` where it is not a case of theirs, or its situation has no such procedure."""
    case: ReviewAnswer = actions.review(page.service, page.person, number)
    situation = page.service.catalogue.situations.get(case.situation)
    if template.endswith("procedure.html") and (situation is None or situation.special_procedure is None):
        raise Problem("no-special-procedure")
    faults = faults or {}
    return page.show(
        template, 422 if faults else status, {}, case=case, fields=fields, faults=faults, refused=refused, longest=LONGEST,
        situation=situation, statuses=STATUSES, unnamed=UNNAMED, undecided=cases.REVIEWED, **shown,
    )  # fmt: skip
