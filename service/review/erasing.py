"""Erasing what a case shares with others, and what was said at a second look; that there was one, and what came of it, stays."""

from __future__ import annotations

from sqlmodel import Session

from service.review import store


def is_open(session: Session, number: str) -> bool:
    """Whether it waits for a second look."""
    drawn = store.sample(session, number)
    return drawn is not None and drawn.answered_at is None


def erase_case(session: Session, number: str) -> None:
    store.remove_marks(session, number)
    drawn = store.sample(session, number)
    if drawn is not None:
        drawn.reason = None
        session.add(drawn)
