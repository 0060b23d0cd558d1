"""Who has to be told what of a mandate: the side that did not do it; both where the office did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from service.accounts.actions import account_by_number
from service.mandates import standing, store
from service.mandates.tables import MandateRow


@dataclass(frozen=True, slots=True)
class Letter:
    """For whose account, of which template, with what in it."""

    account_id: int
    template: str
    values: Mapping[str, str]


def letters(session: Session, id_: UUID, kind: str) -> Sequence[Letter]:
    """`kind`: `given`, `accepted`, `declined`, `ended` or `registered`. Who has no account is told nothing."""
    row = store.by_id(session, id_)
    if row is None:
        return []
    values = {"principal": row.principal_name, "agent": row.agent_name, "until": row.until.isoformat() if row.until else ""}
    found = []
    for number in _to(row, kind):
        account = account_by_number(session, number)
        if account is not None and standing.concerns(row, account) and (kind != "ended" or account.id != row.ended_by):
            found.append(Letter(account.id, f"mandate-{kind}", values))
    return found


def _to(row: MandateRow, kind: str) -> tuple[str, ...]:
    if kind == "given":
        return (row.agent,)
    if kind in ("accepted", "declined"):
        return (row.principal,)
    return row.principal, row.agent
