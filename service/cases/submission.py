"""Submitting an application, and checking one beforehand.

    begin:  is it a repetition? -> situation and ruleset, pinned -> form and what is handed in
    decide: evidence, materials -> decision -> receipt, rows, answer
    keep:   one transaction, in which the ruleset is still in force

What waits for nothing outside of this process is done on the event loop itself: threads that compute at the same time only get into
each other's way.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from anyio import to_thread
from sqlmodel import SQLModel

from engine.catalogue import Situation
from engine.decision.facts import Facts
from engine.decision.problems import Gap, InvalidFacts
from engine.decision.strict_json import canonical, jsonable
from service.accounts.actions import Caller
from service.cases import store
from service.cases.acted import acted_by
from service.cases.answers import answer, links_of
from service.cases.applicant_copy import applicant_copy
from service.cases.clock import after
from service.cases.deciding import Decided, decide, decide_without_ruleset, gather_and_decide
from service.cases.keeping import receipt_rows
from service.cases.models import Application, Precheck
from service.cases.moves import clock_from, first_rows
from service.cases.once import gives_once, let_pass, once_rows
from service.cases.tables import CaseRow, IdempotencyRow
from service.database import Conflict, Overtaken, fresh
from service.evidence.actions import use_rows
from service.mandates.standing import acting_for, guarded
from service.materials import actions as materials
from service.materials.actions import HandedIn
from service.operation.alarms import count_decision
from service.policies.following import Unchanged
from service.problems import Problem
from service.rulesets import Prepared
from service.state import Service, day_of, end_of

_KEY_LENGTH = 255
_MOST_CONFLICTS = 8  # with others of the same person at the same moment, before it is given up
_MOST_CHANGES = 100
"""Of a ruleset while one application is decided."""
_SMALL = 1 << 14  # bytes of an application that holds nobody up
_new_case, _repetition = fresh(CaseRow), fresh(IdempotencyRow)
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Submitted:
    """`answer`: the very bytes that were, or will again be, answered."""

    number: str
    answer: bytes


@dataclass(frozen=True, slots=True)
class _Begun:
    """An application as it was received, with what is pinned from then on. `given`: the facts without evidence; `asking`: as read."""

    caller: Caller
    key: str
    digest: str
    situation: Situation
    received: datetime
    day: date
    prepared: Prepared | None
    given: dict[str, Any]
    handed: HandedIn
    asking: Facts | None


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What was decided, with the rows to keep and the answer. `gaps`: what the applicant has to add; then the rows are only the
    record that evidence was asked for.
    """

    decided: Decided
    rows: Sequence[SQLModel]
    answer: bytes = b""
    gaps: Sequence[Gap] = ()


async def submit(service: Service, caller: Caller, key: str | None, application: Application) -> Submitted:
    """Decides an application and keeps it; one that was kept before under this key is answered again.

    Raises `Problem`, and `InvalidFacts` with every gap of the form; then nothing is kept.
    """
    key = _checked_key(key)
    key = key if caller.client is None else f"{caller.client} {key}"  # no key has a blank
    asked = canonical(jsonable(application.model_dump() | ({"for": caller.id} if caller.acting else {})))
    digest = hashlib.sha256(asked).hexdigest()  # however its JSON was written
    small = len(asked) <= _SMALL
    for attempt in range(_MOST_CONFLICTS):
        begun = await service.run(small, _begin, service, caller, key, digest, application)
        if isinstance(begun, Submitted):
            return begun
        number = await service.numbers.reserve(begun.day)
        try:
            return await _decide_and_keep(service, small, begun, number)
        except Conflict:  # with one that came at the same moment
            if gives_once(begun.situation):
                await let_pass(service, attempt)
            elif attempt == _MOST_CONFLICTS - 1:
                raise
    raise Problem("given-already")


def _begin(service: Service, caller: Caller, key: str, digest: str, application: Application) -> _Begun | Submitted:
    """Pins situation, day and ruleset, and reads the form; or answers what was answered before."""
    met = store.in_the_way(service.database, caller, key, application.situation)
    if met.case_number is not None and met.answer is not None:
        if met.digest != digest:
            raise Problem("idempotency-key-reused")
        return Submitted(met.case_number, met.answer)
    situation = service.situation_for(caller, application.situation)
    if met.open_case is not None:
        raise Problem("case-open", number=met.open_case, links=links_of(met.open_case, situation.id).model_dump())
    if caller.kind not in service.catalogue.matters[situation.matter].audience:
        raise Problem("wrong-audience")
    promised = application.commitments or materials.COMMITMENT in application.materials.values()
    if promised and service.commitments_closed(caller.id):
        raise Problem("commitments-closed")
    received = service.now()
    day = day_of(received)
    prepared = service.ruleset_on(situation, day)
    given: dict[str, Any] = {
        "applicant": caller.as_applicant,
        "applied_on": day.isoformat(),
        "case": {"situation": situation.id},
        "commitments": application.commitments,
        "form": application.form,
    }
    if situation.ruleset is not None:
        given["case"]["draw"] = service.draw.of(caller.number, situation.id, day)
    handed, asking = _checked(service, caller, situation, prepared, application, given, day)
    return _Begun(caller, key, digest, situation, received, day, prepared, given, handed, asking)


