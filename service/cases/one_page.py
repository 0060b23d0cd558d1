"""A case as an approver sees it, all on one page: why it came to a person, then facts beside evidence, then everything around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlmodel import Session

from engine.decision.judging import may_be_judged
from engine.decision.receipt_document import ReceiptDocument
from engine.ruleset.model import Evidence
from engine.ruleset.namespace import is_list
from service.accounts.actions import Caller, account_of, names_of
from service.cases import store
from service.cases.queue import waiting_of
from service.cases.reviewing import REVIEWED, decided_before, look
from service.cases.settled import SETTLED_OF_A_LICENCE, judgements
from service.cases.tables import CaseRow, DecisionRow
from service.evidence.actions import AskedForCase, asked_for
from service.rulesets import Prepared
from service.state import Service, day_of

_EARLIER = 20
_WORST_FIRST = {"fail": 0, "unknown": 1, "committed": 2, "pass": 3}


def one_page(service: Service, caller: Caller, number: str) -> dict[str, Any]:
    """By the names of `review.models.ReviewAnswer`. Raises `Problem`."""
    case = look(service, caller, number, "review.read")
    with service.database.reading() as session:
        receipt = orjson.loads(store.rules_receipt(session, number).body)
        prepared = None
        if receipt["ruleset"] is not None and receipt["ruleset_hash"] is not None:
            prepared = service.rulesets.by_hash(receipt["ruleset_hash"])
        decisions = store.decisions(session, number)
        timeline = store.timeline(session, number, everything=True)
        ids = {each.actor_id for each in timeline} | {case.assignee_id} | {each.account_id for each in decisions}
        names = names_of(session, {each for each in ids if each is not None})
        applicant = account_of(session, case.account_id)
        waiting = waiting_of(case, names, day_of(service.now()))
        return {
            **case.model_dump(include={"number", "version", "situation", "department", "status", "queue", "proposed", "received_at",
                                       "ruleset", "decided_for", "until", "claimed_at", "procedure_since"}),
            "ruleset_hash": receipt["ruleset_hash"],
            "title": service.title(case.situation),
            "clock": waiting.clock,
            "assignee": waiting.assignee,
            "mine": case.assignee_id == caller.id,
            "may_claim": case.status in REVIEWED and case.assignee_id is None and not decided_before(session, case, caller),
            "applicant": {"name": applicant.name, "number": applicant.number, "kind": applicant.kind,
                          "agent_number": applicant.agent_number},
            "causes": _causes(receipt, prepared),
            "conditions": _conditions(receipt, prepared),
            "form": _form(receipt, prepared),
            "evidence": _evidence(receipt, prepared, asked_for(session, number)),
            "commitments": receipt["facts"].get("commitments") or [],
            "proposal": _proposal(session, case),
            "decisions": [_decision(each, names) for each in decisions],
            "timeline": [
                each.model_dump(include={"at", "kind", "status", "note"})
                | {"by": None if each.actor_id is None else names.get(each.actor_id)}
                for each in timeline
            ],
            "history": _history(service, session, case, caller),
        }  # fmt: skip


def _causes(receipt: Mapping[str, Any], prepared: Prepared | None) -> list[dict[str, Any]]:
    """Why it came to a person, in the order of the receipt: written reviews, what fails, what is unknown, grants."""
    conditions = {each["condition"]: each for each in _conditions(receipt, prepared)}
    shortfalls = {each["evidence"]: each for each in receipt["evidence"]}
    found = []
    for id_ in receipt["causes"]:
        kind, _, name = id_.partition(".")
        cause = {"id": id_, "label": id_, "outcome": None, "basis": None, "message": None, "message_en": None, "may_judge": False}
        if id_ in conditions:
            known = {key: conditions[id_][key] for key in ("label", "outcome", "basis", "message", "message_en", "may_judge")}
            cause |= {"kind": "condition", **known}
        elif kind == "evidence" and name in shortfalls:
            cause |= {"kind": "evidence", **{key: shortfalls[name][key] for key in ("label", "outcome", "message", "message_en")}}
        elif kind == "grant" and prepared is not None:
            cause |= {"kind": "grant", "label": prepared.compiled.ruleset.grant[name].label, "outcome": "unknown"}
        elif prepared is not None and id_ in {each.id for each in prepared.compiled.ruleset.conclusions}:
            cause |= {"kind": "written-rule", "may_judge": True}
        else:
            cause["kind"] = "other"
        found.append(cause)
    return found


def _conditions(receipt: Mapping[str, Any], prepared: Prepared | None) -> list[dict[str, Any]]:
    """What fails first, then what is unknown."""
    declared = {} if prepared is None else prepared.compiled.ruleset.conditions
    found = [
        {**each, "may_judge": each["condition"] in declared and may_be_judged(declared[each["condition"]], each["outcome"])}
        for each in receipt["reasons"]
    ]
    return sorted(found, key=lambda each: _WORST_FIRST[each["outcome"]])


def _form(receipt: Mapping[str, Any], prepared: Prepared | None) -> list[dict[str, Any]]:
    labels = {} if prepared is None else {name: each.label for name, each in prepared.compiled.ruleset.form.items()}
    return [{"name": name, "label": labels.get(name, name), "value": value}
            for name, value in (receipt["facts"].get("form") or {}).items()]  # fmt: skip


def _evidence(receipt: Mapping[str, Any], prepared: Prepared | None, asked: Sequence[AskedForCase]) -> list[dict[str, Any]]:
    if prepared is None:
        return []
    compiled = prepared.compiled
    day = ReceiptDocument.model_validate(receipt).decided_for
    judged, _ = judgements(compiled, receipt["facts"], day)
    answers = receipt["facts"].get("evidence") or {}
    shown = [
        {
            "name": name,
            "title": each.type.title,
            "kind": each.type.kind,
            "type": each.type.id,
            "answer": answers.get(name),
            "usable": judged[name].judgement.usable,
            "status": judged[name].judgement.status,
            "problem": judged[name].judgement.problem,
            "required": judged[name].required,
            "several": is_list(each),
            "attributes": _attributes(each),
            "sources": [
                {"asked_at": one.asked_at, "answered_at": one.answered_at, "authorisation": one.authorisation, "result": one.result,
                 "reason": one.reason, "licences": one.licences}
                for one in asked if one.evidence == name
            ],
        }
        for name, each in compiled.ruleset.evidence.items()
    ]  # fmt: skip
    return sorted(shown, key=lambda each: each["usable"] is True)


def _attributes(evidence: Evidence) -> list[str]:
    """What may be settled of it."""
    return [*evidence.type.attributes, *SETTLED_OF_A_LICENCE]


def _decision(row: DecisionRow, names: Mapping[int, str]) -> dict[str, Any]:
    return {
        **row.model_dump(include={"at", "conclusion", "reason", "clause"}),
        "by": names.get(row.account_id),
        "second": None if row.second_id is None else names.get(row.second_id),
        "settled": orjson.loads(row.settled),
        "judged": orjson.loads(row.judged),
        "grant": orjson.loads(row.grant),
    }


def _proposal(session: Session, case: CaseRow) -> dict[str, Any] | None:
    if case.proposed_by is None:
        return None
    row = store.proposals(session, case.number)[-1]
    return {**orjson.loads(row.word), "at": row.at, "by": names_of(session, {row.account_id}).get(row.account_id)}


def _history(service: Service, session: Session, case: CaseRow, caller: Caller) -> list[dict[str, Any]]:
    """The applicant's other cases in the caller's department, the newest first."""
    rows = store.of_account(session, case.account_id, None, _EARLIER + 1)
    return [
        {**each.model_dump(include={"number", "situation", "status", "conclusion", "received_at"}),
         "title": service.title(each.situation), "same_matter": _matter(service, each) == _matter(service, case)}
        for each in rows if each.number != case.number and caller.department in (None, each.department)
    ]  # fmt: skip


def _matter(service: Service, case: CaseRow) -> str:
    found = service.catalogue.situations.get(case.situation)
    return case.situation if found is None else found.matter
