"""Who looked at somebody's cases: what they are told of it, by role and department and not by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, col, or_, select

from service.accounts.actions import offices_of
from service.audit.tables import AuditRow
from service.clients.actions import names_of

_LOOKS = ("%.read", "receipt.tried")
_AT_ONCE = 500


def at_cases(session: Session, numbers: Sequence[str], but_by: int) -> list[dict[str, Any]]:
    """Every look at these cases by anybody else, and by machine clients for `but_by`, the oldest first."""
    rows: list[AuditRow] = []
    for start in range(0, len(numbers), _AT_ONCE):
        some = numbers[start : start + _AT_ONCE]
        looked = or_(*(col(AuditRow.action).like(each) for each in _LOOKS))
        by_others = or_(col(AuditRow.account_id) != but_by, col(AuditRow.client).is_not(None))
        query = select(AuditRow).where(col(AuditRow.case_number).in_(some), looked, by_others)
        rows += session.exec(query).all()
    rows.sort(key=lambda each: each.id or 0)
    offices = offices_of(session, {each.account_id for each in rows if each.account_id is not None})
    clients = names_of(session, {each.client for each in rows if each.client})
    return [
        {
            "at": each.at, "case": each.case_number, "what": each.action, "by": offices.get(each.account_id or 0),
            "client": clients.get(each.client or ""),
        }
        for each in rows
    ]
