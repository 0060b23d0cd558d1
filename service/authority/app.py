"""The repository over HTTP: by holder or by licence id, data or file, each with its purpose; keys; and switches for this machine.

A file is the signed licence itself (`application/jose`).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError

from service.authority import actions, store
from service.authority.actions import Authority, Said, Silent
from service.authority.faults import Fault
from service.authority.models import CheckRequest, HolderRequest, IdRequest, Requested
from service.client_address import is_local


def create_app(authority: Authority) -> FastAPI:
    """The application over a repository that has started; it closes the database when it ends."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        authority.database.close()

    app = FastAPI(title="miaopi licence authority", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.authority = authority
    app.include_router(share, prefix="/share")
    app.include_router(control, prefix="/control")
    app.add_api_route("/keys", keys)
    app.add_exception_handler(Silent, _silent)
    app.add_exception_handler(RequestValidationError, _invalid)
    return app


def _authority(request: Request) -> Authority:
    found: Authority = request.app.state.authority
    return found


def _local(request: Request) -> None:
    if not is_local(request):
        raise HTTPException(403)


Running = Annotated[Authority, Depends(_authority)]
share = APIRouter(tags=["share"])
control = APIRouter(tags=["control"], dependencies=[Depends(_local)])


def keys(authority: Running) -> dict[str, Any]:
    """The JWK set (RFC 7517) that licences are verified with, older keys included."""
    return authority.keys.public()


@share.post("/GetCertificateDataByHolder")
async def data_by_holder(body: HolderRequest, request: Request, authority: Running) -> Response:
    return _data(await _of_holder(body, request, authority))


@share.post("/GetCertificateFileByHolder")
async def file_by_holder(body: HolderRequest, request: Request, authority: Running) -> Response:
    return _files(await _of_holder(body, request, authority))


@share.post("/GetCertificateDataByCertificateID")
async def data_by_id(body: IdRequest, request: Request, authority: Running) -> Response:
    return _data(await _of_id(body, request, authority))


@share.post("/GetCertificateFileByCertificateID")
async def file_by_id(body: IdRequest, request: Request, authority: Running) -> Response:
    return _files(await _of_id(body, request, authority))


@share.post("/GetCheckAnswerByHolder")
async def check_by_holder(body: CheckRequest, request: Request, authority: Running) -> Response:
    """What a register says of someone, signed, also that it says nothing."""
    asked = body.data
    say = partial(actions.check_of, authority, asked.check_code, asked.holder_code)
    return _data(await _answer(authority, request, asked.check_code, asked.holder_code, asked.use_cause, say))


@control.get("/faults")
def faults(authority: Running) -> dict[str, Fault]:
    return authority.faults


@control.put("/faults")
def switch(body: dict[str, Fault], authority: Running) -> dict[str, Fault]:
    """These faults from now on, and no others."""
    authority.faults = body
    return body


@control.post("/rotate")
def rotate(authority: Running) -> dict[str, str]:
    return {"kid": authority.keys.rotate()}


@control.get("/requests")
def requests(authority: Running) -> list[Requested]:
    with authority.database.reading() as session:
        return [Requested.model_validate(each, from_attributes=True) for each in store.requests(session)]


async def _of_holder(body: HolderRequest, request: Request, authority: Authority) -> Sequence[str] | bytes:
    asked = body.data
    say = partial(actions.licences_of, authority, asked.cert_type_code, asked.holder_code)
    return await _answer(authority, request, asked.cert_type_code, asked.holder_code, asked.use_cause, say)


async def _of_id(body: IdRequest, request: Request, authority: Authority) -> Sequence[str] | bytes:
    asked = body.data
    parts = asked.certificate_id.split(".")
    say = partial(actions.licence_by_id, authority, asked.certificate_id)
    return await _answer(authority, request, parts[5] if len(parts) > 5 else "", asked.certificate_id, asked.use_cause, say)


async def _answer(
    authority: Authority, request: Request, code: str, about: str, use_cause: str, say: Callable[[], Said]
) -> Sequence[str] | bytes:
    operation = request.url.path.rsplit("/", 1)[-1]
    type_ = actions.type_of(authority, code)
    return await actions.answered(authority, operation, type_, about, use_cause, say, partial(_hung_up, request))


async def _hung_up(request: Request) -> None:
    """Waits until the asker has closed the connection."""
    while (await request.receive())["type"] != "http.disconnect":
        continue


def _data(found: Sequence[str] | bytes) -> Response:
    return _success(found if isinstance(found, bytes) else {"signed": found})


def _files(found: Sequence[str] | bytes) -> Response:
    return _success(found if isinstance(found, bytes) else {"files": [_file(each) for each in found]})


def _file(statement: str) -> dict[str, str]:
    content = statement.encode()
    return {
        "mediaType": "application/jose",
        "sha256": hashlib.sha256(content).hexdigest(),
        "content": base64.b64encode(content).decode(),
    }


def _success(data: Any) -> Response:
    body = data if isinstance(data, bytes) else orjson.dumps({"ack_code": "SUCCESS", "data": data})
    return Response(body, media_type="application/json")


def _failure(status: int, code: str) -> Response:
    return Response(orjson.dumps({"ack_code": "FAILURE", "errors": [code]}), status, media_type="application/json")


async def _silent(_: Request, _error: Exception) -> Response:
    return _failure(503, "source-unavailable")


async def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return _failure(422, ", ".join(".".join(str(part) for part in each["loc"][1:]) for each in error.errors()))
