"""Accounts: who somebody is, who acts for whom, and signing made-up people in. By password: `service.accounts.signing_in`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from engine.language.identifiers import resident_id_fault
from engine.language.texts import fold_identifier
from service import audit
from service.accounts import store
from service.accounts.caller import Acting, Caller, Scope, caller_for, main_role
from service.accounts.sessions import IDLE, LASTS, Opened, caller_of, close_session, opened
from service.accounts.tables import AccountRow
from service.database import Database
from service.problems import Problem

__all__ = [
    "IDLE", "LASTS", "Acting", "Caller", "Opened", "Scope", "account_by_number", "account_of", "applicant_by_id",
    "applicant_by_number", "caller_of", "close_session", "deciders_of", "enrol", "ensure", "has_account", "held_about",
    "is_same_person", "main_role", "names_of", "offices_of", "open_session", "persons_of", "seed",
]  # fmt: skip


def open_session(session: Session, number: str, now: datetime, before: str | None = None) -> Opened:
    """Signs a made-up person in by number alone. `before`: the token of a session that ends with it. Raises `Problem`."""
    account = store.by_number(session, fold_identifier(number))
    if account is None or not account.made_up or account.disabled_at is not None:
        raise Problem("unknown-person")
    return opened(session, account, now, before)


def account_of(session: Session, id_: int) -> Caller:
    """Whose account it is, as if they were calling."""
    return caller_for(store.by_id(session, id_))


def account_by_number(session: Session, number: str) -> Caller | None:
    """Whose number this is, as if they were calling; nobody whose access has ended."""
    found = store.by_number(session, number)
    return None if found is None or found.disabled_at is not None else caller_for(found)


def ensure(session: Session, number: str, name: str, agent: str, now: datetime) -> None:
    """An account for whoever is acted for, if they have none: nobody can sign in by it. `agent`: who represents an organisation."""
    if store.by_number(session, number) is not None:
        return
    person = resident_id_fault(number) is None
    row = AccountRow(kind="person" if person else "organisation", name=name, number=number, agent_number=None if person else agent)
    session.add(row)
    session.flush()
    audit.record(session, now, None, "account.added", about=str(row.id), detail={"roles": row.roles})


def applicant_by_id(database: Database, id_: int) -> Caller | None:
    """Whose account it is, as the applicant they are and nothing else; None where they are none, or are disabled."""
    found = store.enabled(database, id_)
    return None if found is None else _as_applicant(caller_for(found))


def applicant_by_number(session: Session, number: str) -> Caller | None:
    """The same by their number, folded."""
    row = store.by_number(session, number)
    return None if row is None or row.disabled_at is not None else _as_applicant(caller_for(row))


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
    """All that is kept of an account: itself, its sessions and tries to sign in; no password."""
    row = store.by_id(session, caller.id)
    kept = ("kind", "name", "number", "agent_number", "roles", "department", "queues", "disabled_at")
    return {
        **row.model_dump(include=set(kept)),
        "password_set_at": store.password_changed(session, caller.id),
        "sign_in_tries": list(store.tries_of(session, caller.number)),
        "sessions": [each.model_dump(include={"opened_at", "seen_at", "expires_at"}) for each in store.sessions_of(session, caller.id)],
    }


def deciders_of(session: Session, department: str) -> Mapping[int, str]:
    """The names of a department's approvers and heads, by the id of the account."""
    found = (caller_for(each) for each in store.of_department(session, department))
    return {each.id: each.name for each in found if each.decides}


def persons_of(session: Session, ids: Collection[int]) -> frozenset[str]:
    """The identity numbers of the people behind these accounts: one person may have several."""
    return frozenset(each.agent_number or each.number for each in store.by_ids(session, ids))


def seed(session: Session, people: Sequence[Mapping[str, Any]]) -> bool:
    """Puts the demo people into a database that has nobody; says whether it did."""
    if store.has_accounts(session):
        return False
    enrol(session, people)
    return True


def enrol(session: Session, people: Sequence[Mapping[str, Any]]) -> None:
    """Made-up people, who sign in by number alone."""
    session.add_all(AccountRow.model_validate({"made_up": True, **each}) for each in people)


def _as_applicant(caller: Caller) -> Caller | None:
    if "applicant" not in caller.roles:
        return None
    return replace(caller, roles=frozenset({"applicant"}), department=None, queues=frozenset())
