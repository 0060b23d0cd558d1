"""Putting on record what is being done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from engine.decision.strict_json import canonical
from service.audit.tables import AuditRow
from service.database.rows import fresh

_row = fresh(AuditRow)


def row(
    at: datetime,
    account_id: int | None,
    action: str,
    case_number: str | None = None,
    about: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> AuditRow:
    """To be inserted in the transaction that does it. `about`: a subject that is no case. `detail`: without personal data."""
    return _row(at=at, account_id=account_id, action=action, case_number=case_number, about=about, detail=_text(detail))


def record(
    session: Session,
    at: datetime,
    account_id: int | None,
    action: str,
    case_number: str | None = None,
    about: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """In the transaction that is open."""
    session.add(AuditRow(at=at, account_id=account_id, action=action, case_number=case_number, about=about, detail=_text(detail)))


def _text(detail: Mapping[str, Any] | None) -> str | None:
    return None if detail is None else canonical(detail).decode()
