"""Erasing the record of uses of evidence: with the case they were for, or by themselves where no case came of them."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from service.evidence import store


def erase_case(session: Session, number: str) -> None:
    store.remove_uses(session, store.ids_for_case(session, number))


def erase_uses(session: Session, before: datetime, limit: int) -> int:
    """Those that no case came of, asked before then, as many at most; how many."""
    ids = store.ids_without_case(session, before, limit)
    store.remove_uses(session, ids)
    return len(ids)
