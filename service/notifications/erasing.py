"""Erasing what was told of a case."""

from __future__ import annotations

from sqlmodel import Session

from service.notifications import store


def erase_case(session: Session, number: str) -> None:
    store.remove_of_case(session, number)
