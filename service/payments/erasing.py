"""Erasing whom a case paid; the order itself stays, as the books need it."""

from __future__ import annotations

from sqlmodel import Session

from service.payments import store

_UNDER_WAY = ("ordered", "sent", "failed", "recovering")


def is_open(session: Session, number: str) -> bool:
    """Whether money of the case is still on its way, either way."""
    return any(each.state in _UNDER_WAY for each in store.of_case(session, number))


def erase_case(session: Session, number: str) -> None:
    for each in store.of_case(session, number):
        each.payee = each.reason = None
        session.add(each)
