"""The second pair of eyes: another approver confirms what one decided, or sends it back. Never the same person.

What is confirmed is decided on the findings that were proposed, by the ruleset once more.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from service.accounts.actions import Caller
from service.cases import store
from service.cases.coming_to import coming_to
from service.cases.moves import changed, move
from service.cases.person import hold_to_rules, keep_word
from service.cases.reviewing import change, hold_claimed, hold_reviewed, hold_undecided, reviewable
from service.cases.said import word_from_json
from service.cases.tables import CaseRow, ProposalRow
from service.problems import Problem
from service.state import Service


def confirm(service: Service, caller: Caller, number: str, version: int) -> None:
    """Ends the case as it was proposed. Raises `Problem`."""
    with service.database.reading() as session:
        seen = reviewable(session, caller, number, service.now())
        if seen.version != version:
            raise changed(session, seen)
        word = word_from_json(_proposal(session, seen, caller).word)
        outcome = coming_to(service, session, seen, word.findings)
    hold_to_rules(word, outcome)

    def work(session: Session, case: CaseRow, now: datetime) -> None:
        proposal = _proposal(session, case, caller)
        _answer(session, proposal, "confirmed", caller, now, None)
        keep_word(service, session, case, word, outcome, proposal.account_id, now, second_id=caller.id)

    change(service, caller, number, version, work)


def send_back(service: Service, caller: Caller, number: str, version: int, reason: str) -> None:
    """Gives the case back to whoever proposed, with what is to be looked at again. Raises `Problem`."""

    def work(session: Session, case: CaseRow, now: datetime) -> None:
        proposal = _proposal(session, case, caller)
        _answer(session, proposal, "sent-back", caller, now, reason)
        case.proposed_by = None
        case.assignee_id, case.claimed_at = proposal.account_id, now
        move(session, case, "sent-back", now, caller, note=reason, shown=False)

    change(service, caller, number, version, work)


def _proposal(session: Session, case: CaseRow, caller: Caller) -> ProposalRow:
    """The one that waits for the caller, who has taken the case. Raises `Problem`."""
    hold_reviewed(case)
    if case.proposed_by is None:
        raise Problem("nothing-proposed")
    hold_claimed(session, case, caller)
    hold_undecided(session, case, caller)
    return store.proposals(session, case.number)[-1]


def _answer(session: Session, proposal: ProposalRow, answer: str, caller: Caller, now: datetime, why: str | None) -> None:
    proposal.answer, proposal.answered_by, proposal.answered_at, proposal.why = answer, caller.id, now, why
    session.add(proposal)
