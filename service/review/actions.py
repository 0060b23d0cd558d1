"""What approvers do, in the shape that is answered; the cases themselves are moved by `service.cases`."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel

from service import audit
from service.accounts.actions import Caller
from service.cases import actions as cases
from service.materials.actions import materials_of
from service.protection.masking import veiled_in
from service.review import likeness, sampling
from service.review.models import Clock, Preview, ReviewAnswer, ReviewList, ReviewSummary, Taken, Unveiling
from service.state import BASE, Service
from service.work.actions import Work

A = TypeVar("A", bound=BaseModel)
_UPLOAD = {"id", "name", "type", "size", "uploaded_at", "link"}
_MATERIAL: Any = {**dict.fromkeys(("id", "name", "state", "by", "what"), True), "uploads": {"__all__": _UPLOAD}}


def reviews(
    service: Service, caller: Caller, wanted: cases.Filter, after: str | None, limit: int, query: str, before: str | None = None
) -> ReviewList:
    """`query`: how the caller asked, for the links to the pages beside. Raises `Problem`."""
    page = cases.queue_of(service, caller, wanted, after, limit, before)
    here = f"{BASE}/reviews?{query}"
    return ReviewList(
        reviews=[_summary(service, each) for each in page.waiting],
        next=None if page.next is None else f"{here}after={page.next}&limit={limit}",
        previous=None if page.previous is None else f"{here}before={page.previous}&limit={limit}",
    )


def review(service: Service, caller: Caller, number: str) -> ReviewAnswer:
    """Raises `Problem`."""
    page = cases.one_page(service, caller, number)
    with service.database.reading() as session:
        page["related"] = likeness.related(service, caller, session, number)
    page["materials"] = [each.model_dump(include=_MATERIAL) for each in materials_of(service, number, page["situation"]).materials]
    return ReviewAnswer.model_validate(page)


def veiled(answer: A) -> A:
    """The same with identity numbers masked, as whoever has not said why they need them sees it."""
    return type(answer).model_validate(veiled_in(answer.model_dump()))


def unveil(service: Service, caller: Caller, number: str, why: Unveiling) -> ReviewAnswer:
    """The case for somebody who has to see whole identity numbers; that, and why, is on record first. Raises `Problem`."""
    now = service.now()
    with service.database.reading() as session:
        cases.reviewable(session, caller, number, now)
    service.database.insert([audit.row(now, caller, "review.unveiled", number, detail=why.model_dump())])
    return review(service, caller, number)


def preview(service: Service, caller: Caller, number: str, findings: cases.Findings) -> Preview:
    """Raises `Problem`."""
    outcome = cases.preview(service, caller, number, findings)
    without_rules = outcome.decision is None
    conditions: list[dict[str, Any]] = [{**each, "may_judge": False} for each in outcome.document["reasons"]]
    return Preview.model_validate({
        "conclusion": outcome.conclusion, "may_approve": outcome.can_approve, "may_reject": without_rules or bool(outcome.failed),
        "second_person": outcome.can_approve and cases.approval_takes_two(service, outcome),
        "failed": list(outcome.failed), "causes": outcome.document["causes"], "conditions": conditions, "grant": outcome.grant,
    })  # fmt: skip


def observe(service: Service, work: Work) -> None:
    """Has to do with what happened to a case: what it shares with others, and whether it is drawn for a second look."""
    likeness.mark(service, work)
    sampling.sample(service, work)


def taken(service: Service, number: str) -> Taken:
    """Where the case stands now."""
    return Taken.model_validate(cases.standing_of(service, number))


def _summary(service: Service, waiting: cases.Waiting) -> ReviewSummary:
    case = waiting.case
    known = case.model_dump(include={"number", "version", "situation", "status", "queue", "proposed", "received_at", "assignee_id"})
    return ReviewSummary.model_validate({
        **known, "title": service.title(case.situation), "clock": Clock.model_validate(waiting.clock), "assignee": waiting.assignee,
        "self": f"{BASE}/reviews/{case.number}",
    })  # fmt: skip
