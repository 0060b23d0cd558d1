"""Signing in and out, and who is calling."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from engine.language.texts import fold_identifier
from service import audit
from service.access import ROLES, Relation
from service.accounts import store
from service.accounts.tables import AccountRow, SessionRow
from service.database import Database
from service.problems import Problem

LASTS = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever is signed in. `number`: resident-id of a person, uscc of an organisation.

    `queues`: what an approver is skilled at, everything where there is none. `reach`: how far the table of access lets them go with
    what they are calling now; nowhere outside of a call.
    """

    id: int
    kind: str
    name: str
    number: str
    agent_number: str | None
    roles: frozenset[str] = frozenset({"applicant"})
    department: str | None = None
    queues: frozenset[str] = frozenset()
    reach: frozenset[Relation] = field(default=frozenset(), compare=False)

    @property
    def role(self) -> str:
        """The one that says most about what they are here for."""
        return main_role(self.roles)

    @property
    def decides(self) -> bool:
        """Whether they decide what the rules did not."""
        return not self.roles.isdisjoint(("approver", "head"))

    @property
    def writes_policies(self) -> bool:
        return "policy_writer" in self.roles

    @property
    def person(self) -> str:
        """The identity number of the person who acts, whatever account they act by."""
        return self.agent_number or self.number

    @property
    def as_applicant(self) -> Mapping[str, str]:
        """The `applicant` of the facts."""
        agent = {"agent_number": self.agent_number} if self.agent_number else {}
        return {"kind": self.kind, "name": self.name, "number": self.number, **agent}


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that has just begun; the token is told this once."""

    token: str
    expires_at: datetime
    caller: Caller


def main_role(roles: Collection[str]) -> str:
    """What somebody with these roles is called: as the staff they are, if they are."""
    return next((each for each in reversed(ROLES) if each in roles), "applicant")


def open_session(session: Session, number: str, now: datetime) -> Opened:
    """Signs a demo person in by number alone. Raises `Problem`."""
    account = store.by_number(session, fold_identifier(number))
    if account is None:
        raise Problem("unknown-person")
    caller = _caller(account)
    opened = Opened(secrets.token_urlsafe(32), now + LASTS, caller)
    store.remove_expired(session, now)
    session.add(SessionRow(token_hash=_hash(opened.token), account_id=caller.id, opened_at=now, expires_at=opened.expires_at))
    audit.record(session, now, caller.id, "session.opened")
    return opened


def close_session(session: Session, token: str, caller: Caller, now: datetime) -> None:
    store.remove_session(session, _hash(token))
    audit.record(session, now, caller.id, "session.closed")


def caller_of(database: Database, token: str, now: datetime) -> Caller | None:
    with database.looking_up() as connection:
        account = store.by_token(connection, _hash(token), now)
    return None if account is None else _caller(account)


def account_of(session: Session, id_: int) -> Caller:
    """Whose account it is, as if they were calling."""
    return _caller(store.by_id(session, id_))


def has_account(session: Session, id_: int) -> bool:
    return bool(store.names(session, {id_}))


def is_same_person(one: Caller, other: Caller) -> bool:
    """Whether one person stands behind both accounts."""
    return one.id == other.id or (one.agent_number or one.number) == (other.agent_number or other.number)


def names_of(session: Session, ids: Collection[int]) -> Mapping[int, str]:
    """The names of these accounts, by id."""
    return store.names(session, ids)


def offices_of(session: Session, ids: Collection[int]) -> Mapping[int, dict[str, Any]]:
    """Roles and department of these accounts, by id."""
    return {each.id: {"roles": each.roles.split(), "department": each.department} for each in store.by_ids(session, ids) if each.id}


def held_about(session: Session, caller: Caller) -> dict[str, Any]:
    """All that is kept of an account: itself, its sessions, and who may act for whom."""
    row = store.by_id(session, caller.id)
    kept = ("kind", "name", "number", "agent_number", "roles", "department", "queues")
    return {
        **row.model_dump(include=set(kept)),
        "sessions": [each.model_dump(include={"opened_at", "expires_at"}) for each in store.sessions_of(session, caller.id)],
        "mandates": [
            each.model_dump(include={"kind", "principal", "agent", "reference", "since", "until", "revoked"})
            for each in store.mandates_with(session, caller.number)
        ],
    }


def persons_of(session: Session, ids: Collection[int]) -> frozenset[str]:
    """The identity numbers of the people behind these accounts: one person may have several."""
    return frozenset(each.agent_number or each.number for each in store.by_ids(session, ids))


def standing(session: Session, kind: str, agent: str, principal: str, day: date) -> str | None:
    """The reference of the record by which `agent` acts for `principal` on the day, as `mandate` or `guardian`; or None."""
    found = store.mandate(session, kind, agent, principal, day)
    return None if found is None else found.reference


def act_for_each_other(session: Session, one: str, others: Collection[str], day: date) -> bool:
    """Whether `one` acts for any of the others on the day, or any of them for `one`, by mandate or as guardian."""
    return store.any_between(session, one, others, day)


def seed(session: Session, people: Sequence[Mapping[str, Any]]) -> bool:
    """Puts the demo people into a database that has nobody; says whether it did."""
    if store.has_accounts(session):
        return False
    enrol(session, people)
    return True


def enrol(session: Session, people: Sequence[Mapping[str, Any]]) -> None:
    session.add_all(AccountRow.model_validate(each) for each in people)


def _caller(account: AccountRow | store.Account) -> Caller:
    assert account.id is not None
    return Caller(
        account.id, account.kind, account.name, account.number, account.agent_number, frozenset(account.roles.split()),
        account.department, frozenset(account.queues.split()),
    )  # fmt: skip


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
