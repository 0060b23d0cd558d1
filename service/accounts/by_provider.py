"""Signing in on the word of an identity provider, which `service.oidc` has verified. It is believed about the number alone."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from engine.language.identifiers import resident_id_fault
from service import audit
from service.accounts import store
from service.accounts.sessions import Opened, opened
from service.accounts.tables import AccountRow
from service.problems import Problem

_LONGEST_NAME = 60


def signed_in(session: Session, number: str, enrolled: str | None, now: datetime, before: str | None) -> Opened:
    """`number`: folded. `enrolled`: the name under which somebody without an account becomes an applicant; None for nobody does.

    Raises `Problem`.
    """
    account = store.by_number(session, number)
    if account is None and enrolled is not None:
        account = _new(session, number, enrolled.strip(), now)
    if account is None or account.disabled_at is not None:
        raise Problem("oidc-unknown")
    made = opened(session, account, now, before)
    audit.record(session, now, made.caller, "sign-in.by-provider")
    return made


def _new(session: Session, number: str, name: str, now: datetime) -> AccountRow:
    if resident_id_fault(number) is not None or not 1 <= len(name) <= _LONGEST_NAME or "\x00" in name:
        raise Problem("oidc-unusable")
    row = AccountRow(kind="person", name=name, number=number, roles="applicant")
    session.add(row)
    session.flush()
    audit.record(session, now, None, "account.added", about=str(row.id), detail={"roles": row.roles, "by": "oidc"})
    return row
