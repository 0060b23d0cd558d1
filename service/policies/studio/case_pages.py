"""The cases of a draft in a browser: run with progress, what each that fails expected and got, and what none of them has shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from fastapi import APIRouter, Response

from engine.decision.explanation import granted
from engine.ruleset.model import Ruleset
from service.policies import actions
from service.policies.drafts import proposed_texts
from service.policies.models import Draft, DraftGiven, Job
from service.policies.proving import ruleset_in
from service.policies.studio.draft_pages import about, address, version_seen
from service.policies.studio.refusals import Refusal, refusal
from service.policies.studio.wording import CONCLUSIONS, OUTCOMES
from service.policies.studio.written_cases import with_expected
from service.problems import Problem
from service.web.forms import Fields, Posted
from service.web.page import Here, Page
from service.web.translation import mark

router = APIRouter(include_in_schema=False)


@router.get("/studio/{ruleset}/drafts/{effective}/cases")
def cases(ruleset: str, effective: date, page: Here) -> Response:
    return _cases(page, ruleset, effective)


@router.post("/studio/{ruleset}/drafts/{effective}/cases")
def done(ruleset: str, effective: date, page: Here, fields: Posted) -> Response:
    """`step`: `run`, or `accept:<case>` for one whose result is right and whose expectation is not."""
    step, _, name = fields.get("step").partition(":")
    here = address(ruleset, effective, "cases")
    try:
        if step == "run":
            actions.begin(page.service, page.person, ruleset, effective, page.lang)
            return page.go(here)
        if step == "accept":
            told = _accept(page, ruleset, effective, name, fields)
            return page.go(here, told)
    except Problem as problem:
        return _cases(page, ruleset, effective, refusal(problem, page.lang), problem.status_code)
    return _cases(page, ruleset, effective)


def _accept(page: Page, ruleset: str, effective: date, name: str, fields: Fields) -> str:
    """Writes down what came out of the case, and runs them all again."""
    draft = actions.draft_of(page.service, page.person, ruleset, effective)
    job = actions.last_job(page.service, page.person, ruleset, effective, page.lang)
    case = next((each for each in _results(job) if each["name"] == name), None)
    read = _ruleset(page, draft)
    if case is None or read is None or draft.version != version_seen(fields):
        raise Problem("draft-changed", version=draft.version, by=draft.changed_by, at=draft.changed_at.isoformat())
    text = with_expected(draft.cases, name, case["got"], read)
    if text is None:
        raise Problem("draft-changed", version=draft.version)
    actions.keep_draft(page.service, page.person, ruleset, effective, draft.version, DraftGiven(text=draft.text, cases=text))
    actions.begin(page.service, page.person, ruleset, effective, page.lang)
    return mark("用例已按现在的结果改写，正在重新运行。")


def _ruleset(page: Page, draft: Draft) -> Ruleset | None:
    given = DraftGiven(text=draft.text, cases=draft.cases)
    return ruleset_in(proposed_texts(page.service, page.person, draft.ruleset, draft.effective, given))


def _results(job: Job | None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (job.report or {}).get("cases", []) if job else []
    return found


def _cases(page: Page, ruleset: str, effective: date, refused: Refusal | None = None, status: int = 200) -> Response:
    draft = actions.draft_of(page.service, page.person, ruleset, effective)
    if draft.state == "published":
        return page.go(f"/studio/{ruleset}")
    job = actions.last_job(page.service, page.person, ruleset, effective, page.lang)
    read = _ruleset(page, draft)
    results = _results(job)
    return page.show(
        "studio/cases.html", status, {}, job=job, running=job is not None and job.state in ("waiting", "running"),
        failed=[each for each in results if not each["passed"]], passed=[each for each in results if each["passed"]],
        coverage=(job.report or {}).get("coverage", []) if job else [], findings=(job.report or {}).get("findings", []) if job else [],
        labels=_labels(read), granted=partial(granted, ruleset=read, lang=page.lang),
        rows=_rows(read), refused=refused, conclusions=CONCLUSIONS, outcomes=OUTCOMES, **about(page, draft),
    )  # fmt: skip


def _labels(ruleset: Ruleset | None) -> Mapping[str, str]:
    if ruleset is None:
        return {}
    return {each.id: each.label for each in ruleset.conditions.values()} | {
        each.name: each.type.title for each in ruleset.evidence.values()
    }


def _rows(ruleset: Ruleset | None) -> Mapping[str, Mapping[str, str]]:
    """What the rows of tables say, by table and by the name that coverage gives the row."""
    found: dict[str, dict[str, str]] = {}
    for table in ruleset.tables.values() if ruleset else ():
        for start, rows in table.periods:
            for number, row in enumerate(rows, 1):
                cells = [*(each.text for each in row.inputs), *(each.text for each in row.outputs)]
                found.setdefault(table.name, {})[f"{start}/{number}" if start else str(number)] = " · ".join(cells)
    return found
