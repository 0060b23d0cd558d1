"""Consents: that somebody lets a portal act for them, given and withdrawn by themself alone.

A portal cannot give one, whatever token it has: the routes have no scope. What is withdrawn ends every token that rests on it with the
next call.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from service import audit
from service.accounts.actions import Caller
from service.clients import store
from service.clients.models import Consent, Portal, Portals
from service.clients.scopes import personal
from service.clients.tables import ConsentRow
from service.database import Database
from service.problems import Problem

LASTS = timedelta(days=365)


def portals_of(database: Database, caller: Caller, now: datetime) -> Portals:
    """Every portal that the caller could let act for them, and what they let it do."""
    with database.reading() as session:
        given = store.standing_consents(session, caller.id, now)
        return Portals(portals=[
            Portal(id=each.id, name=each.name, scopes=personal(each.scopes.split()), consent=_told(given.get(each.id)))
            for each in store.clients(session)
            if personal(each.scopes.split()) and (each.disabled_at is None or each.id in given)
        ])  # fmt: skip


def give(database: Database, caller: Caller, client_id: str, scopes: Collection[str], now: datetime) -> Consent:
    """For a year, in place of what was agreed with the portal before. Raises `Problem`."""

    def work(session: Session) -> Consent:
        client = store.client(session, client_id)
        if client is None or client.disabled_at is not None:
            raise Problem("unknown-client")
        wanted = personal(scopes)
        if not wanted or set(wanted) != set(scopes) or not set(wanted) <= set(client.scopes.split()):
            raise Problem("client-scopes", scopes=personal(client.scopes.split()))
        _end(session, caller, client_id, now)
        row = ConsentRow(client_id=client_id, account_id=caller.id, scopes=" ".join(wanted), given_at=now, until=now + LASTS)
        session.add(row)
        session.flush()
        audit.record(session, now, caller, "consent.given", about=client_id, detail={"scopes": row.scopes})
        return _shown(row)

    return database.write(work)


def withdraw(database: Database, caller: Caller, client_id: str, now: datetime) -> None:
    """Raises `Problem` where nothing was agreed with the portal."""

    def work(session: Session) -> None:
        if not _end(session, caller, client_id, now):
            raise Problem("no-consent")
        audit.record(session, now, caller, "consent.withdrawn", about=client_id)

    database.write(work)


def held_about(session: Session, caller: Caller) -> list[dict[str, Any]]:
    """Every consent there ever was, for whoever gave it."""
    kept = {"client_id", "scopes", "given_at", "until", "used_at", "withdrawn_at"}
    return [each.model_dump(include=kept) for each in store.consents_of(session, caller.id)]


def _end(session: Session, caller: Caller, client_id: str, now: datetime) -> bool:
    row = store.unended(session, caller.id, client_id)
    if row is None:
        return False
    row.withdrawn_at = now
    session.add(row)
    session.flush()  # before another one takes its place
    return True


def _told(row: ConsentRow | None) -> Consent | None:
    return None if row is None else _shown(row)


def _shown(row: ConsentRow) -> Consent:
    return Consent(scopes=row.scopes.split(), given_at=row.given_at, until=row.until, used_at=row.used_at)
