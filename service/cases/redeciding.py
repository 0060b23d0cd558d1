"""Deciding a case again: what it applied with, evidence of this day, and the reason why on the new receipt.

`applied_on` stays the day of submission; `today` is the day of the new decision. The ruleset is the one in force on the day that it
says it is dated by.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from sqlmodel import Session

from service.accounts.actions import Caller
from service.cases import store
from service.cases.acted import acted_by, acted_in
from service.cases.deciding import Decided, gather_and_decide
from service.cases.tables import CaseRow
from service.materials import actions as materials
from service.materials.actions import HandedIn
from service.state import Service, day_of


def given_of(session: Session, case: CaseRow) -> dict[str, Any]:
    """What the case was last decided on, without its evidence, its materials and what a person judged."""
    facts: dict[str, Any] = orjson.loads(store.receipt(session, case).body)["facts"]
    return {name: value for name, value in facts.items() if name not in ("evidence", "judged", "materials")}


def decide_again(
    service: Service, case: CaseRow, now: datetime, changed: Mapping[str, Any] | None = None, confirmed: bool = False,
    added: HandedIn | None = None, by: Caller | None = None,
) -> Decided:  # fmt: skip
    """With evidence gathered anew, and with these sections of the facts `changed`. `confirmed`: a person has the last word.
    `added`: what is handed in beside what hangs on the case. `by`: who asks for it; else it stays with who acted before.

    Raises `InvalidFacts`.
    """
    with service.database.reading() as session:
        given = {**given_of(session, case), **(changed or {})}
        acted = acted_by(by) if by else acted_in(orjson.loads(store.receipt(session, case).body))
        situation = service.situation(case.situation)
        day = day_of(now)
        handed = materials.hanging_on(session, service, case.account_id, case.number, situation, day)
    service.rulesets.refresh()
    prepared = service.ruleset_for(situation, day_of(case.received_at), day)
    handed = materials.together(handed, added) if added else handed
    client = None if by is None else by.client
    return gather_and_decide(
        service, prepared, situation, given, day, case.number, handed, confirmed=confirmed, acted=acted, client=client
    )
