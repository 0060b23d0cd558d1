"""A person's decision: what they found, the conclusion they draw, and the ruleset's own answer to what they found, kept as a receipt.

They approve only what the ruleset comes to approve, and reject only where something fails. Where there is no ruleset they decide
alone, with a reason, and a refusal with its clause.
"""

from __future__ import annotations

from datetime import datetime

import orjson
from sqlmodel import Session

from engine.decision.strict_json import canonical
from service.accounts.actions import Caller
from service.cases import store
from service.cases.applicant_copy import withheld_from
from service.cases.coming_to import Findings, Outcome, as_kept, coming_to
from service.cases.granting import money_in, needs_two
from service.cases.keeping import sealed_rows
from service.cases.moves import changed, move
from service.cases.once import give_once
from service.cases.reviewing import change, hold_claimed, hold_free, hold_reviewed, hold_undecided, look, reviewable
from service.cases.said import Word, word_as_json
from service.cases.states import Status
from service.cases.tables import SETTLED, CaseRow, DecisionRow, ProposalRow
from service.database import add_rows
from service.problems import Problem
from service.state import Service

BECOMES: dict[str, Status] = {"approve": "approved", "reject": "rejected"}


def decide_by_person(service: Service, caller: Caller, number: str, version: int, word: Word, appeal: bool = False) -> None:
    """Ends a case that the caller has taken, or proposes to, where it takes two. `appeal`: it must be an appeal. Raises `Problem`."""
    with service.database.reading() as session:  # so that nobody else waits while the ruleset is run
        seen = reviewable(session, caller, number, service.now())
        if seen.version != version:
            raise changed(session, seen)
        _hold(session, seen, caller, appeal)
        outcome = coming_to(service, session, seen, word.findings)
    hold_to_rules(word, outcome)

    def work(session: Session, case: CaseRow, now: datetime) -> None:
        _hold(session, case, caller, appeal)
        if _takes_two(service, case, word, outcome):
            propose(session, case, word, outcome, caller, now)
        else:
            keep_word(service, session, case, word, outcome, caller.id, now)

    change(service, caller, number, version, work)


def preview(service: Service, caller: Caller, number: str, findings: Findings) -> Outcome:
    """What a case would come to; keeps nothing but that it was looked at. Raises `Problem`."""
    case = look(service, caller, number, "review.previewed")
    with service.database.reading() as session:
        return coming_to(service, session, case, findings)


def _hold(session: Session, case: CaseRow, caller: Caller, appeal: bool) -> None:
    hold_reviewed(case)
    if appeal and case.status != "under_appeal":
        raise Problem("not-allowed-now", case_status=case.status, allowed=["under_appeal"])
    hold_claimed(session, case, caller)
    hold_undecided(session, case, caller)
    hold_free(case)


def hold_to_rules(word: Word, outcome: Outcome) -> None:
    """Raises `Problem` where the rules do not come to what the person says."""
    if word.conclusion == "approve":
        if not outcome.can_approve:
            raise Problem("not-approvable", conclusion=outcome.conclusion, causes=list(outcome.document["causes"]))
    elif outcome.decision is None:
        if not word.clause:
            raise Problem("clause-missing")
    elif not outcome.failed:
        raise Problem("nothing-failed")


def _takes_two(service: Service, case: CaseRow, word: Word, outcome: Outcome) -> bool:
    """Whether a second person has to confirm it."""
    if word.conclusion == "approve":
        return approval_takes_two(service, outcome)
    return service.situation(case.situation).second_person


def approval_takes_two(service: Service, outcome: Outcome) -> bool:
    """For an approval: always, or for what it gives."""
    return needs_two(service.situation(outcome.document["situation"]), money_in(outcome.prepared, outcome.grant))


def propose(session: Session, case: CaseRow, word: Word, outcome: Outcome, caller: Caller, now: datetime) -> None:
    """The decision waits for somebody else, and the case for whoever takes it next."""
    grant = outcome.grant if word.conclusion == "approve" else {}
    session.add(ProposalRow(
        case_number=case.number, sequence=len(store.proposals(session, case.number)) + 1, at=now, account_id=caller.id,
        word=word_as_json(word, grant),
    ))  # fmt: skip
    case.proposed_by = caller.id
    case.assignee_id = case.claimed_at = None
    move(session, case, "decision-proposed", now, caller, shown=False)


def keep_word(
    service: Service, session: Session, case: CaseRow, word: Word, outcome: Outcome, account_id: int, now: datetime,
    second_id: int | None = None,
) -> None:  # fmt: skip
    """The decision, the receipt it rests on, and the move."""
    keep_settled_receipt(service, session, case, outcome, word.findings, now)
    settled, judged = as_kept(word.findings)
    grant = outcome.grant if word.conclusion == "approve" else {}
    session.add(DecisionRow(
        case_number=case.number, sequence=len(store.decisions(session, case.number)) + 1, at=now, account_id=account_id,
        conclusion=word.conclusion, reason=word.reason, settled=settled, judged=judged, clause=word.clause,
        grant=canonical(grant).decode(), receipt=case.receipts, second_id=second_id,
    ))  # fmt: skip
    case.conclusion, case.proposed, case.queue = word.conclusion, None, None
    case.assignee_id = case.claimed_at = case.until = case.proposed_by = None
    becomes = BECOMES[word.conclusion]
    move(session, case, becomes, now, second_id or account_id, becomes)
    give_once(service, session, case)


def keep_settled_receipt(
    service: Service, session: Session, case: CaseRow, outcome: Outcome, findings: Findings, now: datetime
) -> None:
    """The receipt that the case rests on from now on; without a ruleset it stays what it was."""
    if outcome.receipt is None or outcome.prepared is None:
        return
    base = store.rules_receipt(session, case.number)
    settled = {each.evidence for each in findings.settled}
    left = [each for each in orjson.loads(base.shortfalls) if each["evidence"] not in settled]
    case.receipts += 1
    withheld = withheld_from(outcome.prepared.compiled)
    add_rows(session, [*sealed_rows(service, case, canonical(outcome.document), outcome.receipt.hash, withheld, left, SETTLED, now)])
