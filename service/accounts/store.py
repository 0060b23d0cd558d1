"""Queries on accounts and sessions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import Session, col, delete, or_, select, update

from service.accounts.tables import AccountRow, PasswordRow, SessionRow, SignInTryRow
from service.database import Database


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


_COLUMNS = [AccountRow.__table__.c[name] for name in Account._fields]  # type: ignore[attr-defined]
_BY_ID = columns(*_COLUMNS).where(col(AccountRow.id) == bindparam("account_id"), col(AccountRow.disabled_at).is_(None))
_BY_TOKEN = (
    columns(*_COLUMNS, col(SessionRow.seen_at))
    .select_from(AccountRow)
    .join(SessionRow)
    .where(
        col(SessionRow.token_hash) == bindparam("token_hash"), col(SessionRow.expires_at) > bindparam("now"),
        col(SessionRow.seen_at) > bindparam("seen_after"), col(AccountRow.disabled_at).is_(None),
    )
)  # fmt: skip


def has_accounts(session: Session) -> bool:
    return session.exec(select(AccountRow.id).limit(1)).first() is not None


def by_number(session: Session, number: str) -> AccountRow | None:
    return session.exec(select(AccountRow).where(col(AccountRow.number_index) == number)).first()


def by_id(session: Session, id_: int) -> AccountRow:
    return session.get_one(AccountRow, id_)


def names(session: Session, ids: Collection[int]) -> Mapping[int, str]:
    found = session.exec(select(AccountRow.id, AccountRow.name).where(col(AccountRow.id).in_(ids))).all()
    return {id_: name for id_, name in found if id_ is not None}


def of_department(session: Session, department: str) -> Sequence[AccountRow]:
    """Its staff, in the order in which they came."""
    return session.exec(select(AccountRow).where(AccountRow.department == department).order_by(col(AccountRow.id))).all()


def by_ids(session: Session, ids: Collection[int]) -> Sequence[AccountRow]:
    return session.exec(select(AccountRow).where(col(AccountRow.id).in_(ids))).all()


def enabled(database: Database, id_: int) -> Account | None:
    """None where the account was disabled."""
    found = database.look_up(_BY_ID, {"account_id": id_})
    return Account._make(found[0]) if found else None


def by_token(database: Database, token_hash: str, now: datetime, seen_after: datetime) -> tuple[Account, datetime] | None:
    """Whose session it is, while it lasts, and when it was last seen in use."""
    found = database.look_up(_BY_TOKEN, {"token_hash": token_hash, "now": now, "seen_after": seen_after})
    return (Account._make(found[0][:-1]), found[0][-1]) if found else None


def seen(session: Session, token_hash: str, now: datetime) -> None:
    session.exec(update(SessionRow).where(col(SessionRow.token_hash) == token_hash).values(seen_at=now))


def sessions_of(session: Session, account_id: int) -> Sequence[SessionRow]:
    return session.exec(select(SessionRow).where(SessionRow.account_id == account_id).order_by(col(SessionRow.opened_at))).all()


def remove_session(session: Session, token_hash: str) -> None:
    session.exec(delete(SessionRow).where(col(SessionRow.token_hash) == token_hash))


def remove_sessions(session: Session, account_id: int) -> None:
    session.exec(delete(SessionRow).where(col(SessionRow.account_id) == account_id))


def remove_expired(session: Session, now: datetime, seen_before: datetime) -> None:
    session.exec(delete(SessionRow).where(or_(col(SessionRow.expires_at) <= now, col(SessionRow.seen_at) <= seen_before)))


def every(session: Session) -> Sequence[AccountRow]:
    return session.exec(select(AccountRow).order_by(col(AccountRow.id))).all()


def password(session: Session, account_id: int) -> str | None:
    found = session.get(PasswordRow, account_id)
    return None if found is None else found.kept


def password_changed(session: Session, account_id: int) -> datetime | None:
    found = session.get(PasswordRow, account_id)
    return None if found is None else found.changed_at


def keep_password(session: Session, account_id: int, kept: str, now: datetime) -> None:
    session.merge(PasswordRow(account_id=account_id, kept=kept, changed_at=now))


def tries_of(session: Session, who: str) -> Sequence[datetime]:
    """When this number was tried, the earliest first."""
    return session.exec(select(SignInTryRow.at).where(col(SignInTryRow.who_index) == who).order_by(col(SignInTryRow.at))).all()


def tries_from(session: Session, client: str) -> Sequence[datetime]:
    """When this client tried, the earliest first."""
    return session.exec(select(SignInTryRow.at).where(SignInTryRow.client == client).order_by(col(SignInTryRow.at))).all()


def forget_tries(session: Session, who: str) -> None:
    session.exec(delete(SignInTryRow).where(col(SignInTryRow.who_index) == who))


def forget_old_tries(session: Session, until: datetime) -> None:
    session.exec(delete(SignInTryRow).where(col(SignInTryRow.at) <= until))
