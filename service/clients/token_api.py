"""The token endpoint of OAuth 2.0 (RFC 6749, 4.4), for machine clients. Its errors are that standard's own, not problem documents.

One parameter is ours: `acting_for`, the identity number or credit code of whoever agreed that the client acts for them.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from email.message import Message as Header
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote_plus

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from pydantic import Field

from service.client_address import address_of
from service.clients import tokens
from service.clients.tokens import Error, Refused, Wanted
from service.documents import Answer
from service.requests import StrictRequest
from service.state import Running, Service

router = APIRouter(tags=["clients"])
GRANT = "client_credentials"
_MOST_FIELDS = 20
_TEXT = {"type": "string", "maxLength": 200}
_FORM: dict[str, Any] = {"security": [{"clientSecret": []}], "requestBody": {"required": True, "content": {
    "application/x-www-form-urlencoded": {"schema": {
        "type": "object",
        "properties": {
            "grant_type": {"type": "string", "enum": [GRANT]},
            "scope": {**_TEXT, "description": "with blanks between; all that there are unless given"},
            "acting_for": {**_TEXT, "description": "identity number or credit code of whoever agreed; nobody unless given"},
            "client_id": {**_TEXT, "description": "with `client_secret`, where there is no `Authorization: Basic`"},
            "client_secret": _TEXT,
        },
        "required": ["grant_type"],
    }, "example": {"grant_type": GRANT, "client_id": "i-longhua", "client_secret": "mps_…", "scope": "catalogue"}},
}}}  # fmt: skip


class TokenAnswer(Answer):
    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 — a kind of token (RFC 6750)
    expires_in: int = Field(description="seconds")
    scope: str


class TokenRefused(Answer):
    """RFC 6749, 5.2."""

    error: Error
    error_description: str


@router.post(
    "/token", openapi_extra=_FORM, response_model=TokenAnswer, responses={400: {"model": TokenRefused}, 401: {"model": TokenRefused}},
)  # fmt: skip
async def token(request: Request, service: Running) -> Response:
    """A token for ten minutes, to a machine client that shows its secret (by `Authorization: Basic`, or in the form)."""
    try:
        fields = await _fields(request)
        client_id, secret = _credentials(request.headers.get("authorization"), fields)
        wanted = _wanted(fields)
        return await to_thread.run_sync(_granted, service, client_id, secret, wanted, address_of(request))
    except Refused as refused:
        return _refused(refused)


def _granted(service: Service, client_id: str, secret: str, wanted: Wanted, address: str) -> Response:
    """Raises `Refused`, and `Problem` where there were too many wrong secrets from there, or too many calls."""
    tried, now = f"{client_id[:200]} {address}", service.now()
    service.token_failures.hold(tried)
    try:
        calls = tokens.authenticate(service.database, client_id, secret, now)
    except Refused:
        service.token_failures.count(tried)
        raise
    service.client_calls.count(client_id, calls)
    found = tokens.grant(service.database, client_id, wanted, now)
    told = TokenAnswer(access_token=found.token, expires_in=found.expires_in, scope=" ".join(found.scopes))
    return Response(told.model_dump_json(), media_type="application/json")


async def _fields(request: Request) -> dict[str, str]:
    header = Header()
    header["content-type"] = request.headers.get("content-type", "")
    if header.get_content_type() != "application/x-www-form-urlencoded":
        raise Refused("invalid_request", "the body is application/x-www-form-urlencoded")
    body = await StrictRequest(request.scope, request.receive).body()
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=bool(body), errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise Refused("invalid_request", "the form cannot be read") from None
    if len({name for name, _ in pairs}) != len(pairs) or any("\x00" in text for pair in pairs for text in pair):
        raise Refused("invalid_request", "a parameter stands twice, or holds U+0000")
    return {name: value for name, value in pairs if value}  # one without a value is as if it were left out (3.1)


def _credentials(header: str | None, fields: dict[str, str]) -> tuple[str, str]:
    """RFC 6749, 2.3.1: in one way alone."""
    scheme, _, given = (header or "").partition(" ")
    if scheme.lower() != "basic":
        if "client_id" not in fields or "client_secret" not in fields:
            raise Refused("invalid_client", "client and secret are missing")
        return fields["client_id"], fields["client_secret"]
    if "client_secret" in fields:
        raise Refused("invalid_request", "the secret is given twice")
    try:
        client_id, colon, secret = b64decode(given.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise Refused("invalid_client", "Authorization: Basic cannot be read") from None
    if not colon or "\x00" in client_id:
        raise Refused("invalid_client", "Authorization: Basic cannot be read")
    return unquote_plus(client_id), unquote_plus(secret)


def _wanted(fields: dict[str, str]) -> Wanted:
    if "grant_type" not in fields:
        raise Refused("invalid_request", "grant_type is missing")
    if fields["grant_type"] != GRANT:
        raise Refused("unsupported_grant_type", f"the only one is {GRANT}")
    scope = fields.get("scope")
    return Wanted(frozenset(scope.split()) if scope and scope.split() else None, fields.get("acting_for"))


def _refused(refused: Refused) -> Response:
    told = TokenRefused(error=refused.error, error_description=refused.text)
    unknown = refused.error == "invalid_client"
    headers = {"WWW-Authenticate": 'Basic realm="miaopi", charset="UTF-8"'} if unknown else {}
    return Response(told.model_dump_json(), 401 if unknown else 400, headers, "application/json")
