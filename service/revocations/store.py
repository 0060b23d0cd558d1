"""Queries on revocations and checks of commitments."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from service.revocations.tables import FollowUpRow, RevocationRow


def revocation(session: Session, number: str) -> RevocationRow | None:
    """Nobody else changes it until the transaction ends."""
    return session.exec(select(RevocationRow).where(RevocationRow.case_number == number).with_for_update()).first()


def seen(session: Session, number: str) -> RevocationRow | None:
    return session.get(RevocationRow, number)


def seen_follow_up(session: Session, number: str, condition: str) -> FollowUpRow | None:
    return session.get(FollowUpRow, (number, condition))


def follow_up(session: Session, number: str, condition: str) -> FollowUpRow | None:
    """Nobody else changes it until the transaction ends."""
    query = select(FollowUpRow).where(FollowUpRow.case_number == number, FollowUpRow.condition == condition)
    return session.exec(query.with_for_update()).first()


def follow_ups(session: Session, department: str, state: str, limit: int) -> Sequence[FollowUpRow]:
    """The most urgent first."""
    query = select(FollowUpRow).where(FollowUpRow.department == department, FollowUpRow.state == state)
    return session.exec(query.order_by(col(FollowUpRow.by), col(FollowUpRow.case_number)).limit(limit)).all()


def has_broken(session: Session, account_id: int) -> bool:
    """Whether somebody broke a promise, and it has not been repaired."""
    query = select(FollowUpRow.case_number).where(
        FollowUpRow.account_id == account_id, FollowUpRow.state == "broken", col(FollowUpRow.repaired_at).is_(None)
    )
    return session.exec(query.limit(1)).first() is not None


def follow_ups_of(session: Session, number: str) -> Sequence[FollowUpRow]:
    return session.exec(select(FollowUpRow).where(FollowUpRow.case_number == number)).all()
