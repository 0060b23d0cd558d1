"""What is answered about a case: to its applicant what they may see, to an approver everything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from service.cases.acted import acted_in
from service.cases.applicant_copy import applicant_copy
from service.cases.models import ActedFor, CaseAnswer, CaseSummary, Due, Links, PersonsDecision
from service.cases.tables import CaseRow, DecisionRow, ReceiptRow
from service.state import BASE, Service

_TOLD = ("number", "version", "situation", "status", "conclusion", "proposed", "queue", "ruleset", "decided_for", "received_at", "until")


def links_of(number: str, situation: str) -> Links:
    here = f"{BASE}/cases/{number}"
    form = f"{BASE}/situations/{situation}/form"
    return Links(self=here, receipt=f"{here}/receipt", timeline=f"{here}/timeline", situation=form)


def answer(case: CaseRow, receipt: ReceiptRow, decision: DecisionRow | None, complete: bool) -> CaseAnswer:
    """`complete`: with why evidence could not be relied on even where the applicant may not be told."""
    hidden = set() if complete else set(orjson.loads(receipt.withheld))
    unreliable = [each | {"reason": None if each["evidence"] in hidden else each["reason"]}
                  for each in orjson.loads(receipt.shortfalls)]  # fmt: skip
    copy: Mapping[str, Any] = applicant_copy(orjson.loads(receipt.body), orjson.loads(receipt.withheld))
    told = {name: copy[name] for name in ("causes", "reasons", "grant", "missing", "follow_up")}
    known = {name: getattr(case, name) for name in _TOLD}
    acted = acted_in(copy)
    acting = None if acted is None else ActedFor(name=acted["name"], authorisation=acted["authorisation"])
    persons = None if decision is None else PersonsDecision.model_validate(
        decision.model_dump(include={"conclusion", "reason", "clause", "at"}) | {"grant": orjson.loads(decision.grant)}
    )  # fmt: skip
    if persons is not None and persons.conclusion == case.conclusion:
        told["grant"] = persons.grant
    return CaseAnswer.model_validate(
        {**known, **told, "unreliable": unreliable, "decision": persons, "acting": acting, "due": due_of(case),
         "links": links_of(case.number, case.situation)}
    )


def due_of(case: CaseRow) -> Due | None:
    """None where nothing is promised, or the case is closed."""
    if case.closed_at is not None or case.clock_days is None:
        return None
    return Due(on=case.due_on, provisional=case.due_provisional, days_left=case.clock_days if case.due_on is None else None)


def summary(service: Service, case: CaseRow) -> CaseSummary:
    known = case.model_dump(include={"number", "situation", "status", "conclusion", "received_at"})
    return CaseSummary.model_validate({
        **known, "title": service.title(case.situation), "due": due_of(case), "links": links_of(case.number, case.situation),
    })  # fmt: skip
