"""An audit row as a leaf of the Merkle tree: canonical JSON of what is there, so that columns that come later change no leaf."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from engine.decision.strict_json import canonical
from service.audit.merkle import leaf_hash


class Recorded(Protocol):
    """An audit row, however it was read."""

    @property
    def id(self) -> int | None: ...
    @property
    def at(self) -> datetime: ...
    @property
    def account_id(self) -> int | None: ...
    @property
    def client(self) -> str | None: ...
    @property
    def action(self) -> str: ...
    @property
    def case_number(self) -> str | None: ...
    @property
    def about(self) -> str | None: ...
    @property
    def detail(self) -> str | None: ...
    @property
    def xact(self) -> int | None: ...


def entry(row: Recorded) -> dict[str, Any]:
    """`at` in UTC with microseconds; `detail` as text; what is None left out."""
    told = {
        "id": row.id,
        "at": row.at.isoformat(timespec="microseconds"),
        "account_id": row.account_id,
        "client": row.client,
        "action": row.action,
        "case_number": row.case_number,
        "about": row.about,
        "detail": row.detail,
        "transaction": row.xact,
    }
    return {name: each for name, each in told.items() if each is not None}


def hash_of(row: Recorded) -> bytes:
    return leaf_hash(canonical(entry(row)))
