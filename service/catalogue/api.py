"""Matters over HTTP, for anyone."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from engine.catalogue import Audience, find_matters
from service.catalogue.models import MatterAnswer, MatterList, in_full, summary
from service.problems import Problem
from service.requests import StrictRoute
from service.state import Running

router = APIRouter(tags=["catalogue"], route_class=StrictRoute)
_LONGEST = 100


@router.get("/matters")
def matters(
    service: Running,
    query: Annotated[str, Query(max_length=_LONGEST, examples=["老人补贴"])] = "",
    department: Annotated[str | None, Query(max_length=_LONGEST)] = None,
    life_event: Annotated[str | None, Query(max_length=_LONGEST)] = None,
    audience: Audience | None = None,
    instant: bool | None = None,
) -> MatterList:
    """The best fit first; a life event stands for those below it too."""
    found = find_matters(service.catalogue, query, department, life_event, audience, instant)
    return MatterList(matters=[summary(service.catalogue, each) for each in found])


@router.get("/matters/{matter}")
def matter(matter: str, service: Running) -> MatterAnswer:
    found = service.catalogue.matters.get(matter)
    if found is None:
        raise Problem("unknown-matter")
    return in_full(service.catalogue, found)
