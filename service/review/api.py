"""Approvers' calls over HTTP. Every move names the version of the case that was seen (`If-Match`)."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Response

from service.cases import actions as cases
from service.requests import StrictRoute
from service.review import actions, templates
from service.review.models import (
    AppealDecision,
    Approval,
    Found,
    NewTemplate,
    Preview,
    Procedure,
    Rejection,
    ReviewAnswer,
    ReviewList,
    SentBack,
    SupplementRequest,
    Taken,
    Template,
    Templates,
    Transfer,
    Unveiling,
)
from service.review.versions import Seen
from service.state import Running, SignedIn

router = APIRouter(tags=["review"], route_class=StrictRoute)


def _filter(
    queue: Annotated[str | None, Query(max_length=64, description="`all`; without it, those one is skilled at")] = None,
    state: Literal["in_review", "under_appeal", "awaiting_supplement", "awaiting_evidence"] | None = None,
    overdue: bool = False,
    assignee: Annotated[
        Literal["me", "none", "all"] | None, Query(description="one's own and nobody's unless given; `all` is the head's")
    ] = None,
    situation: Annotated[str | None, Query(max_length=128)] = None,
) -> cases.Filter:
    return cases.Filter(queue, state, overdue, assignee, situation)


Wanted = Annotated[cases.Filter, Depends(_filter)]


@router.get("/reviews")
def reviews(
    service: Running,
    caller: SignedIn,
    wanted: Wanted,
    after: Annotated[str | None, Query(max_length=64, description="as `next` has it")] = None,
    before: Annotated[str | None, Query(max_length=64, description="as `previous` has it; then `after` says nothing")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> ReviewList:
    """What the rules did not decide, and appeals, of the caller's department; the oldest deadline first."""
    given = {"queue": wanted.queue, "state": wanted.state, "overdue": "true" if wanted.overdue else None,
             "assignee": wanted.assignee, "situation": wanted.situation}  # fmt: skip
    query = urlencode({name: value for name, value in given.items() if value is not None})
    return actions.reviews(service, caller, wanted, after, limit, f"{query}&" if query else "", before)


@router.get("/reviews/{number}")
def review(number: str, response: Response, service: Running, caller: SignedIn) -> ReviewAnswer:
    """The whole case on one page, identity numbers masked, with its version as `ETag`; the look is on record."""
    found = actions.review(service, caller, number)
    response.headers["ETag"] = f'"{found.version}"'
    return actions.veiled(found)


@router.post("/reviews/{number}/unveil")
def unveil(number: str, body: Unveiling, response: Response, service: Running, caller: SignedIn) -> ReviewAnswer:
    """The same with whole identity numbers; the reason is on record."""
    found = actions.unveil(service, caller, number, body)
    response.headers["ETag"] = f'"{found.version}"'
    return found


@router.post("/reviews/{number}/claim")
def claim(number: str, response: Response, service: Running, caller: SignedIn, seen: Seen) -> Taken:
    """Takes the case: it leaves the others' lists, and nobody else decides it."""
    cases.claim(service, caller, number, seen)
    return _taken(service, number, response)


@router.post("/reviews/{number}/release")
def release(number: str, response: Response, service: Running, caller: SignedIn, seen: Seen) -> Taken:
    """Gives the case back."""
    cases.release(service, caller, number, seen)
    return _taken(service, number, response)


@router.post("/reviews/{number}/transfer")
def transfer(number: str, body: Transfer, response: Response, service: Running, caller: SignedIn, seen: Seen) -> Taken:
    """Passes the case on to another queue, or another department."""
    cases.transfer(service, caller, number, seen, body.queue, body.department, body.reason)
    return _taken(service, number, response)


@router.post("/reviews/{number}/request-supplement")
def request_supplement(
    number: str, body: SupplementRequest, response: Response, service: Running, caller: SignedIn, seen: Seen
) -> Taken:
    """Asks the applicant for more, by a day. The clock stands still meanwhile; a supplement that does not come lets the case lapse."""
    words = templates.words_of(service, caller, body.templates, body.words)
    cases.request_supplement(service, caller, number, seen, words, body.working_days)
    return _taken(service, number, response)


@router.post("/reviews/{number}/start-procedure")
def start_procedure(number: str, body: Procedure, response: Response, service: Running, caller: SignedIn, seen: Seen) -> Taken:
    """Begins the situation's special procedure, an expert assessment, say: the clock stands still until it ends."""
    cases.start_procedure(service, caller, number, seen, body.note)
    return _taken(service, number, response)


@router.post("/reviews/{number}/end-procedure")
def end_procedure(number: str, body: Procedure, response: Response, service: Running, caller: SignedIn, seen: Seen) -> Taken:
    """Ends it: the clock goes on with what was left."""
    cases.end_procedure(service, caller, number, seen, body.note)
    return _taken(service, number, response)


@router.post("/reviews/{number}/confirm")
def confirm(number: str, response: Response, service: Running, caller: SignedIn, seen: Seen) -> Taken:
    """Confirms what somebody else decided, where it takes two. Claim the case first."""
    cases.confirm(service, caller, number, seen)
    return _taken(service, number, response)


@router.post("/reviews/{number}/send-back")
def send_back(number: str, body: SentBack, response: Response, service: Running, caller: SignedIn, seen: Seen) -> Taken:
    """Gives what somebody else decided back to them."""
    cases.send_back(service, caller, number, seen, body.reason)
    return _taken(service, number, response)


@router.get("/review-templates")
def review_templates(service: Running, caller: SignedIn) -> Templates:
    """Texts to choose from, everybody's and those of the caller's department."""
    return Templates(templates=templates.templates_for(service, caller))


@router.post("/review-templates", status_code=201)
def add_review_template(body: NewTemplate, service: Running, caller: SignedIn) -> Template:
    """The head adds a text, or a new version of one."""
    return templates.add_template(service, caller, body)


@router.post("/reviews/{number}/preview")
def preview(number: str, body: Found, service: Running, caller: SignedIn) -> Preview:
    """What the case would come to on these findings. Keeps nothing of them."""
    return actions.veiled(actions.preview(service, caller, number, body.findings()))


@router.post("/reviews/{number}/approve")
def approve(number: str, body: Approval, response: Response, service: Running, caller: SignedIn, seen: Seen) -> Taken:
    """Approves what the ruleset comes to approve on the findings; the grant is the ruleset's."""
    cases.decide_by_person(service, caller, number, seen, body.word())
    return _taken(service, number, response)


@router.post("/reviews/{number}/reject")
def reject(number: str, body: Rejection, response: Response, service: Running, caller: SignedIn, seen: Seen) -> Taken:
    """Rejects where something fails; without a ruleset, by the clause that is named."""
    cases.decide_by_person(service, caller, number, seen, body.word())
    return _taken(service, number, response)


@router.post("/cases/{number}/appeal-decision")
def appeal_decision(
    number: str, body: AppealDecision, response: Response, service: Running, caller: SignedIn, seen: Seen
) -> Taken:
    """Decides an appeal, by another approver than the one who decided before."""
    cases.decide_by_person(service, caller, number, seen, body.word(), appeal=True)
    return _taken(service, number, response)


def _taken(service: Running, number: str, response: Response) -> Taken:
    found = actions.taken(service, number)
    response.headers["ETag"] = f'"{found.version}"'
    return found
