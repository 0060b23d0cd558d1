"""What is held about the caller, over HTTP."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from service.own_data import actions
from service.requests import StrictRoute
from service.state import Running, SignedIn

router = APIRouter(tags=["own data"], route_class=StrictRoute)
_ZIP: dict[int | str, dict[str, Any]] = {200: {"description": "a ZIP file of JSON documents, and of one's uploads", "content": {
    "application/zip": {"schema": {"type": "string", "format": "binary"}}}}}  # fmt: skip


class ZipResponse(StreamingResponse):
    media_type = "application/zip"


@router.get("/my/data", response_class=ZipResponse, responses=_ZIP)
def data(service: Running, caller: SignedIn) -> ZipResponse:
    """Everything that is held about the caller, with every look at it; five times an hour at most."""
    headers = {"Content-Disposition": 'attachment; filename="my-data.zip"'}
    return ZipResponse(actions.export(service, caller), headers=headers)
