"""Blind second looks in a browser: the facts of an automatic approval without its conclusion, and what the approver makes of them."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response

from service.problems import Problem
from service.review import sampling
from service.review.case_view import evidence_views, form_in_words
from service.review.desk_models import BlindAnswer
from service.review.wording import LICENCE_STATUSES, RESULTS, SOURCE_REASONS
from service.web.forms import Fields, Posted
from service.web.page import Here, Page
from service.web.translation import mark

router = APIRouter(include_in_schema=False)
LONGEST = 2_000
"""Characters of a reason."""


@router.get("/desk/samples")
def samples(page: Here) -> Response:
    return page.show("review/samples.html", samples=sampling.samples(page.service, page.person).samples)


@router.get("/desk/samples/{number}")
def sample(number: str, page: Here) -> Response:
    return _sample(page, number, Fields(()))


@router.post("/desk/samples/{number}")
def answer(number: str, page: Here, fields: Posted) -> Response:
    conclusion: Literal["approve", "reject"] | None = _conclusion(fields)
    reason = fields.get("reason").strip()
    faults: dict[str, str] = {}
    if conclusion is None:
        faults["conclusion"] = mark("请选择您会怎样决定。")
    if not 0 < len(reason) <= LONGEST:
        faults["reason"] = mark("请写明理由，不超过2000字。")
    if fields.get("step") != "send" or faults or conclusion is None:
        return _sample(page, number, fields, faults if fields.get("step") == "send" else {})
    try:
        sampling.answer(page.service, page.person, number, BlindAnswer(conclusion=conclusion, reason=reason))
    except Problem as problem:
        if problem.code != "answered-already":
            raise
        return page.go("/desk/samples", mark("这份抽查已有人作答，以先答的为准。"))
    return page.go("/desk/samples", mark("已记下您的看法。"))


def _conclusion(fields: Fields) -> Literal["approve", "reject"] | None:
    return {"approve": "approve", "reject": "reject"}.get(fields.get("conclusion"))  # type: ignore[return-value]


def _sample(page: Page, number: str, fields: Fields, faults: dict[str, str] | None = None) -> Response:
    found = sampling.blind(page.service, page.person, number)
    prepared = page.service.rulesets.by_hash(found.ruleset_hash)
    ruleset = None if prepared is None else prepared.compiled.ruleset
    return page.show(
        "review/sample.html", 422 if faults else 200, {}, sample=found, ruleset=ruleset, fields=fields, faults=faults or {},
        evidence=evidence_views(found.evidence, ruleset, Fields(()), {}, page.lang), form=form_in_words(found.form, ruleset, page.lang),
        deciding=False, licence_statuses=LICENCE_STATUSES, results=RESULTS, reasons=SOURCE_REASONS, longest=LONGEST, whole=False,
    )  # fmt: skip
