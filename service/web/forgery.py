"""Forms are sent from our own pages alone (cross-site request forgery): the one place that every HTML form passes.

Three things have to hold. The browser says that the request is of the same origin (`Sec-Fetch-Site`, else `Origin`); the
form carries a token that only a page of ours could have (a double submit, keyed by the visit's cookie and masked anew on each
page, so that a compressed page does not give it away); and the session's cookie is never sent along by another site
(`SameSite=Strict`).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error

from fastapi import Request

from service.problems import Problem

VISIT = "miaopi_visit"
"""The cookie that a browser keeps while it visits; it says nothing of who that is."""
FIELD = "form_token"
WHOSE = "acting_for"
"""The field of a form that was opened while somebody acts for another: the mandate's id."""
_LENGTH = 32


def new_visit() -> str:
    return secrets.token_urlsafe(_LENGTH)


def token_for(visit: str) -> str:
    """A token for one page, good as long as the visit."""
    mask = secrets.token_bytes(_LENGTH)
    return urlsafe_b64encode(mask + _xor(mask, _secret(visit))).decode()


def refuse_forged(request: Request, token: str | None) -> None:
    """Raises `Problem` where the form may not be from a page of ours."""
    visit = request.cookies.get(VISIT)
    if not _same_origin(request) or not visit or not token or not _matches(visit, token):
        raise Problem("form-forged")


def _same_origin(request: Request) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    # A browser that sends neither is old; the token and the cookie have to do.
    return origin is None or origin == f"{request.url.scheme}://{request.headers.get('host', '')}"


def _matches(visit: str, token: str) -> bool:
    try:
        sent = urlsafe_b64decode(token.encode())
    except (Error, ValueError):
        return False
    mask, masked = sent[:_LENGTH], sent[_LENGTH:]
    return len(masked) == _LENGTH and hmac.compare_digest(_xor(mask, masked), _secret(visit))


def _secret(visit: str) -> bytes:
    return hmac.digest(visit.encode(), b"miaopi form", hashlib.sha256)


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(left, right, strict=True))
