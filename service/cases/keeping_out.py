"""Who has to keep out of a case (回避): its applicant, whoever acts for them or they for, their household, and anybody it is about.

An approver is related to a case if their identity number stands anywhere in what it was decided on: as the applicant's agent, in a
household register, on a list in the form, as a firm's representative; or if a mandate or guardianship is between them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import orjson
from sqlmodel import Session

from engine.language.texts import fold_identifier
from service.accounts.actions import Caller
from service.cases import store
from service.cases.acted import acted_in
from service.cases.tables import CaseRow
from service.mandates.standing import act_for_each_other


def keeps_out(session: Session, caller: Caller, case: CaseRow, day: date) -> bool:
    """Whether the case is the caller's own or somebody's they are related to."""
    if case.account_id == caller.id or case.submitted_by == caller.id:
        return True
    receipt = orjson.loads(store.rules_receipt(session, case.number).body)
    facts = receipt["facts"]
    own = {caller.number, caller.agent_number} - {None}
    if any(fold_identifier(each) in own for each in _texts([facts, acted_in(receipt)])):
        return True
    applicant = facts.get("applicant") or {}
    others = [each for each in (applicant.get("number"), applicant.get("agent_number")) if each]
    return act_for_each_other(session, caller.number, others, day)


def _texts(value: Any) -> Iterator[str]:
    """Every text below a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
