"""Tokens of machine clients: granting them (RFC 6749, client credentials), and whose one is.

    client and secret -> scopes that the client has -> for whom? -> what that person agreed to -> a token, for ten minutes

A token is random and kept as a hash. Each call looks it up anew, so it ends with the client, with the consent, and with the account.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlmodel import Session

from engine.language.texts import fold_identifier
from service import audit
from service.accounts.actions import Caller, applicant_by_id, applicant_by_number
from service.clients import store
from service.clients.credentials import hashed, is_right, new_token
from service.clients.scopes import PUBLIC, personal
from service.clients.tables import ClientRow, ClientTokenRow
from service.database import Database

LASTS = timedelta(minutes=10)
Error = Literal["invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope"]
"""RFC 6749, 5.2."""
_UNKNOWN = "unknown client, or wrong secret"


class Refused(Exception):
    """No token is given. `text`: why, for whoever runs the client."""

    def __init__(self, error: Error, text: str) -> None:
        super().__init__(error)
        self.error = error
        self.text = text


@dataclass(frozen=True, slots=True)
class Wanted:
    """`scopes`: None for all that there are. `acting_for`: an identity number or credit code; None for nobody."""

    scopes: frozenset[str] | None
    acting_for: str | None


@dataclass(frozen=True, slots=True)
class Granted:
    """The token is told this once."""

    token: str
    scopes: tuple[str, ...]
    expires_in: int


@dataclass(frozen=True, slots=True)
class Calling:
    """A machine client that calls. `caller`: the person it acts for, as an applicant and nothing else; None for nobody.
    `calls`: how many it may make in a minute.
    """

    client: str
    calls: int
    scopes: frozenset[str]
    caller: Caller | None


@dataclass(frozen=True, slots=True)
class _Actor:
    id: int | None
    client: str


def authenticate(database: Database, client_id: str, secret: str, now: datetime) -> int:
    """How many calls the client may make in a minute. Raises `Refused`; what a client that is known was refused is on record."""
    with database.reading() as session:
        client = store.client(session, client_id)
        known = client is not None and client.disabled_at is None and _opens(client, secret, now)
    if client is not None and known:
        return client.calls
    if client is not None:
        _note(database, client_id, "invalid_client", now)
    raise Refused("invalid_client", _UNKNOWN)


def grant(database: Database, client_id: str, wanted: Wanted, now: datetime) -> Granted:
    """To a client that is who it says. Raises `Refused`, which is on record."""
    token = new_token()
    try:
        return database.write(lambda session: _granted(session, client_id, token, wanted, now))
    except Refused as refused:
        _note(database, client_id, refused.error, now)
        raise


def calling(database: Database, token: str, now: datetime) -> Calling | None:
    """Whose token it is; None where it is nobody's, or not any more."""
    found = store.by_token(database, hashed(token), now)
    if found is None:
        return None
    person = None if found.account_id is None else applicant_by_id(database, found.account_id)
    if found.account_id is not None and person is None:
        return None
    caller = None if person is None else replace(person, client=found.client)
    return Calling(found.client, found.calls, frozenset(found.scopes.split()), caller)


def _granted(session: Session, client_id: str, token: str, wanted: Wanted, now: datetime) -> Granted:
    client = store.client(session, client_id)
    if client is None or client.disabled_at is not None:
        raise Refused("invalid_client", _UNKNOWN)
    mine = frozenset(client.scopes.split())
    if wanted.scopes is not None and not wanted.scopes <= mine:
        raise Refused("invalid_scope", f"this client may have: {client.scopes}")
    if wanted.acting_for is None:
        scopes, consent, person = _for_nobody(mine, wanted.scopes), None, None
    else:
        scopes, consent, person = _for_person(session, client_id, mine, wanted.scopes, wanted.acting_for, now)
    store.remove_expired(session, now)
    session.add(ClientTokenRow(
        token_hash=hashed(token), client_id=client_id, consent_id=consent, scopes=" ".join(sorted(scopes)), expires_at=now + LASTS,
    ))  # fmt: skip
    audit.record(session, now, _Actor(person, client_id), "token.granted", detail={"scopes": " ".join(sorted(scopes))})
    return Granted(token, tuple(sorted(scopes)), int(LASTS.total_seconds()))


def _for_nobody(mine: frozenset[str], wanted: frozenset[str] | None) -> frozenset[str]:
    """What is everybody's by the table; what is somebody's stays out of reach, whatever the scopes."""
    return mine if wanted is None else wanted


def _for_person(
    session: Session, client_id: str, mine: frozenset[str], wanted: frozenset[str] | None, number: str, now: datetime
) -> tuple[frozenset[str], UUID, int]:
    """One answer for nobody of that number and for nobody who agreed, so that a portal learns no numbers by asking."""
    person = applicant_by_number(session, fold_identifier(number))
    consent = None if person is None else store.standing_consents(session, person.id, now).get(client_id)
    if person is None or consent is None:
        raise Refused("invalid_grant", "nobody of this number lets this client act for them")
    agreed = frozenset(consent.scopes.split())
    if wanted is not None and not frozenset(personal(wanted)) <= agreed:
        raise Refused("invalid_scope", f"the person agreed to: {consent.scopes}")
    consent.used_at = now
    session.add(consent)
    return (wanted if wanted is not None else mine & (agreed | {PUBLIC})), consent.id, person.id


def _opens(client: ClientRow, secret: str, now: datetime) -> bool:
    before = client.before_hash if client.before_until is not None and now < client.before_until else None
    return is_right(secret, client.secret_hash) or is_right(secret, before)


def _note(database: Database, client_id: str, error: Error, now: datetime) -> None:
    actor = _Actor(None, client_id)
    database.write(lambda session: audit.record(session, now, actor, "token.refused", detail={"error": error}))
