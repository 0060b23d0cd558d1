"""A holder's view of every use of their licences, over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from service.evidence import actions
from service.evidence.models import LicenceUses
from service.requests import StrictRoute
from service.state import Running, SignedIn

router = APIRouter(tags=["evidence"], route_class=StrictRoute)


@router.get("/licence-uses")
def licence_uses(
    service: Running,
    caller: SignedIn,
    before: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> LicenceUses:
    """Every use of the caller's licences and of what registers say of them, also by others' applications."""
    with service.database.reading() as session:
        return actions.uses_of(session, caller.number, before, limit)
