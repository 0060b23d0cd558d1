"""Uploads over HTTP."""

from __future__ import annotations

from base64 import b64encode
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from service.cases import actions as cases
from service.materials import actions
from service.materials.models import CaseMaterials, MaterialsHeld, UploadAnswer, UploadList
from service.multipart import Received, receive
from service.requests import StrictRoute
from service.state import Running, SignedIn

router = APIRouter(tags=["materials"], route_class=StrictRoute)
_TEXT: dict[str, Any] = {"type": "string", "maxLength": 200}
_BODY: dict[str, Any] = {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": {
    "type": "object",
    "properties": {
        "file": {"type": "string", "format": "binary", "description": "a PDF, OFD, JPG or PNG"},
        "situation": {**_TEXT, "description": "with `material`: what the file is for"},
        "material": _TEXT,
        "sha256": {"type": "string", "pattern": "^[0-9A-Fa-f]{64}$", "description": "of the file, to be checked"},
    },
    "required": ["file"],
    "additionalProperties": False,
}}}}}  # fmt: skip
_FILE: dict[int | str, dict[str, Any]] = {200: {"description": "the file as it was handed in", "content": {
    "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}}  # fmt: skip


def _allowed(service: Running, caller: SignedIn) -> None:
    actions.refuse_over_quota(service, caller)


async def _received(request: Request, service: Running, _: Annotated[None, Depends(_allowed)]) -> Received:
    """Read only from somebody who is signed in and within their quota."""
    return await receive(request, service.materials.settings.largest, actions.FIELDS)


@router.post("/materials", status_code=201, openapi_extra=_BODY, responses={200: {"model": UploadAnswer}})
def upload(
    received: Annotated[Received, Depends(_received)], response: Response, service: Running, caller: SignedIn
) -> UploadAnswer:
    """Hands a file in. The same file for the same purpose on the same day is one upload: then 200, with its first answer."""
    kept = actions.keep(service, caller, received.content, received.name, received.fields)
    response.status_code = 201 if kept.new else 200
    response.headers["Location"] = kept.upload.link
    return kept.upload


@router.get("/materials")
def uploads(
    service: Running,
    caller: SignedIn,
    before: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> UploadList:
    """The caller's earlier uploads, the newest first."""
    return actions.uploads_of(service, caller, before, limit)


@router.get("/materials/{id}", response_class=Response, responses=_FILE)
def download(id: str, service: Running, caller: SignedIn) -> Response:
    """One's own; for an approver, what hangs on a case that they may see."""
    found = actions.file_of(service, caller, id, cases.first_seen_of_others(service, caller, actions.cases_with(service, id)))
    digest = b64encode(bytes.fromhex(found.sha256)).decode()
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name, safe='')}",  # RFC 6266, RFC 8187
        "Content-Digest": f"sha-256=:{digest}:",  # RFC 9530
    }
    return Response(found.content, media_type=found.media_type, headers=headers)


@router.delete("/materials/{id}", status_code=204)
def remove(id: str, service: Running, caller: SignedIn) -> None:
    """Removes an upload that hangs on no case."""
    actions.remove(service, caller, id)


@router.get("/situations/{situation}/materials")
def held(situation: str, service: Running, caller: SignedIn) -> MaterialsHeld:
    """Which materials the caller holds already and by what, and for the others what to upload, or which earlier upload may serve."""
    return actions.held(service, caller, situation)


@router.get("/cases/{number}/materials")
def of_case(number: str, service: Running, caller: SignedIn) -> CaseMaterials:
    """How each material of a case is met, and its files."""
    return actions.materials_of(service, number, cases.case_of(service, caller, number).situation)
