"""Queries on accounts and sessions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam
from sqlalchemy import select as columns
from sqlmodel import Session, and_, col, delete, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from service.accounts.tables import AccountRow, MandateRow, SessionRow


class Account(NamedTuple):
    """Of an `AccountRow`, what tells who is calling."""

    id: int
    kind: str
    name: str
    number: str
    agent_number: str | None
    roles: str
    department: str | None
    queues: str


_BY_TOKEN = (
    columns(*(AccountRow.__table__.c[name] for name in Account._fields))  # type: ignore[attr-defined]
    .join(SessionRow)
    .where(col(SessionRow.token_hash) == bindparam("token_hash"), col(SessionRow.expires_at) > bindparam("now"))
)


def has_accounts(session: Session) -> bool:
    return session.exec(select(AccountRow.id).limit(1)).first() is not None


def by_number(session: Session, number: str) -> AccountRow | None:
    return session.exec(select(AccountRow).where(col(AccountRow.number_index) == number)).first()


def by_id(session: Session, id_: int) -> AccountRow:
    return session.get_one(AccountRow, id_)


def names(session: Session, ids: Collection[int]) -> Mapping[int, str]:
    found = session.exec(select(AccountRow.id, AccountRow.name).where(col(AccountRow.id).in_(ids))).all()
    return {id_: name for id_, name in found if id_ is not None}


def by_ids(session: Session, ids: Collection[int]) -> Sequence[AccountRow]:
    return session.exec(select(AccountRow).where(col(AccountRow.id).in_(ids))).all()


def by_token(connection: Connection, token_hash: str, now: datetime) -> Account | None:
    """Whose session it is, while it lasts."""
    found = connection.execute(_BY_TOKEN, {"token_hash": token_hash, "now": now}).first()
    return None if found is None else Account._make(found)


def sessions_of(session: Session, account_id: int) -> Sequence[SessionRow]:
    return session.exec(select(SessionRow).where(SessionRow.account_id == account_id).order_by(col(SessionRow.opened_at))).all()


def mandates_with(session: Session, number: str) -> Sequence[MandateRow]:
    """All that there ever were, either way."""
    either = or_(col(MandateRow.agent_index) == number, col(MandateRow.principal_index) == number)
    return session.exec(select(MandateRow).where(either).order_by(col(MandateRow.id))).all()


def remove_session(session: Session, token_hash: str) -> None:
    session.exec(delete(SessionRow).where(col(SessionRow.token_hash) == token_hash))


def remove_expired(session: Session, now: datetime) -> None:
    session.exec(delete(SessionRow).where(col(SessionRow.expires_at) <= now))


def any_between(session: Session, one: str, others: Collection[str], day: date) -> bool:
    """Whether a mandate or guardianship between them, either way, is in force on the day."""
    agent, principal, until = col(MandateRow.agent_index), col(MandateRow.principal_index), col(MandateRow.until)
    between = or_(and_(agent == one, principal.in_(others)), and_(principal == one, agent.in_(others)))
    lasting = (col(MandateRow.revoked).is_(False), col(MandateRow.since) <= day, or_(until.is_(None), until >= day))
    return session.exec(select(MandateRow.id).where(between, *lasting).limit(1)).first() is not None


def mandate(session: Session, kind: str, agent: str, principal: str, day: date) -> MandateRow | None:
    """One that is in force on the day."""
    found = select(MandateRow).where(
        MandateRow.kind == kind, col(MandateRow.agent_index) == agent, col(MandateRow.principal_index) == principal
    )
    return session.exec(_in_force(found, day)).first()


def _in_force(mandates: SelectOfScalar[MandateRow], day: date) -> SelectOfScalar[MandateRow]:
    until = col(MandateRow.until)
    return mandates.where(col(MandateRow.revoked).is_(False), col(MandateRow.since) <= day, or_(until.is_(None), until >= day))
