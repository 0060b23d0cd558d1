"""What the head of a department sees and does in a browser: load and ages, what sends cases here, handing on, texts for reasons."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Response
from pydantic import ValidationError

from engine.ruleset.model import Ruleset
from service.cases import actions as cases
from service.cases.wording import UNNAMED
from service.problems import Problem
from service.review import sampling, templates
from service.review.chart import chart
from service.review.desk_models import Workload
from service.review.models import NewTemplate
from service.review.wording import CAUSES, STATUSES
from service.state import Service
from service.web.forms import Fields, Posted
from service.web.page import Here, Page
from service.web.translation import mark

router = APIRouter(include_in_schema=False)
SHOWN, LONGEST = 10, 2_000
"""Causes that are shown; characters of a reason."""
AGES = {
    "up to 1": mark("1个工作日内"),
    "up to 5": mark("2至5个工作日"),
    "up to 10": mark("6至10个工作日"),
    "over 10": mark("超过10个工作日"),
}
KINDS = {"supplement": mark("要求补正"), "approve": mark("批准"), "reject": mark("不批准")}


@router.get("/desk/load")
def load(page: Here) -> Response:
    service = page.service
    found = _workload(page)
    causes = [(cause, *_named(service, cause.ruleset, cause.cause)) for cause in found.sent_here[:SHOWN]]
    ages = [(label, found.ages.get(name, 0)) for name, label in AGES.items()]
    return page.show(
        "review/load.html", load=found, causes=causes, ages=ages, statuses=STATUSES, unnamed=UNNAMED,
        open=sum(found.statuses.values()), samples=sampling.statistics(service, page.person),
        causes_chart=chart([(str(place), each.cases) for place, (each, *_) in enumerate(causes, 1)], 320),
        ages_chart=chart([(str(place), count) for place, (_, count) in enumerate(ages, 1)], 200),
    )  # fmt: skip


@router.get("/desk/hand-over")
def ask_to_hand_over(page: Here) -> Response:
    return _hand_over(page, Fields(()))


@router.post("/desk/hand-over")
def hand_over(page: Here, fields: Posted) -> Response:
    page.person  # noqa: B018 — whoever is not signed in is shown the way, with all they typed
    if fields.get("step") != "send":
        return _hand_over(page, fields)
    known = {str(each.account_id): each.account_id for each in _workload(page).load if each.account_id is not None}
    from_id, to = known.get(fields.get("from")), fields.get("to")
    reason = fields.get("reason").strip()
    faults: dict[str, str] = {}
    if from_id is None:
        faults["from"] = mark("请选择把谁的办件移交出去。")
    if to != "queue" and (to not in known or known[to] == from_id):
        faults["to"] = mark("请选择另一位审批人，或者退回队列。")
    if not 0 < len(reason) <= LONGEST:
        faults["reason"] = mark("请写明为什么移交，不超过2000字。")
    if faults or from_id is None:
        return _hand_over(page, fields, faults)
    done = cases.hand_over(page.service, page.person, from_id, known.get(to), reason)
    return page.show("review/handed_over.html", done=done)


@router.get("/desk/templates")
def reason_templates(page: Here) -> Response:
    return _templates(page, Fields(()))


@router.post("/desk/templates")
def change_templates(page: Here, fields: Posted) -> Response:
    """`step`: `add`, or `retire:<id>`; else the page is shown as it is filled in."""
    person = page.person
    step, _, id_ = fields.get("step").partition(":")
    if step == "retire":
        old = next((each for each in templates.templates_for(page.service, person) if each.id == id_), None)
        if old is not None:  # else it was retired a moment ago
            gone = NewTemplate.model_validate({**old.model_dump(include={"id", "kind", "zh", "en"}), "retired": True})
            templates.add_template(page.service, person, gone)
        return page.go("/desk/templates", mark("模板已停用。"))
    if step != "add":
        return _templates(page, fields)
    given = {name: fields.get(name).strip() for name in ("id", "kind", "zh", "en")}
    try:
        templates.add_template(page.service, person, NewTemplate.model_validate(given))
    except ValidationError as wrong:
        return _templates(page, fields, {str(each["loc"][0]): _FAULTS[str(each["loc"][0])] for each in wrong.errors()})
    except Problem as problem:
        if problem.code != "unknown-template":
            raise
        return _templates(page, fields, {"id": mark("这个编号是公用模板的，请换一个。")})
    return page.go("/desk/templates", mark("模板已保存，本部门的人都能用。"))


_FAULTS = {
    "id": mark("编号用小写字母、数字和连字符，以字母开头。"),
    "kind": mark("请选择用在哪里。"),
    "zh": mark("请写中文，不超过1000字。"),
    "en": mark("请写英文，不超过1000字。"),
}


def _workload(page: Page) -> Workload:
    return Workload.model_validate(cases.workload(page.service, page.person))


def _hand_over(page: Page, fields: Fields, faults: dict[str, str] | None = None) -> Response:
    colleagues = [each for each in _workload(page).load if each.account_id is not None]
    return page.show(
        "review/hand_over.html", 422 if faults else 200, {}, colleagues=colleagues, fields=fields, faults=faults or {}, longest=LONGEST
    )


def _templates(page: Page, fields: Fields, faults: dict[str, str] | None = None) -> Response:
    found = templates.templates_for(page.service, page.person)
    return page.show(
        "review/templates.html", 422 if faults else 200, {}, templates=found, kinds=KINDS, fields=fields, faults=faults or {}
    )


def _named(service: Service, reference: str | None, cause: str) -> tuple[str, date | None, str]:
    """What the ruleset and the cause are called; between them the ruleset's first day."""
    ruleset = _ruleset(service, reference)
    if ruleset is None:
        return reference or "", None, CAUSES.get(cause, cause)
    kind, _, name = cause.partition(".")
    if cause in ruleset.conditions:
        return ruleset.title, ruleset.first_day, ruleset.conditions[cause].label
    if kind == "evidence" and name in ruleset.evidence:
        return ruleset.title, ruleset.first_day, ruleset.evidence[name].type.title
    if kind == "grant" and name in ruleset.grant:
        return ruleset.title, ruleset.first_day, ruleset.grant[name].label
    return ruleset.title, ruleset.first_day, CAUSES.get(cause, cause)


def _ruleset(service: Service, reference: str | None) -> Ruleset | None:
    """`senior-allowance/2019-10-01`."""
    id_, _, since = (reference or "").partition("/")
    try:
        found = service.rulesets.on(id_, date.fromisoformat(since))
    except ValueError:
        return None
    return None if found is None else found.compiled.ruleset
