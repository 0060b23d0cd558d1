"""Whether a case in the database is as the model has it; and the situations that the machine applies for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

from sqlmodel import Session, select

from engine.catalogue.model import NOT_AT_ALL, SpecialProcedure
from service.accounts.actions import Caller
from service.cases.states import FIRST, FOLLOWING
from service.cases.tables import CaseRow, DecisionRow, ProposalRow, ReceiptRow, TimelineRow
from service.state import Service
from tests.service.review.expected import ExpectedCase

ALLOWANCE, CARD = "senior-allowance-first-claim", "senior-card-new"
PROMISED = 5


def as_expected(session: Session, case: ExpectedCase, callers: Mapping[str, Caller]) -> None:
    """Fails where the database says otherwise than the model."""
    row = session.get_one(CaseRow, case.number)
    assert (row.status, row.version) == (case.status, case.version)
    assert row.assignee_id == (callers[case.assignee].id if case.assignee else None)
    timeline = session.exec(select(TimelineRow).where(TimelineRow.case_number == case.number)).all()
    ordered = sorted(timeline, key=lambda each: each.sequence)
    assert [each.sequence for each in ordered] == list(range(1, case.version + 1))
    assert [each.kind for each in ordered] == case.kinds
    assert ordered[0].status in FIRST
    for before, after in pairwise(ordered):
        assert before.status == after.status or after.status in FOLLOWING[before.status]
        assert before.at <= after.at
    decisions = session.exec(select(DecisionRow).where(DecisionRow.case_number == case.number)).all()
    by_id = {caller.id: number for number, caller in callers.items()}
    said = [(each.conclusion, {by_id[id_] for id_ in (each.account_id, each.second_id) if id_ is not None})
            for each in sorted(decisions, key=lambda each: each.sequence)]  # fmt: skip
    assert said == case.decided
    waiting = [each for each in session.exec(select(ProposalRow).where(ProposalRow.case_number == case.number)).all()
               if each.answer is None]  # fmt: skip
    assert case.proposed_by is None or by_id[waiting[-1].account_id] == case.proposed_by
    receipts = session.exec(select(ReceiptRow.sequence).where(ReceiptRow.case_number == case.number)).all()
    assert sorted(receipts) == list(range(1, row.receipts + 1))
    if case.open:
        left = row.clock_days if row.due_on is None else None
        assert (row.due_on, left) == (case.clock.due, case.clock.left)


def with_situations(service: Service) -> Service:
    """The allowance promised within five days, with a special procedure; the card within five, and it takes two."""
    matters = dict(service.catalogue.matters)
    for id_, matter in matters.items():
        matters[id_] = replace(matter, situations=tuple(_changed(each) for each in matter.situations))
    return replace(service, catalogue=replace(service.catalogue, matters=matters))


def _changed(situation: Any) -> Any:
    if situation.id == ALLOWANCE:
        procedure = SpecialProcedure("专家评审", 30)
        return replace(situation, promised=PROMISED, statutory=None, awaiting_evidence=NOT_AT_ALL, special_procedure=procedure)
    return replace(situation, promised=PROMISED, statutory=None, second_person=True) if situation.id == CARD else situation
