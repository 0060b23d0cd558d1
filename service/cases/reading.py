"""Reading cases: who may see which, and that a look at somebody else's is on record first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import orjson
from sqlmodel import Session

from engine.decision.strict_json import canonical
from service import audit
from service.accounts.actions import Caller, account_of, names_of
from service.audit.receipt_seal import sealed
from service.cases import store
from service.cases.answers import answer, summary
from service.cases.applicant_copy import applicant_copy
from service.cases.models import CaseAnswer, CaseList, Timeline, TimelineEntry
from service.cases.relation import is_own, relation, visible
from service.cases.tables import CaseRow
from service.problems import Problem
from service.protection.masking import veiled_in
from service.state import BASE, Service, day_of

APPLICANTS_MOVES = frozenset({"submitted", "supplemented", "withdrawn", "appealed", "revocation-answered"})
"""What applicants do, themselves or by who acts for them."""
WhyWhole = Literal["original", "telephone", "alike", "register", "request"]
"""Why somebody of the staff has to see whole identity numbers: to compare them with a document, on the telephone, with a case alike, in a
register, or for an answer that the law demands."""


def cases_of(service: Service, caller: Caller, before: str | None, limit: int) -> CaseList:
    with service.database.reading() as session:
        rows = store.of_account(session, caller.id, before, limit + 1, caller.acting.scope if caller.acting else None)
    shown = [summary(service, row) for row in rows[:limit]]
    older = f"{BASE}/cases?before={shown[-1].number}&limit={limit}" if len(rows) > limit else None
    return CaseList(cases=shown, next=older)


def case_of(service: Service, caller: Caller, number: str) -> CaseAnswer:
    """Raises `Problem` where there is no such case, or none that the caller may see."""
    case = _visible(service, caller, number, "case.read")
    own = is_own(case, caller)
    with service.database.reading() as session:
        found = answer(case, store.receipt(session, case), store.decision(session, number), complete=not own)
    return found if own else CaseAnswer.model_validate(veiled_in(found.model_dump()))


def receipt_of(service: Service, caller: Caller, number: str, why: str | None = None) -> bytes:
    """The applicant's copy with a seal of its own for its applicant; for staff the complete one, which holds whole numbers: `why` they
    need them is on record. Raises `Problem`.
    """
    case = _visible(service, caller, number, "receipt.read", {"reason": why})
    with service.database.reading() as session:
        receipt = store.receipt(session, case)
    if not is_own(case, caller):
        return receipt.body
    return sealed(service.sealer.keys, canonical(applicant_copy(orjson.loads(receipt.body), orjson.loads(receipt.withheld))))


def receipt_to_try(service: Service, caller: Caller, number: str) -> bytes:
    """The complete receipt for a policy writer of the case's department, who is to be shown it masked. Raises `Problem`."""
    with service.database.reading() as session:
        case = visible(session, caller, number, service.now())
        if not caller.writes_policies or is_own(case, caller) or caller.department != case.department:
            raise Problem("unknown-case")
        body = store.receipt(session, case).body
    service.database.insert([audit.row(service.now(), caller, "receipt.tried", number)])
    return body


def open_case_of(service: Service, caller: Caller, situation: str) -> str | None:
    """The number of the case that keeps another from being taken for the situation."""
    with service.database.reading() as session:
        found = store.open_case(session, caller.id, situation)
    return None if found is None else found.number


def timeline_of(service: Service, caller: Caller, number: str) -> Timeline:
    """Everything that happened; an applicant is told of what concerns them, and by whom only what was done in their name.

    Raises `Problem`.
    """
    case = _visible(service, caller, number, "timeline.read")
    own = is_own(case, caller)
    with service.database.reading() as session:
        rows = store.timeline(session, number, everything=not own)
        for_them = [each for each in rows if each.kind in APPLICANTS_MOVES and each.actor_id != case.account_id]
        told = for_them if own else rows
        names = names_of(session, {each.actor_id for each in told if each.actor_id is not None})
    entries = [
        TimelineEntry.model_validate(
            each.model_dump(include={"at", "kind", "status", "note"})
            | {"by": None if each.actor_id is None or each not in told else names.get(each.actor_id)}
        )
        for each in rows
    ]
    return Timeline(number=number, entries=entries)


@dataclass(frozen=True, slots=True)
class Brief:
    """What one version of a case was about, for those who tell people. `kind`: of what happened. `before`: the status until then.
    `note`: for its applicant.

    `applicant`: name and number. `actor`: who did this in the applicant's name, if it was somebody else.
    """

    number: str
    version: int
    account_id: int
    situation: str
    title: str
    kind: str
    status: str
    before: str | None
    note: str | None
    until: datetime | None
    department: str
    applicant: tuple[str, str]
    actor: str | None

    @property
    def news(self) -> str:
        """What the case became; where it is what it was, what happened to it."""
        return self.kind if self.status == self.before else self.status


def brief_of(service: Service, session: Session, number: str, version: int) -> Brief | None:
    """None where there is no such version."""
    case = store.by_number(session, number)
    entries = {each.sequence: each for each in store.timeline(session, number, everything=True)}
    if case is None or version not in entries:
        return None
    entry, before = entries[version], entries.get(version - 1)
    acted = entry.kind in APPLICANTS_MOVES and entry.actor_id not in (None, case.account_id)
    account = account_of(session, case.account_id)
    actor = names_of(session, {entry.actor_id}).get(entry.actor_id) if acted and entry.actor_id is not None else None
    return Brief(
        number, version, case.account_id, case.situation, service.title(case.situation), entry.kind, entry.status,
        before.status if before else None, entry.note if entry.shown else None, case.until,
        case.department, (account.name, account.number), actor,
    )  # fmt: skip


def is_holder(service: Service, caller: Caller, number: str) -> bool:
    """Whether it is the caller's own case. Raises `Problem` where they may not even know of it."""
    with service.database.reading() as session:
        return is_own(visible(session, caller, number, service.now()), caller)


def first_seen_of_others(service: Service, caller: Caller, numbers: Sequence[str]) -> str | None:
    """The first of these cases that is somebody else's and that the caller may see."""
    day = day_of(service.now())
    with service.database.reading() as session:
        for case in store.by_numbers(session, numbers):
            if not is_own(case, caller) and relation(session, case, caller, day) in caller.reach:
                return case.number
    return None


def _visible(
    service: Service, caller: Caller, number: str, looking: str, why: Mapping[str, str | None] | None = None
) -> CaseRow:
    """A look at somebody else's case, also by who or what acts for them, is on record before it is answered; of staff with `why`, where
    that has to be said.
    """
    now = service.now()
    with service.database.reading() as session:
        case = visible(session, caller, number, now)
    own = is_own(case, caller)
    if not own and why is not None and None in why.values():
        raise Problem("reason-missing-to-look")
    if caller.acting is not None or caller.client is not None or not own:
        service.database.insert([audit.row(now, caller.actor, looking, case.number, detail=None if own else why)])
    return case
