"""Putting on record what is being done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from sqlmodel import Session

from engine.decision.strict_json import canonical
from service.audit.tables import AuditRow
from service.database.rows import fresh

_row = fresh(AuditRow)


class Actor(Protocol):
    """Whoever acts: an account, and the machine client that calls for it, if one does."""

    @property
    def id(self) -> int | None: ...
    @property
    def client(self) -> str | None: ...


By = Actor | int | None
"""Who did it: whoever is calling, an account, or the system itself."""


def account_of(by: By) -> int | None:
    return by if by is None or isinstance(by, int) else by.id


def row(
    at: datetime,
    by: By,
    action: str,
    case_number: str | None = None,
    about: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> AuditRow:
    """To be inserted in the transaction that does it. `about`: a subject that is no case. `detail`: without personal data."""
    return _row(
        at=at, account_id=account_of(by), client=_client(by), action=action, case_number=case_number, about=about,
        detail=_text(detail),
    )  # fmt: skip


def record(
    session: Session,
    at: datetime,
    by: By,
    action: str,
    case_number: str | None = None,
    about: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """In the transaction that is open."""
    session.add(AuditRow(
        at=at, account_id=account_of(by), client=_client(by), action=action, case_number=case_number, about=about,
        detail=_text(detail),
    ))  # fmt: skip


def _client(by: By) -> str | None:
    return None if by is None or isinstance(by, int) else by.client


def _text(detail: Mapping[str, Any] | None) -> str | None:
    return None if detail is None else canonical(detail).decode()
