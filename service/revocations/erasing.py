"""Erasing what was said in a revocation and in checks of commitments."""

from __future__ import annotations

from sqlmodel import Session

from service.revocations import store


def is_open(session: Session, number: str) -> bool:
    """Whether a revocation is under way, or a commitment not checked or not repaired."""
    proceeding = store.seen(session, number)
    checks = store.follow_ups_of(session, number)
    broken = any(each.state == "broken" and each.repaired_at is None for each in checks)
    return broken or any(each.state in ("open", "doubtful") for each in checks) or (
        proceeding is not None and proceeding.outcome is None
    )  # fmt: skip


def erase_case(session: Session, number: str) -> None:
    proceeding = store.seen(session, number)
    if proceeding is not None:
        proceeding.reason = ""
        proceeding.statement = proceeding.hearing = proceeding.conclusion = None
        session.add(proceeding)
    for each in store.follow_ups_of(session, number):
        each.reason = None
        session.add(each)
