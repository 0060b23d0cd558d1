"""Submitting an application, and checking one beforehand.

    is it a repetition? -> situation and ruleset, pinned -> form and what is handed in -> evidence, materials -> decision
    -> one transaction -> answer
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from sqlmodel import SQLModel

from engine.catalogue import Situation
from engine.decision.facts import Facts
from engine.decision.problems import InvalidFacts
from engine.decision.strict_json import canonical, jsonable
from service.accounts.actions import Caller
from service.cases import store
from service.cases.answers import answer, links_of
from service.cases.applicant_copy import applicant_copy
from service.cases.clock import after
from service.cases.deciding import Decided, decide, decide_without_ruleset, gather_and_decide
from service.cases.keeping import receipt_rows
from service.cases.models import Application, Precheck
from service.cases.moves import first_rows, start_clock
from service.cases.tables import CaseRow, IdempotencyRow
from service.database import Conflict, Overtaken, fresh
from service.evidence.actions import use_rows
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
_repetition = fresh(IdempotencyRow)
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Submitted:
    """`answer`: the very bytes that were, or will again be, answered."""

    number: str
    answer: bytes


def submit(service: Service, caller: Caller, key: str | None, application: Application) -> Submitted:
    """Decides an application and keeps it; one that was kept before under this key is answered again.

    Raises `Problem`, and `InvalidFacts` with every gap of the form; then nothing is kept.
    """
    key = _checked_key(key)
    digest = _digest(application)
    for attempt in range(_MOST_CONFLICTS):
        with service.database.looking_up() as connection:
            met = store.in_the_way(connection, caller.id, key, application.situation)
        if met.case_number is not None and met.answer is not None:
            if met.digest != digest:
                raise Problem("idempotency-key-reused")
            return Submitted(met.case_number, met.answer)
        situation = service.situation(application.situation)
        if met.open_case is not None:
            raise Problem("case-open", number=met.open_case, links=links_of(met.open_case, situation.id).model_dump())
        try:
            return _decide_and_keep(service, caller, key, digest, situation, application)
        except Conflict:  # with one that came at the same moment
            if attempt == _MOST_CONFLICTS - 1:
                raise
    raise AssertionError("unreachable")


def _decide_and_keep(
    service: Service, caller: Caller, key: str, digest: str, situation: Situation, application: Application
) -> Submitted:
    """Raises `Conflict` where the same application, or another for the same situation, was kept at the same moment."""
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
    number = service.numbers.reserve(day)
    given["case"]["number"] = number
    try:
        for _ in range(_MOST_CHANGES):
            decided = gather_and_decide(service, prepared, situation, given, day, number, handed, asking)
            _refuse_missing(service, decided, prepared is not None)
            case = _case(service, caller, situation, decided, number, received)
            receipt, recorded = receipt_rows(service, case, decided, "submission", received)
            kept = answer(case, receipt, None, complete=False).model_dump_json().encode()
            rows: list[SQLModel] = [
                case,
                receipt,
                _repetition(account_id=caller.id, key=key, digest=digest, case_number=number, answer=kept, at=received),
                *first_rows(case, caller.id),
                recorded,
                *use_rows(decided.uses, number),
                *materials.case_rows(number, decided.materials, received),
            ]
            prepared, asking = _keep(service, situation, day, prepared, decided, rows), None
            if prepared is None:
                count_decision(decided.ruleset, decided.conclusion, decided.causes)
                return Submitted(number, kept)
        raise RuntimeError("the ruleset was replaced again and again")
    except (Problem, InvalidFacts, Conflict):
        raise
    except Exception:
        _logger.error("case %s was not kept", number)
        raise


def _keep(
    service: Service, situation: Situation, day: date, prepared: Prepared | None, decided: Decided, rows: Sequence[SQLModel]
) -> Prepared | None:
    """Keeps what was decided. Where its ruleset was stopped or replaced meanwhile it does not, and answers the one in force now."""
    guard = decided.guard
    while True:
        try:
            service.database.insert(rows, guard)
            return None
        except Overtaken:
            service.rulesets.refresh()
            now = service.ruleset_on(situation, day)
            assert now is not None
            if not now.decides_as(prepared):
                return now
            guard = Unchanged(now.generation)  # another ruleset was changed


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


def _refuse_missing(service: Service, decided: Decided, ruled: bool) -> None:
    """Raises `InvalidFacts` with every material that the applicant has to add; that evidence was asked for stays on record."""
    if gaps := materials.gaps(decided.materials, ruled):
        service.database.insert(use_rows(decided.uses, None))
        raise InvalidFacts(gaps)


def _case(
    service: Service, caller: Caller, situation: Situation, decided: Decided, number: str, received: datetime
) -> CaseRow:
    status = decided.status(situation)
    day = day_of(received)
    case = CaseRow(
        number=number, account_id=caller.id, submitted_by=caller.id, situation=situation.id,
        department=service.catalogue.matters[situation.matter].department, status=status, conclusion=decided.conclusion,
        proposed=decided.proposed, queue=decided.queue, ruleset=decided.ruleset, ruleset_hash=decided.ruleset_hash,
        received_at=received, decided_for=day, closed_at=received if status in ("approved", "rejected") else None,
        settling=status == "approved",
    )  # fmt: skip
    if case.closed_at is None:
        start_clock(case, day, situation.promised or situation.statutory)
    if status == "awaiting_evidence":
        case.until = end_of(after(day, situation.awaiting_evidence).day)
    return case


def _checked_key(key: str | None) -> str:
    if not key:
        raise Problem("idempotency-key-missing")
    if len(key) > _KEY_LENGTH or not all("!" <= character <= "~" for character in key):
        raise Problem("idempotency-key-invalid")
    return key


def _digest(application: Application) -> str:
    """Of what is asked, however its JSON is written."""
    return hashlib.sha256(canonical(jsonable(application.model_dump()))).hexdigest()
