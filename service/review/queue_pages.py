"""The queue in a browser: what waits for a person, the oldest deadline first, with filters that can be kept, and as a table to take out."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Depends, Query, Response

from service.cases import actions as cases
from service.cases.numbers import is_case_number
from service.cases.wording import UNNAMED
from service.problems import Problem
from service.review import actions, exporting, filters
from service.review.desk_models import SavedFilter
from service.review.refusals import done_already, refusal
from service.review.wording import QUEUES, STATUSES
from service.web.forms import Fields, Posted
from service.web.page import Here, Page
from service.web.translation import mark

router = APIRouter(include_in_schema=False)
LOOKED_FOR = "miaopi_desk"
"""A cookie of the workbench: what its queue was last filtered by, so that the next case is from there."""
PER_PAGE = 20
STATES = ("in_review", "under_appeal", "awaiting_supplement", "awaiting_evidence")
ASSIGNEES = ("me", "none", "all")
_A_DAY = 24 * 3600
_LONGEST_NAME = 64
_ENOUGH = mark("一天最多导出%(most)s次，您已经导出了这么多次。")


def _filter(
    queue: Annotated[str, Query(max_length=64)] = "",
    state: Annotated[str, Query(max_length=32)] = "",
    overdue: Annotated[str, Query(max_length=8)] = "",
    assignee: Annotated[str, Query(max_length=8)] = "",
    situation: Annotated[str, Query(max_length=128)] = "",
) -> cases.Filter:
    """As a form sends it: what is empty, or no choice of ours, asks for nothing."""
    return cases.Filter(
        queue or None, state if state in STATES else None, bool(overdue), assignee if assignee in ASSIGNEES else None, situation or None
    )


Wanted = Annotated[cases.Filter, Depends(_filter)]
Number = Annotated[str, Query(max_length=40)]
Place = Annotated[str | None, Query(max_length=64)]


@router.get("/desk")
def queue(page: Here, wanted: Wanted, after: Place = None, before: Place = None, number: Number = "") -> Response:
    """`number`: of a case to go to."""
    if number.strip():
        return _find(page, number.strip().upper())
    return _show(page, wanted, after, before)


@router.post("/desk")
def change(page: Here, fields: Posted) -> Response:
    """`step`: `claim:<number>:<version>`, `keep` the filter under `name`, `drop:<name>`; else the queue is shown."""
    step, _, what = fields.get("step").partition(":")
    wanted = _wanted(fields)
    if step == "claim":
        number, _, text = what.partition(":")
        version = int(text) if text.isascii() and text.isdigit() else 0
        try:
            cases.claim(page.service, page.person, number, version)
        except Problem as problem:
            if not done_already(page, version, "claim", problem):
                return _show(page, wanted, status=problem.status_code, refused=refusal(page, problem))
        return page.go(f"/desk/cases/{number}", mark("已领取。"))
    if step == "keep":
        name = fields.get("name").strip()
        if not name or len(name) > _LONGEST_NAME:
            return _show(page, wanted, status=422, refused=page.text(mark("请给筛选起个名字，不超过64字。")), name=name)
        try:
            filters.save(page.service, page.person, name, SavedFilter.model_validate(asdict(wanted)))
        except Problem as problem:
            return _show(page, wanted, status=problem.status_code, refused=refusal(page, problem), name=name)
        return page.go(_address(wanted), mark("筛选已保存。"))
    if step == "drop":
        with suppress(Problem):  # it was deleted a moment ago
            filters.remove(page.service, page.person, what)
        return page.go("/desk", mark("筛选已删除。"))
    return _show(page, wanted, name=fields.get("name"))


@router.get("/desk/export")
def export(page: Here, wanted: Wanted, format: Annotated[str, Query(max_length=8)] = "csv") -> Response:
    """The queue as a table; limited, and on record."""
    as_: exporting.Format = "xlsx" if format == "xlsx" else "csv"
    try:
        body = exporting.export(page.service, page.person, wanted, as_, page.lang)
    except Problem as problem:
        if problem.code != "too-many-requests":
            raise
        return _show(page, wanted, status=problem.status_code, refused=page.text(_ENOUGH, most=exporting.MOST_EXPORTS))
    name = f"reviews-{page.service.now():%Y%m%d}.{as_}"
    return Response(body, 200, {"Content-Disposition": f'attachment; filename="{name}"'}, exporting.MEDIA_TYPES[as_])


@router.get("/desk/next")
def following(page: Here, but: Number = "", due: Number = "") -> Response:
    """The case after this one, due on this day, in the queue as it was last filtered; after the last comes the first."""
    found = next_of(page, but, f"{due or date.max}.{but}")
    return page.go(f"/desk/cases/{found}") if found else page.go("/desk", mark("您的队列里没有别的办件了。"))


def next_of(page: Page, but: str, after: str | None = None) -> str | None:
    """Its number: the first of the queue, or the first after a place in it; None where nothing else waits."""
    asked = _wanted(Fields(tuple(parse_qsl(page.request.cookies.get(LOOKED_FOR, "")))))
    if after:
        with suppress(Problem):  # no place in a queue
            if found := _first(page, asked, but, after):
                return found
    try:
        return _first(page, asked, but)
    except Problem:  # a filter that is not theirs any more
        return _first(page, cases.Filter(), but)


def _first(page: Page, asked: cases.Filter, but: str, after: str | None = None) -> str | None:
    found = cases.queue_of(page.service, page.person, asked, after, 2)
    return next((each.case.number for each in found.waiting if each.case.number != but), None)


def _find(page: Page, number: str) -> Response:
    if not is_case_number(number):
        return _show(page, cases.Filter(), status=404, refused=page.text(mark("办件编号以LH开头，后面是17位数字。")))
    return page.go(f"/desk/cases/{number}")


def _show(
    page: Page, wanted: cases.Filter, after: str | None = None, before: str | None = None, status: int = 200,
    refused: str | None = None, name: str = "",
) -> Response:  # fmt: skip
    """`name`: as it was typed for a filter."""
    service, person = page.service, page.person
    found = actions.reviews(service, person, wanted, after, PER_PAGE, "", before)
    query = _query(wanted)
    department = service.catalogue.departments.get(person.department or "")
    situations = [
        each for each in service.catalogue.situations.values()
        if service.catalogue.matters[each.matter].department == person.department
    ]  # fmt: skip
    context: dict[str, Any] = {
        "reviews": found.reviews, "wanted": wanted, "query": query, "queues": QUEUES, "statuses": STATUSES, "unnamed": UNNAMED,
        "older": _further(query, "after", found.next), "newer": _further(query, "before", found.previous), "refused": refused,
        "department": department, "situations": [(each.id, service.title(each.id)) for each in situations], "states": STATES, "name": name,
        "saved": {name: _query(cases.Filter(**each.model_dump())) for name, each in filters.saved(service, person).filters.items()},
    }  # fmt: skip
    response = page.show("review/_queue.html" if page.part_only else "review/queue.html", status, {}, **context)
    page.keep(response, LOOKED_FOR, query, _A_DAY, "/desk")
    return response


def _further(query: str, which: str, link: str | None) -> str | None:
    """The address of the next or the previous page."""
    if link is None:
        return None
    place = dict(parse_qsl(link.partition("?")[2]))[which]
    return f"/desk?{query}{'&' if query else ''}{which}={place}"


def _wanted(fields: Fields) -> cases.Filter:
    return _filter(*(fields.get(name)[:128] for name in ("queue", "state", "overdue", "assignee", "situation")))


def _query(wanted: cases.Filter) -> str:
    given = {name: "yes" if value is True else value for name, value in asdict(wanted).items() if value}
    return urlencode(given)


def _address(wanted: cases.Filter) -> str:
    query = _query(wanted)
    return f"/desk?{query}" if query else "/desk"
