"""Signing in by the provider: begun here, done there, and ended here.

    state, nonce and verifier, kept with the browser that began -> the provider -> back with state and code, once
    -> an identity token, verified -> the number in its claim -> whose account -> a session, as any other

The token says who somebody is and nothing else: roles and departments are the accounts' own.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlmodel import Session

from engine.language.texts import fold_identifier
from service import audit
from service.accounts.by_provider import signed_in
from service.accounts.sessions import Opened
from service.oidc import store
from service.oidc.provider import Provider, Unreachable, Untrusted
from service.oidc.tables import OidcAttemptRow
from service.problems import Problem
from service.state import Service

LASTS = timedelta(minutes=10)
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Begun:
    """`address`: where the browser goes; `browser`: the secret that it keeps meanwhile."""

    address: str
    browser: str


@dataclass(frozen=True, slots=True)
class Arrived:
    opened: Opened
    next: str


def provider_of(service: Service) -> Provider:
    """Raises `Problem` where there is none."""
    if service.oidc is None:
        raise Problem("not-found")
    return service.oidc


def begin(service: Service, client: str, there: str) -> Begun:
    """`client`: the address that asks; `there`: the page to go to at the end. Raises `Problem`."""
    provider = provider_of(service)
    service.oidc_starts.count(client)
    state, browser, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(4))
    try:
        address = provider.begin(state, nonce, verifier)
    except Unreachable as unreachable:
        raise _down(unreachable) from None
    now = service.now()

    def keep(session: Session) -> None:
        store.remove_expired(session, now)
        session.add(OidcAttemptRow(
            state_hash=_hash(state), browser_hash=_hash(browser), nonce=nonce, verifier=verifier, next=there, expires_at=now + LASTS,
        ))  # fmt: skip

    service.database.write(keep)
    return Begun(address, browser)


def arrive(service: Service, browser: str | None, answer: Mapping[str, str], before: str | None) -> Arrived:
    """`browser`: the secret that it kept; `answer`: what it brings from the provider; `before`: the token of its session, which ends.

    Raises `Problem`.
    """
    provider, now = provider_of(service), service.now()
    attempt = service.database.write(lambda session: _begun(session, answer.get("state", "")))
    if attempt is None or attempt["expires_at"] <= now or not hmac.compare_digest(attempt["browser_hash"], _hash(browser or "")):
        raise Problem("oidc-state")
    if answer.get("iss", provider.settings.issuer).rstrip("/") != provider.settings.issuer:  # RFC 9207
        raise Problem("oidc-refused")
    if "code" not in answer:  # error=access_denied, …
        raise Problem("oidc-state")
    try:
        claims = provider.claims(answer["code"], attempt["nonce"], attempt["verifier"], now)
    except Unreachable as unreachable:
        raise _down(unreachable) from None
    except Untrusted as untrusted:
        _logger.warning("an identity token was refused: %s", untrusted)
        service.database.insert([audit.row(now, None, "sign-in.failed", detail={"by": "oidc", "why": str(untrusted)})])
        raise Problem("oidc-refused") from None
    number, name = claims.get(provider.settings.claim), claims.get("name")
    if not isinstance(number, str) or not number.strip():
        raise Problem("oidc-unusable")
    enrolled = name if provider.settings.enrols and isinstance(name, str) else None
    opened = service.database.write(lambda session: signed_in(session, fold_identifier(number), enrolled, now, before))
    return Arrived(opened, attempt["next"])


def _begun(session: Session, state: str) -> Mapping[str, Any] | None:
    row = store.taken(session, _hash(state))
    return None if row is None else row.model_dump()


def _down(unreachable: Unreachable) -> Problem:
    _logger.error("the identity provider cannot be used: %s", unreachable)
    return Problem("oidc-down")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
