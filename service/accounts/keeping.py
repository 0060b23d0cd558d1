"""Keeping accounts: adding people with their roles, passwords, and ending and restoring access. For operators, on the command line."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from engine.language.identifiers import resident_id_fault, uscc_check, uscc_shape
from engine.language.texts import fold_identifier
from service import audit
from service.access import ROLES
from service.accounts import passwords, store
from service.accounts.tables import AccountRow
from service.database import Conflict, Database
from service.problems import Problem

STAFF = frozenset({"approver", "head"})
"""Roles that are nothing without a department."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An account as operators see it: the number is not in it."""

    id: int
    name: str
    kind: str
    roles: tuple[str, ...]
    department: str | None
    made_up: bool
    disabled: bool
    has_password: bool


def add(
    database: Database, number: str, name: str, roles: Collection[str], department: str | None, now: datetime,
    agent_number: str | None = None, queues: Collection[str] = (),
) -> Kept:  # fmt: skip
    """`agent_number`: whoever acts for an organisation, which needs one. Raises `Problem`."""
    folded, agent = fold_identifier(number), None if agent_number is None else fold_identifier(agent_number)
    organisation = resident_id_fault(folded) is not None  # a resident's number may have the shape of a credit code
    if organisation and not (uscc_shape(folded) and uscc_check(folded)):
        raise Problem("account-number")
    if organisation != (agent is not None) or (agent is not None and resident_id_fault(agent) is not None):
        raise Problem("account-agent")
    _hold_roles(roles, department)
    row = AccountRow(
        kind="organisation" if organisation else "person", name=name, number=folded, agent_number=agent, roles=_said(roles),
        department=department, queues=" ".join(sorted(queues)),
    )  # fmt: skip

    def work(session: Session) -> Kept:
        session.add(row)
        session.flush()
        audit.record(session, now, None, "account.added", about=str(row.id), detail={"roles": row.roles})
        return _kept(session, row)

    try:
        return database.write(work)
    except Conflict:
        raise Problem("account-known") from None


def set_password(database: Database, number: str, password: str, now: datetime) -> Kept:
    """Also ends all their sessions. A made-up person who gets one signs in by number no more. Raises `Problem`."""

    def work(session: Session) -> Kept:
        row = _found(session, number)
        passwords.hold_to_policy(password, row.name, row.number)
        assert row.id is not None
        store.keep_password(session, row.id, passwords.kept(password), now)
        row.made_up = False
        store.remove_sessions(session, row.id)
        audit.record(session, now, None, "account.password-set", about=str(row.id))
        return _kept(session, row)

    return database.write(work)


def set_roles(database: Database, number: str, roles: Collection[str], department: str | None, now: datetime) -> Kept:
    """In place of those they had. Raises `Problem`."""
    _hold_roles(roles, department)

    def work(session: Session) -> Kept:
        row = _found(session, number)
        row.roles, row.department = _said(roles), department
        audit.record(session, now, None, "account.roles-set", about=str(row.id), detail={"roles": row.roles})
        return _kept(session, row)

    return database.write(work)


def set_disabled(database: Database, number: str, disabled: bool, now: datetime) -> Kept:
    """Ends all their sessions, and they can begin none. What they did stays. Raises `Problem`."""

    def work(session: Session) -> Kept:
        row = _found(session, number)
        assert row.id is not None
        row.disabled_at = now if disabled else None
        store.remove_sessions(session, row.id)
        audit.record(session, now, None, "account.disabled" if disabled else "account.enabled", about=str(row.id))
        return _kept(session, row)

    return database.write(work)


def every_account(database: Database) -> list[Kept]:
    with database.reading() as session:
        return [_kept(session, each) for each in store.every(session)]


def _hold_roles(roles: Collection[str], department: str | None) -> None:
    if not roles or not set(roles) <= set(ROLES) or (not STAFF.isdisjoint(roles) and department is None):
        raise Problem("account-roles", roles=list(ROLES))


def _found(session: Session, number: str) -> AccountRow:
    row = store.by_number(session, fold_identifier(number))
    if row is None:
        raise Problem("account-unknown")
    return row


def _said(roles: Collection[str]) -> str:
    return " ".join(each for each in ROLES if each in roles)


def _kept(session: Session, row: AccountRow) -> Kept:
    assert row.id is not None
    has = store.password(session, row.id) is not None
    return Kept(row.id, row.name, row.kind, tuple(row.roles.split()), row.department, row.made_up, row.disabled_at is not None, has)
