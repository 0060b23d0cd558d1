"""Submitting an application, checking one beforehand, and reading what became of it.

    submit: is it a repetition? -> situation and ruleset, pinned -> form -> evidence -> decision -> one transaction -> answer
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
from sqlmodel import Session

from engine.catalogue import Situation
from engine.decision.facts import Facts
from engine.decision.problems import InvalidFacts
from engine.decision.strict_json import canonical, jsonable
from service import audit
from service.accounts.actions import Caller
from service.cases import store
from service.cases.applicant_copy import applicant_copy
from service.cases.deciding import Decided, decide, decide_without_ruleset
from service.cases.form import form_schema, open_form
from service.cases.models import Application, CaseAnswer, CaseList, CaseSummary, Links, Precheck
from service.cases.numbers import is_case_number
from service.cases.tables import CaseRow, IdempotencyRow, ReceiptRow
from service.database import Database
from service.evidence.actions import Gathered, Purpose, gather, record_uses
from service.problems import Problem
from service.rulesets import Prepared
from service.state import Service, day_of

BASE = "/api/v1"
_KEY_LENGTH = 255
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
    with service.database.reading() as session:
        if found := _repeated(session, caller, key, digest):
            return found
        situation = service.situation(application.situation)
        _refuse_second(session, caller, situation)
    _refuse_unfit(service, caller, situation, application)
    received = service.now()
    day = day_of(received)
    prepared = _ruleset_on(service, situation, day)
    given = _given(caller, application, situation, day)
    form = prepared.compiled.read(given, day) if prepared else None  # with every gap, before a number is spent
    number = service.numbers.reserve(day)
    try:
        decided, gathered = _decide(service, caller, given, situation, prepared, form, number)

        def keep(session: Session) -> Submitted:
            if found := _repeated(session, caller, key, digest):
                return found
            _refuse_second(session, caller, situation)
            case = CaseRow(
                number=number, account_id=caller.id, situation=situation.id, status=decided.status,
                conclusion=decided.conclusion, proposed=decided.proposed, queue=decided.queue, ruleset=decided.ruleset,
                received_at=received, decided_for=day,
            )  # fmt: skip
            session.add(case)
            session.flush()
            assert case.id is not None
            receipt = ReceiptRow(
                case_id=case.id, body=decided.receipt, hash=decided.hash, withheld=orjson.dumps(decided.withheld).decode(),
                shortfalls=orjson.dumps(gathered.shortfalls if gathered else ()).decode(),
            )
            answer = _answer(case, receipt, complete=False).model_dump_json().encode()
            session.add(receipt)
            session.add(
                IdempotencyRow(account_id=caller.id, key=key, digest=digest, case_id=case.id, answer=answer, at=received)
            )
            record_uses(session, gathered.uses if gathered else (), case.id)
            audit.record(session, received, caller.id, "case.submitted", case.id)
            return Submitted(number, answer)

        return service.database.write(keep)
    except (Problem, InvalidFacts):
        raise
    except Exception:
        _logger.error("case %s was not kept", number)
        raise


def precheck(service: Service, situation_id: str, given: Precheck) -> dict[str, Any]:
    """The applicant's copy of the decision that would be made; keeps nothing. Raises `Problem`, `InvalidFacts`."""
    situation = service.situation(situation_id)
    day = day_of(service.now())
    prepared = _ruleset_on(service, situation, day)
    facts = {**given.model_dump(), "case": {"situation": situation.id}}
    if prepared is None:
        decided = decide_without_ruleset(situation, facts, day)
    else:
        decided = decide(prepared, situation, prepared.compiled.read(facts, day))
    return applicant_copy(orjson.loads(decided.receipt), decided.withheld)


def form_of(service: Service, situation_id: str, caller: Caller | None) -> dict[str, Any]:
    """The JSON Schema of a situation's form, prefilled for the caller. Raises `Problem`."""
    situation = service.situation(situation_id)
    day = day_of(service.now())
    prepared = _ruleset_on(service, situation, day)
    return open_form(_title(service, situation_id)) if prepared is None else form_schema(service, prepared, caller, day)


def latest_number(database: Database, prefix: str) -> str | None:
    """The highest case number in use that starts so."""
    with database.reading() as session:
        return store.latest_number(session, prefix)


def cases_of(service: Service, caller: Caller, before: str | None, limit: int) -> CaseList:
    with service.database.reading() as session:
        rows = store.of_account(session, caller.id, before, limit + 1)
    shown = [_summary(service, row) for row in rows[:limit]]
    older = f"{BASE}/cases?before={shown[-1].number}&limit={limit}" if len(rows) > limit else None
    return CaseList(cases=shown, next=older)


def case_of(service: Service, caller: Caller, number: str) -> CaseAnswer:
    """Raises `Problem` where there is no such case, or none that the caller may see."""
    case, receipt = _visible(service, caller, number, "case.read")
    return _answer(case, receipt, complete=case.account_id != caller.id)


def receipt_of(service: Service, caller: Caller, number: str) -> bytes:
    """The complete receipt for an approver, the applicant's copy for its applicant. Raises `Problem`."""
    case, receipt = _visible(service, caller, number, "receipt.read")
    if case.account_id != caller.id:
        return receipt.body
    return canonical(applicant_copy(orjson.loads(receipt.body), orjson.loads(receipt.withheld)))


