"""What goes with reviews, over HTTP: exports, saved filters, handing on, the head's figures, and blind second looks."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from service.cases import actions as cases
from service.problems import language
from service.requests import StrictRoute
from service.review import actions, exporting, filters, sampling
from service.review.api import Wanted
from service.review.desk_models import (
    BlindAnswer,
    HandedOver,
    HandOver,
    Sample,
    Samples,
    SampleStatistics,
    SavedFilter,
    SavedFilters,
    Workload,
)
from service.state import Running, SignedIn

router = APIRouter(tags=["review"], route_class=StrictRoute)
Name = Annotated[str, Path(min_length=1, max_length=64)]
_EXPORTED = {200: {"description": "a table", "content": {each: {"schema": {"type": "string"}} for each in (
    "text/csv", exporting.MEDIA_TYPES["xlsx"])}}}  # fmt: skip


@router.get("/reviews/export", response_class=Response, responses=_EXPORTED)  # type: ignore[arg-type]
def export(
    request: Request, service: Running, caller: SignedIn, wanted: Wanted, format: Annotated[exporting.Format, Query()] = "csv"
) -> Response:
    """The queue as a table, at most a thousand rows, in the language that `Accept-Language` prefers; limited, and on record."""
    body = exporting.export(service, caller, wanted, format, language(request.headers.get("accept-language")))
    name = f"reviews-{service.now():%Y%m%d}.{format}"
    return Response(body, 200, {"Content-Disposition": f'attachment; filename="{name}"'}, exporting.MEDIA_TYPES[format])


@router.get("/reviews/statistics")
def statistics(service: Running, caller: SignedIn) -> Workload:
    """For the head: load, ages, what is decided at once, and what sends cases here."""
    return Workload.model_validate(cases.workload(service, caller))


@router.post("/reviews/hand-over")
def hand_over(body: HandOver, service: Running, caller: SignedIn) -> HandedOver:
    """The head hands on what an absent colleague has taken."""
    return HandedOver.model_validate(cases.hand_over(service, caller, body.from_id, body.to_id, body.reason))


@router.get("/review-filters")
def saved_filters(service: Running, caller: SignedIn) -> SavedFilters:
    """The caller's own."""
    return filters.saved(service, caller)


@router.put("/review-filters/{name}", status_code=204)
def save_filter(name: Name, body: SavedFilter, service: Running, caller: SignedIn) -> None:
    filters.save(service, caller, name, body)


@router.delete("/review-filters/{name}", status_code=204)
def remove_filter(name: Name, service: Running, caller: SignedIn) -> None:
    filters.remove(service, caller, name)


@router.get("/review-samples")
def samples(service: Running, caller: SignedIn) -> Samples:
    """Automatic approvals that wait for a blind second look."""
    return sampling.samples(service, caller)


@router.get("/review-samples/statistics")
def sample_statistics(service: Running, caller: SignedIn) -> SampleStatistics:
    """For the head: how often the second look agrees."""
    return sampling.statistics(service, caller)


@router.get("/review-samples/{number}")
def sample(number: str, service: Running, caller: SignedIn) -> Sample:
    """The facts without the conclusion, identity numbers masked; the look is on record."""
    return actions.veiled(sampling.blind(service, caller, number))


@router.post("/review-samples/{number}", status_code=204)
def answer_sample(number: str, body: BlindAnswer, service: Running, caller: SignedIn) -> None:
    """What the second look comes to."""
    sampling.answer(service, caller, number, body)
