"""Putting on record what is being done."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from service.audit.tables import AuditRow


def row(at: datetime, account_id: int | None, action: str, case_number: str | None = None) -> AuditRow:
    """To be kept in the transaction that does it."""
    return AuditRow(at=at, account_id=account_id, action=action, case_number=case_number)


def record(session: Session, at: datetime, account_id: int | None, action: str, case_number: str | None = None) -> None:
    session.add(row(at, account_id, action, case_number))
