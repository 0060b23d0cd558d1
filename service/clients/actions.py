"""Machine clients, for the rest of the service."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlmodel import Session

from service.clients import store
from service.clients.consents import held_about
from service.clients.credentials import hashed, new_secret
from service.clients.keeping import CALLS
from service.clients.tables import ClientRow
from service.clients.tokens import Calling, calling

__all__ = ["Calling", "calling", "held_about", "names_of", "seed"]


def seed(session: Session, id_: str, name: str, scopes: Collection[str], now: datetime) -> None:
    """A portal of which nobody knows the secret: an operator makes a new one."""
    session.add(ClientRow(
        id=id_, name=name, scopes=" ".join(sorted(scopes)), calls=CALLS, secret_hash=hashed(new_secret()), added_at=now,
    ))  # fmt: skip


def names_of(session: Session, ids: Collection[str]) -> Mapping[str, str]:
    """By id."""
    return store.names(session, ids)
