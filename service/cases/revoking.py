"""Taking an approval back, at the end of a proceeding; and looking, later, at what was only promised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from sqlmodel import Session

from service import audit
from service.cases import store
from service.cases.moves import move, to_change
from service.cases.redeciding import decide_again
from service.evidence.actions import use_rows
from service.problems import Problem
from service.state import Service, day_of


@dataclass(frozen=True, slots=True)
class Promised:
    """A commitment that an approval rests on: the condition, and the day by which it must be checked."""

    condition: str
    by: date


def revoke(session: Session, number: str, by: audit.By, reason: str, now: datetime) -> None:
    """Raises `Problem` where the case is not approved."""
    move(session, to_change(session, number), "revoked", now, by, "revoked", reason)


def note(session: Session, number: str, kind: str, now: datetime, by: audit.By, text: str | None = None) -> None:
    """Puts a step of a proceeding about an approved case on its timeline, before its applicant's eyes. Raises `Problem`."""
    case = to_change(session, number)
    if case.status != "approved":
        raise Problem("not-allowed-now", case_status=case.status, allowed=[])
    move(session, case, kind, now, by, note=text)


def promises_of(session: Session, number: str) -> Sequence[Promised]:
    """What an approved case was let off proving, if it is approved still."""
    case = store.by_number(session, number)
    if case is None or case.status != "approved":
        return ()
    told: list[dict[str, Any]] = orjson.loads(store.receipt(session, case).body)["follow_up"]
    return tuple(Promised(each["condition"], date.fromisoformat(each["by"])) for each in told)


@dataclass(frozen=True, slots=True)
class ApprovedOn:
    """In which situation a case was approved, and when."""

    situation: str
    on: date


def approved_on(session: Session, number: str) -> ApprovedOn | None:
    """None where the case is not approved; to be read alone."""
    case = store.by_number(session, number)
    if case is None or case.status != "approved":
        return None
    return ApprovedOn(case.situation, day_of(case.closed_at or case.received_at))


def kept_promise(service: Service, number: str, condition: str) -> bool | None:
    """Whether the condition holds on the evidence of today, without the promise; None where that is unknown still."""
    with service.database.reading() as session:
        case = store.by_number(session, number)
    if case is None:
        return None
    decided = decide_again(service, case, service.now(), {"commitments": []})
    if decided.gathered is not None:
        service.database.insert(use_rows(decided.gathered.uses, number))
    outcomes = {each["condition"]: each["outcome"] for each in orjson.loads(decided.receipt)["reasons"]}
    return {"pass": True, "fail": False}.get(outcomes.get(condition, "unknown"))
