"""Sessions: beginning and ending them, and whose a token is.

The server makes every token anew, so nobody's session can be fixed beforehand; it keeps a hash alone. A session ends when it is closed,
when nothing was done in it for a while, and after `LASTS` whatever is done.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from service import audit
from service.accounts import store
from service.accounts.caller import Caller, caller_for
from service.accounts.tables import AccountRow, SessionRow
from service.database import Database

LASTS, IDLE = timedelta(hours=8), timedelta(hours=1)
NOTED = timedelta(minutes=5)
"""That something was done in a session is written down this often."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that has just begun; the token is told this once."""

    token: str
    expires_at: datetime
    caller: Caller


def opened(session: Session, account: AccountRow, now: datetime, before: str | None = None) -> Opened:
    """`before`: the token of a session that ends with this one's beginning."""
    caller = caller_for(account)
    made = Opened(secrets.token_urlsafe(32), now + LASTS, caller)
    store.remove_expired(session, now, now - IDLE)
    if before is not None:
        store.remove_session(session, _hash(before))
    session.add(SessionRow(
        token_hash=_hash(made.token), account_id=caller.id, opened_at=now, seen_at=now, expires_at=made.expires_at,
    ))  # fmt: skip
    audit.record(session, now, caller, "session.opened")
    return made


def close_session(session: Session, token: str, caller: Caller, now: datetime) -> None:
    store.remove_session(session, _hash(token))
    audit.record(session, now, caller.actor, "session.closed")


def caller_of(database: Database, token: str, now: datetime) -> Caller | None:
    found = session_of(database, token, now)
    return None if found is None else found[0]


def session_of(database: Database, token: str, now: datetime) -> tuple[Caller, bool] | None:
    """Whose session it is, and whether it is time to write down that it is in use."""
    found = store.by_token(database, _hash(token), now, now - IDLE)
    if found is None:
        return None
    account, seen_at = found
    return caller_for(account), now - seen_at >= NOTED


def note_use(database: Database, token: str, now: datetime) -> None:
    database.write(lambda session: store.seen(session, _hash(token), now))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