def _given(caller: Caller, application: Application, situation: Situation, day: date) -> dict[str, Any]:
    return {
        "applicant": caller.as_applicant,
        "applied_on": day.isoformat(),
        "case": {"situation": situation.id},
        "commitments": application.commitments,
        "form": application.form,
    }


def _decide(
    service: Service, caller: Caller, given: dict[str, Any], situation: Situation, prepared: Prepared | None, form: Facts | None,
    number: str,
) -> tuple[Decided, Gathered | None]:  # fmt: skip
    day = date.fromisoformat(given["applied_on"])
    numbered = {**given, "case": {**given["case"], "number": number}}
    if prepared is None or form is None:
        return decide_without_ruleset(situation, numbered, day), None
    numbered["case"]["draw"] = service.draw.of(caller.number, situation.id, day)
    purpose = Purpose(f"{_title(service, situation.id)}（{number}）", number)
    gathered = gather(service.sources, prepared.compiled, form, purpose)
    facts = prepared.compiled.read({**numbered, "evidence": gathered.answers}, day)
    return decide(prepared, situation, facts), gathered


def _ruleset_on(service: Service, situation: Situation, day: date) -> Prepared | None:
    """None for a situation without one. Raises `Problem` with the last day where none is in force."""
    if situation.ruleset is None:
        return None
    found = service.rulesets.on(situation.ruleset, day)
    if found is None:
        last = service.rulesets.last_day(situation.ruleset, day)
        if last is not None:
            ended = (f"受理已于{last}截止", f"The last day to apply was {last}")
            raise Problem("ruleset-not-in-force", detail=ended, last_day=last.isoformat())
        first = service.rulesets.first_day(situation.ruleset)
        begins = (f"自{first}起受理", f"Applications are taken from {first}")
        raise Problem("ruleset-not-in-force", detail=begins, first_day=first.isoformat())
    return found


def _checked_key(key: str | None) -> str:
    if not key:
        raise Problem("idempotency-key-missing")
    if len(key) > _KEY_LENGTH or not all("!" <= character <= "~" for character in key):
        raise Problem("idempotency-key-invalid")
    return key


def _digest(application: Application) -> str:
    """Of what is asked, however its JSON is written."""
    return hashlib.sha256(canonical(jsonable(application.model_dump()))).hexdigest()


def _repeated(session: Session, caller: Caller, key: str, digest: str) -> Submitted | None:
    found = store.idempotency(session, caller.id, key)
    if found is None:
        return None
    if found.digest != digest:
        raise Problem("idempotency-key-reused")
    return Submitted(orjson.loads(found.answer)["number"], found.answer)


def _refuse_second(session: Session, caller: Caller, situation: Situation) -> None:
    if case := store.open_case(session, caller.id, situation.id):
        raise Problem("case-open", number=case.number, links=_links(case).model_dump())


def _refuse_unfit(service: Service, caller: Caller, situation: Situation, application: Application) -> None:
    if caller.kind not in service.catalogue.matters[situation.matter].audience:
        raise Problem("wrong-audience")
    if application.materials:
        raise Problem("materials-not-taken")


def _visible(service: Service, caller: Caller, number: str, looking: str) -> tuple[CaseRow, ReceiptRow]:
    """The case if it is the caller's own, or the caller is an approver: then the look is on record first."""
    with service.database.reading() as session:
        case = store.by_number(session, number) if is_case_number(number) else None
        if case is None or case.id is None or not (case.account_id == caller.id or caller.role == "approver"):
            raise Problem("unknown-case")
        receipt = store.receipt(session, case.id)
    if case.account_id != caller.id:
        now = service.now()
        service.database.write(lambda writing: audit.record(writing, now, caller.id, looking, case.id))
    return case, receipt


def _links(case: CaseRow) -> Links:
    here = f"{BASE}/cases/{case.number}"
    return Links(self=here, receipt=f"{here}/receipt", situation=f"{BASE}/situations/{case.situation}/form")


def _answer(case: CaseRow, receipt: ReceiptRow, complete: bool) -> CaseAnswer:
    """`complete`: with why evidence could not be relied on even where the applicant may not be told."""
    hidden = set() if complete else set(orjson.loads(receipt.withheld))
    unreliable = [each | {"reason": None if each["evidence"] in hidden else each["reason"]}
                  for each in orjson.loads(receipt.shortfalls)]  # fmt: skip
    copy: Mapping[str, Any] = applicant_copy(orjson.loads(receipt.body), orjson.loads(receipt.withheld))
    told = {name: copy[name] for name in ("causes", "reasons", "grant", "missing", "follow_up")}
    known = case.model_dump(include={"number", "situation", "status", "conclusion", "proposed", "queue", "ruleset",
                                     "decided_for", "received_at"})  # fmt: skip
    return CaseAnswer.model_validate({**known, **told, "unreliable": unreliable, "links": _links(case)})


def _summary(service: Service, case: CaseRow) -> CaseSummary:
    known = case.model_dump(include={"number", "situation", "status", "conclusion", "received_at"})
    return CaseSummary.model_validate({**known, "title": _title(service, case.situation), "links": _links(case)})


def _title(service: Service, situation_id: str) -> str:
    """The matter and the situation by name; the id where the catalogue no longer has it."""
    situation = service.catalogue.situations.get(situation_id)
    if situation is None:
        return situation_id
    return f"{service.catalogue.matters[situation.matter].name} · {situation.name}"
