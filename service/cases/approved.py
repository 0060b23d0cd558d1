"""What was approved, for whatever follows an approval: the result licence, payments, the check of commitments, revocation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from sqlmodel import Session

from service.cases import store
from service.cases.tables import CaseRow
from service.state import day_of


@dataclass(frozen=True, slots=True)
class Approved:
    """A case as it was approved. `on`: the day of the approval. `facts`, `follow_up`: of the receipt that it rests on.

    `grant`: of the person who approved it, where one did; else of the rules. Amounts are decimal strings in yuan.
    """

    number: str
    version: int
    status: str
    situation: str
    department: str
    account_id: int
    received_at: datetime
    decided_for: date
    on: date
    facts: Mapping[str, Any]
    grant: Mapping[str, Any]
    follow_up: tuple[Mapping[str, Any], ...]

    @property
    def holder(self) -> str:
        """The applicant's resident-id or uscc."""
        return str(self.facts["applicant"]["number"])

    @property
    def holder_name(self) -> str:
        return str(self.facts["applicant"]["name"])


def approved(session: Session, number: str) -> Approved | None:
    """The case if it is approved at this moment; in a transaction that writes, nobody else changes it before that ends."""
    case = store.to_change(session, number)
    return None if case is None or case.status != "approved" else as_approved(session, case)


def settle(session: Session, number: str) -> None:
    """What the approval gives is issued, if it gives anything: it stands in nobody's way any longer."""
    case = store.to_change(session, number)
    if case is not None and case.settling:
        case.settling = False
        session.add(case)


def day_received(case: Approved) -> date:
    return day_of(case.received_at)


def as_approved(session: Session, case: CaseRow) -> Approved:
    receipt = orjson.loads(store.receipt(session, case).body)
    decision = store.decision(session, case.number)
    by_person = decision is not None and decision.conclusion == "approve"
    return Approved(
        number=case.number, version=case.version, status=case.status, situation=case.situation, department=case.department,
        account_id=case.account_id, received_at=case.received_at, decided_for=case.decided_for,
        on=day_of(case.closed_at or case.received_at), facts=receipt["facts"],
        grant=orjson.loads(decision.grant) if by_person and decision is not None else receipt["grant"],
        follow_up=tuple(receipt["follow_up"]),
    )  # fmt: skip