async def _decide_and_keep(service: Service, small: bool, begun: _Begun, number: str) -> Submitted:
    """Raises `Conflict` where the same application, or another for the same situation, was kept at the same moment."""
    begun.given["case"]["number"] = number
    prepared, asking = begun.prepared, begun.asking
    try:
        for _ in range(_MOST_CHANGES):
            outcome = await service.run(small, _decide, service, begun, number, prepared, asking)
            if outcome.gaps:
                await service.database.keep(outcome.rows)
                raise InvalidFacts(outcome.gaps)
            prepared, asking = await _keep(service, begun, prepared, outcome), None
            if prepared is None:
                decided = outcome.decided
                count_decision(decided.ruleset, decided.conclusion, decided.causes)
                return Submitted(number, outcome.answer)
        raise RuntimeError("the ruleset was replaced again and again")
    except (Problem, InvalidFacts, Conflict):
        raise
    except Exception:
        _logger.error("case %s was not kept", number)
        raise


def _decide(service: Service, begun: _Begun, number: str, prepared: Prepared | None, asking: Facts | None) -> _Outcome:
    """Gathers evidence, decides, and puts together all that one transaction keeps."""
    received, caller = begun.received, begun.caller
    decided = gather_and_decide(
        service, prepared, begun.situation, begun.given, begun.day, number, begun.handed, asking, acted=acted_by(caller),
        client=caller.client,
    )  # fmt: skip
    if gaps := materials.gaps(decided.materials, prepared is not None):
        return _Outcome(decided, use_rows(decided.uses, None), gaps=gaps)
    case = _case(service, caller, begun.situation, decided, number, received)
    receipt, recorded = receipt_rows(service, case, decided, "submission", received)
    kept = answer(case, receipt, None, complete=False).model_dump_json().encode()
    rows: list[SQLModel] = [
        case,
        receipt,
        _repetition(account_id=caller.actor.id, key=begun.key, digest=begun.digest, case_number=number, answer=kept, at=received),
        *first_rows(case, caller.actor),
        recorded,
        *use_rows(decided.uses, number),
        *materials.case_rows(number, decided.materials, received),
        *(once_rows(begun.situation, decided.receipt, number, begun.day) if case.status == "approved" else ()),
    ]
    return _Outcome(decided, rows, kept)


async def _keep(service: Service, begun: _Begun, prepared: Prepared | None, outcome: _Outcome) -> Prepared | None:
    """Keeps what was decided. Where its ruleset was stopped or replaced meanwhile it does not, and answers the one in force now."""
    guard = guarded(begun.caller, begun.day, outcome.decided.guard)
    while True:
        try:
            await service.database.keep(outcome.rows, guard)
            return None
        except Overtaken:
            now = await to_thread.run_sync(_in_force, service, begun)
            if now is not None and not now.decides_as(prepared):
                return now
            unchanged = None if now is None else Unchanged(now.generation)  # another ruleset was changed
            guard = guarded(begun.caller, begun.day, unchanged)


def _in_force(service: Service, begun: _Begun) -> Prepared | None:
    """Raises `Problem` where it is the mandate that is in force no more."""
    if begun.caller.acting is not None:
        acting_for(service.database, begun.caller.actor, str(begun.caller.acting.mandate), begun.day)
    service.rulesets.refresh()
    return service.ruleset_on(begun.situation, begun.day)


def precheck(service: Service, situation_id: str, given: Precheck) -> dict[str, Any]:
    """The applicant's copy of the decision that would be made; keeps nothing.

    What of the form is not given yet is unknown. Raises `Problem`, `InvalidFacts`."""
    situation = service.situation(situation_id)
    day = day_of(service.now())
    prepared = service.ruleset_on(situation, day)
    facts = {**given.model_dump(), "case": {"situation": situation.id}}
    if prepared is None:
        decided = decide_without_ruleset(situation, facts, day)
    else:
        decided = decide(prepared, situation, prepared.compiled.read_partly(facts, day))
    return applicant_copy(orjson.loads(decided.receipt), decided.withheld)


def _checked(
    service: Service, caller: Caller, situation: Situation, prepared: Prepared | None, application: Application,
    given: Mapping[str, Any], day: date,
) -> tuple[HandedIn, Facts | None]:  # fmt: skip
    """What is handed in, and the facts as they were read; before a number is spent.

    Raises `InvalidFacts` with every gap of the form and of the materials.
    """
    with service.database.reading() as session:
        handed, gaps = materials.hand_in(session, service, caller.id, situation, application.materials, day)
    told = {each.path for each in gaps}
    missing = materials.surely_missing(situation, handed, prepared is not None, day)
    gaps += [each for each in missing if each.path not in told]
    try:
        asking = prepared.compiled.read(given, day) if prepared else None
    except InvalidFacts as invalid:
        raise InvalidFacts([*invalid.gaps, *gaps]) from None
    if gaps:
        raise InvalidFacts(gaps)
    return handed, asking


def _case(
    service: Service, caller: Caller, situation: Situation, decided: Decided, number: str, received: datetime
) -> CaseRow:
    status = decided.status(situation)
    day = day_of(received)
    closed = status in ("approved", "rejected")
    return _new_case(
        number=number, account_id=caller.id, submitted_by=caller.actor.id, situation=situation.id,
        department=service.catalogue.matters[situation.matter].department, status=status, conclusion=decided.conclusion,
        proposed=decided.proposed, queue=decided.queue, ruleset=decided.ruleset, ruleset_hash=decided.ruleset_hash,
        received_at=received, decided_for=day, closed_at=received if closed else None,
        settling=status == "approved",
        until=end_of(after(day, situation.awaiting_evidence).day) if status == "awaiting_evidence" else None,
        **({} if closed else clock_from(day, situation.promised or situation.statutory)),
    )  # fmt: skip


def _checked_key(key: str | None) -> str:
    if not key:
        raise Problem("idempotency-key-missing")
    if len(key) > _KEY_LENGTH or not all("!" <= character <= "~" for character in key):
        raise Problem("idempotency-key-invalid")
    return key
