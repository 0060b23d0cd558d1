"""A second, blind look at some of what the rules approved alone: an approver sees the facts without the conclusion and gives theirs.

Which cases is a keyed draw by the case's number, so that nobody can tell beforehand, and being told twice draws the same.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlmodel import Session

from service import audit
from service.accounts.actions import Caller
from service.cases import actions as cases
from service.problems import Problem
from service.review import store
from service.review.desk_models import BlindAnswer, Sample, SampleDrawn, Samples, SampleStatistics
from service.review.tables import SampleRow
from service.state import BASE, Service
from service.work.actions import Work

RATE = 2.0
"""Of a hundred automatic approvals."""
_LISTED = 50
_EVER = date(2000, 1, 1)


def sample(service: Service, work: Work) -> None:
    """Draws a case that has just been approved by the rules."""
    if (work.detail.get("kind"), work.detail.get("status")) != ("submitted", "approved"):
        return
    if float(service.draw.of(work.subject, "quality-sample", _EVER)) >= RATE:
        return
    department = cases.standing_of(service, work.subject)["department"]
    now = service.now()

    def keep(session: Session) -> None:
        if store.sample(session, work.subject) is None:
            session.add(SampleRow(case_number=work.subject, department=department, drawn_at=now))

    service.database.write(keep)


def samples(service: Service, caller: Caller) -> Samples:
    """Those that wait for a second look by the caller."""
    with service.database.reading() as session:
        waiting = {each.case_number: each for each in store.samples(session, caller.department, _LISTED)}
        seen = {each.number: each for each in cases.seen_beside(session, caller, waiting.keys(), service.now())}
    return Samples(samples=[
        SampleDrawn(
            number=number, title=service.title(seen[number].situation), drawn_at=each.drawn_at, self=f"{BASE}/review-samples/{number}"
        )
        for number, each in waiting.items() if number in seen
    ])  # fmt: skip


def blind(service: Service, caller: Caller, number: str) -> Sample:
    """The facts of a sampled case, without what was concluded from them. Raises `Problem`."""
    with service.database.reading() as session:
        cases.reviewable(session, caller, number, service.now())
        if store.sample(session, number) is None:
            raise Problem("unknown-sample")
    page: dict[str, Any] = cases.one_page(service, caller, number)
    conditions = [{name: each[name] for name in ("label", "basis")} for each in page["conditions"]]
    return Sample.model_validate({
        **{name: page[name] for name in
           ("number", "situation", "title", "ruleset_hash", "decided_for", "applicant", "form", "evidence")},
        "conditions": sorted(conditions, key=lambda each: each["label"]),
    })  # fmt: skip


def answer(service: Service, caller: Caller, number: str, given: BlindAnswer) -> None:
    """The second look; the first one counts. Raises `Problem`."""
    now = service.now()

    def work(session: Session) -> None:
        cases.reviewable(session, caller, number, now)
        row = store.sample(session, number)
        if row is None:
            raise Problem("unknown-sample")
        if row.answered_at is not None:
            raise Problem("answered-already")
        row.account_id, row.answered_at, row.reason = caller.id, now, given.reason
        row.agrees = given.conclusion == "approve"
        session.add(row)
        audit.record(session, now, caller, "review-sample.answered", number)

    service.database.write(work)


def statistics(service: Service, caller: Caller) -> SampleStatistics:
    """How often the second look agreed."""
    with service.database.reading() as session:
        drawn, answered, agreed = store.sample_counts(session, caller.department)
    return SampleStatistics(drawn=drawn, answered=answered, agreed=agreed)
