"""Queries on sign-ins that have begun."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, delete

from service.oidc.tables import OidcAttemptRow


def remove_expired(session: Session, now: datetime) -> None:
    session.exec(delete(OidcAttemptRow).where(col(OidcAttemptRow.expires_at) <= now))


def taken(session: Session, state_hash: str, browser_hash: str) -> OidcAttemptRow | None:
    """It is there no more afterwards: whoever comes with the same state again finds nothing. Another browser leaves it there."""
    row = session.get(OidcAttemptRow, state_hash, with_for_update=True)
    if row is not None and row.browser_hash != browser_hash:
        return None
    if row is not None:
        session.delete(row)
        session.flush()
    return row
