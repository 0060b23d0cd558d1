"""Applications and cases over HTTP."""

from __future__ import annotations

from typing import Annotated

import orjson
from fastapi import APIRouter, Header, Query, Request, Response

from service.cases import actions
from service.cases.models import Appeal, Application, CaseAnswer, CaseList, Precheck, Supplement, Timeline, Withdrawal
from service.cases.reading import WhyWhole
from service.cases.receipt_models import FormAnswer, ReceiptAnswer
from service.client_address import address_of
from service.requests import StrictRoute
from service.state import BASE, Anyone, Running, SignedIn

router = APIRouter(tags=["cases"], route_class=StrictRoute)
_JSON = "application/json"


class SchemaResponse(Response):
    media_type = "application/schema+json"



@router.post("/applications", status_code=201, response_model=CaseAnswer)
async def apply(
    body: Application,
    service: Running,
    caller: SignedIn,
    idempotency_key: Annotated[str | None, Header(description="required; the same key and body answer the same again")] = None,
) -> Response:
    submitted = await actions.submit(service, caller, idempotency_key, body)
    return Response(submitted.answer, 201, {"Location": f"{BASE}/cases/{submitted.number}"}, _JSON)


@router.post("/situations/{situation}/precheck", responses={200: {"model": ReceiptAnswer}})
def precheck(situation: str, body: Precheck, request: Request, service: Running) -> Response:
    """The decision that would be made, as the applicant's copy of a receipt. Licences are described by the caller."""
    service.prechecks.count(address_of(request))
    return Response(orjson.dumps(actions.precheck(service, situation, body)), media_type=_JSON)


@router.get("/situations/{situation}/form", response_class=SchemaResponse, responses={200: {"model": FormAnswer}})
def form(situation: str, service: Running, caller: Anyone) -> Response:
    """JSON Schema (2020-12) of the form, prefilled from the licences of whoever is signed in."""
    return SchemaResponse(orjson.dumps(actions.form_of(service, situation, caller)))


@router.get("/cases")
def cases(
    service: Running,
    caller: SignedIn,
    before: Annotated[str | None, Query(max_length=40)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> CaseList:
    return actions.cases_of(service, caller, before, limit)


@router.get("/cases/{number}")
def case(number: str, response: Response, service: Running, caller: SignedIn) -> CaseAnswer:
    """With its version as `ETag` (RFC 9110), for `If-Match`."""
    return _answered(service, caller, number, response)


@router.get("/cases/{number}/timeline")
def timeline(number: str, service: Running, caller: SignedIn) -> Timeline:
    """What happened to the case, the oldest first."""
    return actions.timeline_of(service, caller, number)


@router.post("/cases/{number}/supplement")
def supplement(number: str, body: Supplement, response: Response, service: Running, caller: SignedIn) -> CaseAnswer:
    """Adds what was asked for; the case is decided again and goes back to whoever asked."""
    actions.supplement(service, caller, number, body)
    return _answered(service, caller, number, response)


@router.post("/cases/{number}/withdraw")
def withdraw(number: str, body: Withdrawal, response: Response, service: Running, caller: SignedIn) -> CaseAnswer:
    """Ends a case that is not closed."""
    actions.withdraw(service, caller, number, body.reason)
    return _answered(service, caller, number, response)


@router.post("/cases/{number}/appeal")
def appeal(number: str, body: Appeal, response: Response, service: Running, caller: SignedIn) -> CaseAnswer:
    """Asks that a refusal be looked at again, by somebody else, within sixty days of it."""
    actions.appeal(service, caller, number, body.reason)
    return _answered(service, caller, number, response)


@router.get("/cases/{number}/receipt", responses={200: {"model": ReceiptAnswer}})
def receipt(
    number: str,
    service: Running,
    caller: SignedIn,
    reason: Annotated[WhyWhole | None, Query(description="required of staff: why they need whole identity numbers")] = None,
) -> Response:
    """The applicant's copy for its applicant; complete for staff, who say why, and that is on record."""
    return Response(actions.receipt_of(service, caller, number, reason), media_type=_JSON)


def _answered(service: Running, caller: SignedIn, number: str, response: Response) -> CaseAnswer:
    found = actions.case_of(service, caller, number)
    response.headers["ETag"] = f'"{found.version}"'
    return found
