"""Queries on machine clients, consents and tokens."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, bindparam, or_
from sqlalchemy import select as columns
from sqlmodel import Session, col, delete, select

from service.clients.tables import ClientRow, ClientTokenRow, ConsentRow
from service.database import Database


class Standing(NamedTuple):
    """Of a token that is good: whose it is, for whom, and within what."""

    client: str
    calls: int
    scopes: str
    account_id: int | None


_CONSENT_STANDS = and_(col(ConsentRow.withdrawn_at).is_(None), col(ConsentRow.until) > bindparam("now"))
_BY_TOKEN = (
    columns(col(ClientRow.id), col(ClientRow.calls), col(ClientTokenRow.scopes), col(ConsentRow.account_id))
    .select_from(ClientTokenRow)
    .join(ClientRow, col(ClientRow.id) == col(ClientTokenRow.client_id))
    .join(ConsentRow, col(ConsentRow.id) == col(ClientTokenRow.consent_id), isouter=True)
    .where(
        col(ClientTokenRow.token_hash) == bindparam("token_hash"), col(ClientTokenRow.expires_at) > bindparam("now"),
        col(ClientRow.disabled_at).is_(None), or_(col(ClientTokenRow.consent_id).is_(None), _CONSENT_STANDS),
    )
)  # fmt: skip


def by_token(database: Database, token_hash: str, now: datetime) -> Standing | None:
    """While it lasts, the client is not disabled, and the consent it rests on stands."""
    found = database.look_up(_BY_TOKEN, {"token_hash": token_hash, "now": now})
    return Standing._make(found[0]) if found else None


def client(session: Session, id_: str) -> ClientRow | None:
    return session.get(ClientRow, id_)


def clients(session: Session) -> Sequence[ClientRow]:
    return session.exec(select(ClientRow).order_by(col(ClientRow.name), col(ClientRow.id))).all()


def names(session: Session, ids: Collection[str]) -> Mapping[str, str]:
    if not ids:
        return {}
    return dict(session.exec(select(ClientRow.id, ClientRow.name).where(col(ClientRow.id).in_(ids))).all())


def standing_consents(session: Session, account_id: int, now: datetime) -> Mapping[str, ConsentRow]:
    """By the client's id."""
    stands = (col(ConsentRow.withdrawn_at).is_(None), col(ConsentRow.until) > now)
    found = session.exec(select(ConsentRow).where(ConsentRow.account_id == account_id, *stands)).all()
    return {each.client_id: each for each in found}


def unended(session: Session, account_id: int, client_id: str) -> ConsentRow | None:
    """The one that was not withdrawn, though its time may be up."""
    mine = (ConsentRow.account_id == account_id, ConsentRow.client_id == client_id, col(ConsentRow.withdrawn_at).is_(None))
    return session.exec(select(ConsentRow).where(*mine)).first()


def consents_of(session: Session, account_id: int) -> Sequence[ConsentRow]:
    """All there ever were, the oldest first."""
    return session.exec(select(ConsentRow).where(ConsentRow.account_id == account_id).order_by(col(ConsentRow.id))).all()


def remove_expired(session: Session, now: datetime) -> None:
    session.exec(delete(ClientTokenRow).where(col(ClientTokenRow.expires_at) <= now))


def remove_tokens(session: Session, client_id: str) -> None:
    session.exec(delete(ClientTokenRow).where(col(ClientTokenRow.client_id) == client_id))
