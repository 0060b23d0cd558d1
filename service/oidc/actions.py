"""Signing in by the provider: begun here, done there, and ended here.

    state, nonce and verifier, kept with the browser that began -> the provider -> back with state and code, once
    -> an identity token, verified -> the number in its claim -> whose account -> a session, as any other

The token says who somebody is and nothing else: roles and departments are the accounts' own.
"""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
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
LARGEST_FORM = 100_000
"""Bytes that a form may have, to be kept for whoever is on their way."""
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Begun:
    """`address`: where the browser goes; `browser`: the secret that it keeps meanwhile."""

    address: str
    browser: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sign-in that has begun in this browser. `next`: where it then goes; `carried`: the fields of the form that is there, if any."""

    nonce: str
    verifier: str
    next: str
    carried: Sequence[tuple[str, str]]


def provider_of(service: Service) -> Provider:
    """Raises `Problem` where there is none."""
    if service.oidc is None:
        raise Problem("not-found")
    return service.oidc


def begin(
    service: Service, client: str, there: str, carried: Sequence[tuple[str, str]] = (), browser: str | None = None
) -> Begun:
    """`client`: the address that asks; `there`: the page to go to at the end, with the fields of its form; `browser`: the secret that it
    keeps already, of a sign-in in another tab. Raises `Problem`.
    """
    provider = provider_of(service)
    form = json.dumps(list(carried), ensure_ascii=False) if carried else None
    if form is not None and len(form.encode()) > LARGEST_FORM:
        raise Problem("too-large", limit=LARGEST_FORM)
    service.oidc_starts.count(client)
    state, new, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(4))
    browser = browser or new
    try:
        address = provider.begin(state, nonce, verifier)
    except Unreachable as unreachable:
        raise _down(unreachable) from None
    now = service.now()

    def keep(session: Session) -> None:
        store.remove_expired(session, now)
        session.add(OidcAttemptRow(
            state_hash=_hash(state), browser_hash=_hash(browser), nonce=nonce, verifier=verifier, next=there, carried=form,
            expires_at=now + LASTS,
        ))  # fmt: skip

    service.database.write(keep)
    return Begun(address, browser)


def take(service: Service, browser: str | None, answer: Mapping[str, str]) -> Attempt:
    """What this browser began, once. `browser`: the secret that it kept; `answer`: what it brings from the provider. Raises `Problem`."""
    provider_of(service)
    row = service.database.write(lambda session: _begun(session, answer.get("state", ""), browser or ""))
    if row is None or row["expires_at"] <= service.now():
        raise Problem("oidc-state")
    carried = [(name, value) for name, value in json.loads(row["carried"] or "[]")]
    return Attempt(row["nonce"], row["verifier"], row["next"], carried)


def arrive(service: Service, attempt: Attempt, answer: Mapping[str, str], before: str | None) -> Opened:
    """Signed in by what the provider says. `before`: the token of the browser's session, which ends. Raises `Problem`."""
    provider, now = provider_of(service), service.now()
    if answer.get("iss", provider.settings.issuer).rstrip("/") != provider.settings.issuer:  # RFC 9207
        raise Problem("oidc-refused")
    if "code" not in answer:  # error=access_denied, …
        raise Problem("oidc-state")
    try:
        claims = provider.claims(answer["code"], attempt.nonce, attempt.verifier, now)
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
    return service.database.write(lambda session: signed_in(session, fold_identifier(number), enrolled, now, before))


def erase_expired(session: Session, now: datetime) -> None:
    store.remove_expired(session, now)


def _begun(session: Session, state: str, browser: str) -> Mapping[str, Any] | None:
    row = store.taken(session, _hash(state), _hash(browser))
    return None if row is None else row.model_dump()


def _down(unreachable: Unreachable) -> Problem:
    _logger.error("the identity provider cannot be used: %s", unreachable)
    return Problem("oidc-down")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
