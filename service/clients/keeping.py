"""Keeping machine clients: adding them, changing their secret, and ending and restoring access. For operators, on the command line."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from service import audit
from service.clients import store
from service.clients.credentials import hashed, new_secret
from service.clients.scopes import all_scopes
from service.clients.tables import ClientRow
from service.database import Conflict, Database
from service.problems import Problem

CALLS = 600
"""In a minute, unless the operator says otherwise."""
OVERLAP = timedelta(hours=24)
"""So long the secret before is good beside the new one."""
_ID = re.compile(r"[a-z][a-z0-9-]{1,39}")
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Kept:
    """A client as operators see it. `secret`: told this once, when it is made."""

    id: str
    name: str
    scopes: tuple[str, ...]
    calls: int
    disabled: bool
    secret: str | None = None


def add(database: Database, id_: str, name: str, scopes: Collection[str], calls: int, now: datetime) -> Kept:
    """Raises `Problem`."""
    if not _ID.fullmatch(id_) or not 1 <= len(name.strip()) <= _LONGEST_NAME:
        raise Problem("client-name")
    if not scopes or not set(scopes) <= set(all_scopes()):
        raise Problem("client-scopes", scopes=all_scopes())
    secret = new_secret()
    row = ClientRow(
        id=id_, name=name.strip(), scopes=" ".join(sorted(set(scopes))), calls=calls, secret_hash=hashed(secret), added_at=now,
    )  # fmt: skip

    def work(session: Session) -> Kept:
        session.add(row)
        session.flush()
        audit.record(session, now, None, "client.added", about=id_, detail={"scopes": row.scopes})
        return _kept(row, secret)

    try:
        return database.write(work)
    except Conflict:
        raise Problem("client-known") from None


def rotate(database: Database, id_: str, at_once: bool, now: datetime) -> Kept:
    """A new secret. `at_once`: the one before and every token end now, as when it may be known to somebody. Raises `Problem`."""
    secret = new_secret()

    def work(session: Session) -> Kept:
        row = _found(session, id_)
        row.before_hash, row.before_until = (None, None) if at_once else (row.secret_hash, now + OVERLAP)
        row.secret_hash = hashed(secret)
        if at_once:
            store.remove_tokens(session, id_)
        session.add(row)
        audit.record(session, now, None, "client.secret-rotated", about=id_, detail={"at_once": at_once})
        return _kept(row, secret)

    return database.write(work)


def set_disabled(database: Database, id_: str, disabled: bool, now: datetime) -> Kept:
    """Its tokens end at once, and it is given none. What people agreed to stays. Raises `Problem`."""

    def work(session: Session) -> Kept:
        row = _found(session, id_)
        row.disabled_at = now if disabled else None
        store.remove_tokens(session, id_)
        session.add(row)
        audit.record(session, now, None, "client.disabled" if disabled else "client.enabled", about=id_)
        return _kept(row)

    return database.write(work)


def every_client(database: Database) -> list[Kept]:
    with database.reading() as session:
        return [_kept(each) for each in store.clients(session)]


def _found(session: Session, id_: str) -> ClientRow:
    row = store.client(session, id_)
    if row is None:
        raise Problem("unknown-client")
    return row


def _kept(row: ClientRow, secret: str | None = None) -> Kept:
    return Kept(row.id, row.name, tuple(row.scopes.split()), row.calls, row.disabled_at is not None, secret)
