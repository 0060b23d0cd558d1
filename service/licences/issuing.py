"""An approval issues its result; what takes the approval back, revokes the result.

Both are work of kind `case.moved` and bear being told twice: a case has one result, under an identifier that is made of its number.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from engine.catalogue import Result
from engine.decision.evidence import after
from engine.ruleset.model import EvidenceType
from service import audit
from service.cases import actions as cases
from service.licences import store
from service.licences.format import licence_id, statement
from service.licences.issuer import Issuer, said_in
from service.licences.tables import IssuedLicenceRow
from service.state import Service
from service.work.actions import Work


def follow(service: Service, work: Work) -> None:
    """What the case's new status means for its result."""
    now = service.now()
    if work.detail["status"] == "approved":

        def settle(session: Session) -> None:
            _issue(service, session, work.subject, now)
            cases.settle(session, work.subject)

        service.database.write(settle)
    if work.detail["status"] in ("revoked", "withdrawn"):
        service.database.write(lambda session: revoke(service.issuer, session, work.subject, now))


def revoke(issuer: Issuer, session: Session, number: str, now: datetime) -> None:
    """Ends the result of a case, if it has one that is not ended already."""
    row = store.of_case(session, number)
    if row is not None and row.status != "revoked":
        _becomes(issuer, session, row, "revoked", now)


def _issue(service: Service, session: Session, number: str, now: datetime) -> None:
    case = cases.approved(session, number)
    if case is None or store.of_case(session, number) is not None:
        return
    result = service.catalogue.situations[case.situation].result if case.situation in service.catalogue.situations else None
    type_ = service.licence_types.get(result.licence) if result else None
    if result is None or type_ is None or type_.type_code is None:
        return
    if result.replaces:
        for earlier in store.valid_of(session, type_.id, case.holder):
            _becomes(service.issuer, session, earlier, "cancelled", now)
    id_ = licence_id(type_.type_code, service.issuer.code, number)
    attributes = says(service, type_, case)
    until = _until(result, case)
    token = service.issuer.sign(
        statement(id_, type_.type_code, case.holder, case.holder_name, "valid", case.on, until, attributes)
    )
    session.add(IssuedLicenceRow(
        id=id_, case_number=number, type=type_.id, holder=case.holder, issued_on=case.on, valid_until=until, token=token, changed_at=now,
    ))  # fmt: skip
    audit.record(session, now, None, "licence.issued", number, about=id_)


def says(service: Service, type_: EvidenceType, case: cases.Approved) -> dict[str, Any]:
    """The attributes that are known: from the grant, from the licence that is renewed, from the form, else of the applicant."""
    applicant = case.facts["applicant"]
    known: dict[str, Any] = {"name": applicant["name"], "number": applicant["number"]}
    if applicant.get("kind") == "organisation":
        known["uscc"] = applicant["number"]
    known |= {name: value for name, value in case.facts.get("form", {}).items() if value is not None}
    known |= _renewed(service, type_, case)
    known |= {name: value for name, value in case.grant.items() if value is not None}
    return {name: known[name] for name in type_.attributes if name in known}


def _renewed(service: Service, type_: EvidenceType, case: cases.Approved) -> Mapping[str, Any]:
    """What the applicant's own licence of the same type said, where the decision rested on one."""
    situation = service.catalogue.situations[case.situation]
    prepared = service.ruleset_for(situation, cases.day_received(case), case.decided_for)
    if prepared is None:
        return {}
    for name, declared in prepared.compiled.ruleset.evidence.items():
        answer = case.facts.get("evidence", {}).get(name)
        if declared.type.id == type_.id and declared.of is None and isinstance(answer, dict):
            return answer
    return {}


def _until(result: Result, case: cases.Approved) -> date | None:
    granted = case.grant.get("valid_until")
    if isinstance(granted, str):
        return date.fromisoformat(granted)
    return None if result.valid_for is None else after(case.on, result.valid_for)


def _becomes(issuer: Issuer, session: Session, row: IssuedLicenceRow, status: str, now: datetime) -> None:
    row.status = status
    row.token = issuer.sign(said_in(row.token) | {"status": status})
    row.changed_at = now
    session.add(row)
    audit.record(session, now, None, f"licence.{status}", row.case_number, about=row.id)
