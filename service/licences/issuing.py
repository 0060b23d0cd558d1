"""An approval issues its results; what takes the approval back, revokes them.

Both are work of kind `case.moved` and bear being told twice: each result has an identifier that is made of the case's number.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from engine.catalogue import Result
from engine.ruleset.model import EvidenceType
from service import audit
from service.cases import actions as cases
from service.licences import store
from service.licences.format import licence_id, statement
from service.licences.issuer import Issuer, said_in
from service.licences.reminding import reminders
from service.licences.tables import IssuedLicenceRow
from service.state import Service
from service.work.actions import Work

_PLACES = 4
"""Digits of the place of one of several holders, after the case's number."""


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
    """Ends the results of a case, as far as they are not ended already."""
    for row in store.of_case(session, number):
        if row.status != "revoked":
            _becomes(issuer, session, row, "revoked", now)


def _issue(service: Service, session: Session, number: str, now: datetime) -> None:
    case = cases.approved(session, number)
    if case is None or store.of_case(session, number) or case.situation not in service.catalogue.situations:
        return
    situation = service.catalogue.situations[case.situation]
    if situation.ends is not None:
        _end(service.issuer, session, situation.ends, case.holder, now)
        cases.let_go(session, situation.ends, case.holder)
    for result in situation.results:
        type_ = service.licence_types.get(result.licence)
        if type_ is not None and type_.type_code is not None:
            for place, holder in enumerate(cases.holders(result, case.holder, case.grant)):
                serial = number if result.to is None else f"{number}{place + 1:0{_PLACES}}"
                id_ = licence_id(type_.type_code, service.issuer.code, serial)
                _issue_one(service, session, case, result, type_, id_, holder, now)


def _issue_one(
    service: Service, session: Session, case: cases.Approved, result: Result, type_: EvidenceType, id_: str, holder: str, now: datetime
) -> None:
    assert type_.type_code is not None
    if result.replaces:
        _end(service.issuer, session, type_.id, holder, now)
        cases.pass_on(session, type_.id, holder, case.number)
    until = cases.ends_on(result, case.grant, case.on)
    said = statement(id_, type_.type_code, holder, _name_of(case, holder), "valid", case.on, until, says(service, type_, case))
    session.add(IssuedLicenceRow(
        id=id_, case_number=case.number, type=type_.id, holder=holder, issued_on=case.on, valid_until=until,
        token=service.issuer.sign(said), changed_at=now,
    ))  # fmt: skip
    session.add_all(reminders(id_, until, now))
    audit.record(session, now, None, "licence.issued", case.number, about=id_)


def _name_of(case: cases.Approved, holder: str) -> str:
    """The applicant's; of anybody else, what the form gives in one record with their number."""
    if holder == case.holder:
        return case.holder_name
    records = (record for listed in case.facts.get("form", {}).values() if isinstance(listed, list) for record in listed)
    named = (each["name"] for each in records if isinstance(each, dict) and holder in each.values() and "name" in each)
    return str(next(named, ""))


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


def _end(issuer: Issuer, session: Session, type_: str, holder: str, now: datetime) -> None:
    """Those of the holder that are valid."""
    for earlier in store.valid_of(session, type_, holder):
        _becomes(issuer, session, earlier, "cancelled", now)


def _becomes(issuer: Issuer, session: Session, row: IssuedLicenceRow, status: str, now: datetime) -> None:
    row.status = status
    row.token = issuer.sign(said_in(row.token) | {"status": status})
    row.changed_at = now
    session.add(row)
    audit.record(session, now, None, f"licence.{status}", row.case_number, about=row.id)
