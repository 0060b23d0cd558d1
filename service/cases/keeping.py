"""Keeping what was decided: the receipt, the uses of evidence, how materials are met, and what the case rests on from now on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlmodel import Session, SQLModel

from service import audit
from service.audit.receipt_seal import sealed
from service.cases.deciding import Decided
from service.cases.tables import CaseRow, ReceiptRow
from service.database import add_rows, fresh
from service.evidence.actions import use_rows
from service.materials import actions as materials
from service.problems import Problem
from service.state import Service, day_of

_receipt = fresh(ReceiptRow)


def receipt_rows(service: Service, case: CaseRow, decided: Decided, why: str, at: datetime) -> tuple[ReceiptRow, SQLModel]:
    """The receipt that is the case's `receipts`-th, sealed, and with it on record its digest, so that none can be put in its place."""
    shortfalls = decided.gathered.shortfalls if decided.gathered else ()
    return sealed_rows(service, case, decided.receipt, decided.hash, decided.withheld, shortfalls, why, at)


def sealed_rows(
    service: Service, case: CaseRow, document: bytes, hash_: str, withheld: Sequence[str], shortfalls: Sequence[Any],
    why: str, at: datetime,
) -> tuple[ReceiptRow, SQLModel]:  # fmt: skip
    """The same, of a receipt's own parts."""
    body = sealed(service.sealer.keys, document)
    receipt = _receipt(
        case_number=case.number, sequence=case.receipts, body=body, hash=hash_, why=why, at=at,
        withheld=orjson.dumps(withheld).decode(), shortfalls=orjson.dumps(shortfalls).decode(),
    )  # fmt: skip
    detail = {"receipt": f"sha256:{hashlib.sha256(body).hexdigest()}", "sequence": case.receipts, "why": why}
    return receipt, audit.row(at, None, "receipt.sealed", case.number, detail=detail)


def keep_decision(service: Service, session: Session, case: CaseRow, decided: Decided, why: str, now: datetime) -> None:
    """Adds the new receipt to a case that is being changed, which rests on it from now on.

    Raises `Problem` where the ruleset was stopped or replaced since it decided.
    """
    if decided.guard is not None and not decided.guard.holds(session.connection()):
        raise Problem("changed-meanwhile", version=case.version, what="ruleset")
    case.receipts += 1
    case.conclusion, case.proposed, case.queue = decided.conclusion, decided.proposed, decided.queue
    case.ruleset, case.ruleset_hash = decided.ruleset, decided.ruleset_hash
    case.decided_for = day_of(now)
    add_rows(session, [*receipt_rows(service, case, decided, why, now), *use_rows(decided.uses, case.number)])
    materials.keep_again(session, case.number, decided.materials, now)
