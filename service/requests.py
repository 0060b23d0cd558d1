"""How requests come in: JSON bodies read strictly and within limits, and what every response carries.

The limits are enforced while the body streams in, before anything parses it.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Callable, Coroutine
from email.message import Message as Header
from typing import Any

import orjson
from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.decision.strict_json import BadJSON, read_json
from service.problems import MEDIA_TYPE, Problem, bad_json, language, of_status

LARGEST_BODY = 1 << 20
"""Bytes of one request's body."""
LONGEST_WAIT = 30
"""Seconds until it is all there."""
SECURITY_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_logger = logging.getLogger(__name__)


class StrictRequest(Request):
    """A request whose body is limited, and whose JSON is read by `engine.decision.strict_json`."""

    async def body(self) -> bytes:
        if not hasattr(self, "_body"):
            try:
                async with asyncio.timeout(LONGEST_WAIT):
                    self._body = await self._whole()
            except TimeoutError:
                raise Problem("too-slow", {"Connection": "close"}) from None
        return self._body

    async def _whole(self) -> bytes:
        chunks, size = [], 0
        async for chunk in self.stream():
            size += len(chunk)
            if size > LARGEST_BODY:
                raise Problem("too-large", limit=LARGEST_BODY)
            chunks.append(chunk)
        return b"".join(chunks)

    async def json(self) -> Any:
        body = await self.body()
        try:
            found = read_json(body)
        except BadJSON as bad:
            raise bad_json(bad.code, bad.params) from None
        if b"\\u0000" in body and _holds_nul(found):
            raise Problem("nul-in-text")
        return found


def _holds_nul(found: Any) -> bool:
    """Whether any text in it holds U+0000, which means nothing to people and which PostgreSQL keeps in no text."""
    if isinstance(found, str):
        return "\x00" in found
    if isinstance(found, dict):
        return any(map(_holds_nul, found)) or any(map(_holds_nul, found.values()))
    return isinstance(found, list) and any(map(_holds_nul, found))


class StrictRoute(APIRoute):
    """A route that takes `application/json` alone."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def strict(request: Request) -> Response:
            if self.body_field is not None:
                header = Header()
                header["content-type"] = request.headers.get("content-type", "")
                if header.get_content_type() != "application/json":
                    raise Problem("not-json")
                length = request.headers.get("content-length", "")
                if length.isdecimal() and int(length[:18]) > LARGEST_BODY:
                    raise Problem("too-large", limit=LARGEST_BODY)
            return await handle(StrictRequest(request.scope, request.receive))

        return strict


def problem_response(request: Request, problem: Problem) -> Response:
    """The problem in the caller's language."""
    lang = language(request.headers.get("accept-language"))
    return document_response(problem.document(lang), problem.status_code, lang, problem.headers)


def document_response(document: Any, status: int, lang: str, headers: Any = None) -> Response:
    found = {"Content-Language": lang, "Vary": "Accept-Language", **(headers or {})}
    return Response(orjson.dumps(document), status, found, MEDIA_TYPE)


class Boundary:
    """Outermost: puts the security headers on every response, and turns what nobody expected into a plain 500.

    The log gets the kind of error and where it arose. Its text is left out: it may hold personal data.
    """

    def __init__(self, app: ASGIApp, answer: Callable[[Request, Problem], Response] = problem_response) -> None:
        self.app = app
        self.answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        started = False
        unreadable = _unreadable(scope)

        async def send_guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            if unreadable is not None:
                return await self.answer(Request(scope), unreadable)(scope, receive, send_guarded)
            await self.app(scope, receive, send_guarded)
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            _logger.error("%s at %s:%s", type(error).__name__, where.filename, where.lineno)
            if started:
                raise ConnectionError("the response was cut off") from None
            await self.answer(Request(scope), Problem("failed"))(scope, receive, send_guarded)


def _unreadable(scope: Scope) -> Problem | None:
    """An address with U+0000: nothing lies there."""
    if "\x00" in scope["path"]:
        return of_status(404, None)
    return Problem("nul-in-text") if b"%00" in scope["query_string"] else None
