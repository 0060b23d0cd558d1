"""Signing in by password: one answer for all that may be wrong, the same work for each, and only so many tries.

Tries are counted in the database, so that several processes share them: of a person by the number that was typed, whether anybody has
it or not, and of a client by its address. A try counts before the password is looked at, so that many at once do not go unseen.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from engine.language.texts import fold_identifier
from service import audit
from service.accounts import passwords, store
from service.accounts.sessions import Opened, opened
from service.accounts.tables import SignInTryRow
from service.database import Database
from service.problems import Problem

WINDOW = timedelta(minutes=15)
PERSON_TRIES, CLIENT_TRIES = 5, 50
"""How often a person's number, and a client's address, may be tried in a window without success."""


def sign_in(database: Database, number: str, password: str, client: str, now: datetime, before: str | None = None) -> Opened:
    """`before`: the token of the session that the caller has already, which ends. Raises `Problem`."""
    who = fold_identifier(number)
    found, stored = database.write(lambda session: _tried(session, who, client, now))
    if not passwords.is_right(password, stored) or found is None:
        database.write(lambda session: audit.record(session, now, found, "sign-in.failed"))
        raise Problem("sign-in-failed")
    account_id = found

    def work(session: Session) -> Opened:
        store.forget_tries(session, who)
        return opened(session, store.by_id(session, account_id), now, before)

    return database.write(work)


def _tried(session: Session, who: str, client: str, now: datetime) -> tuple[int | None, str | None]:
    """Whose number it is and what their password is kept as. Raises `Problem` where it was tried too often."""
    store.forget_old_tries(session, now - WINDOW)
    for tries, most in ((store.tries_of(session, who), PERSON_TRIES), (store.tries_from(session, client), CLIENT_TRIES)):
        if len(tries) >= most:
            wait = int((min(tries[-most:]) + WINDOW - now).total_seconds()) + 1
            raise Problem("too-many-tries", {"Retry-After": str(wait)})
    session.add(SignInTryRow(who=who, client=client, at=now))
    account = store.by_number(session, who)
    if account is None or account.id is None or account.disabled_at is not None:
        return None, None
    return account.id, store.password(session, account.id)
