"""A holder's licences: what the service issued, what lies in its own tables, and what a repository has, if that is asked.

Asking a repository is a use of the holder's licences like any other, and on record as such. Who acts for the holder by a mandate has
the results of what the mandate is for; a guardian or representative has them all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlmodel import Session

from engine.ruleset.model import EvidenceType
from service.accounts.actions import Caller
from service.cases import actions as cases
from service.evidence.actions import Held, LicenceUses, held_by, uses_of_type
from service.licences import store
from service.licences.issuer import said_in
from service.licences.models import HeldLicence, Wallet, WholeLicence
from service.licences.tables import IssuedLicenceRow
from service.problems import Problem
from service.state import Service, day_of

SOON = 90
"""Days before its end from which a licence is told to be expiring."""


def wallet(service: Service, caller: Caller, fetch: bool) -> Wallet:
    """The caller's licences. `fetch`: also those that only the repository has."""
    today = day_of(service.now())
    with service.database.reading() as session:
        rows = [each for each in store.of_holders(session, {caller.number}) if _may_have(service, session, caller, each)]
    own = [_issued(service, each, today) for each in rows]
    found, unreachable = _elsewhere(service, caller, today, fetch)
    known = {each.id for each in own}
    others = [shown for each in found if (shown := _held(service, each, today)).id not in known]
    licences = sorted([*own, *others], key=lambda each: (each.issued_on, each.id), reverse=True)
    return Wallet(licences=licences, unreachable=list(unreachable))


def licence(service: Service, caller: Caller, id_: str, limit: int = 20) -> WholeLicence:
    """One of the caller's, with the uses of its type. Raises `Problem`."""
    today = day_of(service.now())
    with service.database.reading() as session:
        row = store.by_id(session, id_)
        if row is not None and _may_have(service, session, caller, row):
            shown, token = _issued(service, row, today), row.token
        else:
            held, _ = _elsewhere(service, caller, today, False)
            others = (_held(service, each, today) for each in held)
            found = next((each for each in others if each.id == id_), None)
            if found is None:
                raise Problem("unknown-licence")
            shown, token = found, None
        uses = uses_of_type(session, caller.number, shown.type, limit) if _has_all(caller) else LicenceUses(uses=[], next=None)
    return WholeLicence(**shown.model_dump(), holder=caller.name, token=token, uses=uses)


def result_of(service: Service, caller: Caller, number: str) -> HeldLicence | None:
    """What the caller's case gave, if it gave a licence."""
    with service.database.reading() as session:
        row = store.of_case_now(session, number, caller.number)
        mine = row is not None and _may_have(service, session, caller, row)
    return _issued(service, row, day_of(service.now())) if row is not None and mine else None


def issued_to(service: Service, caller: Caller, id_: str) -> IssuedLicenceRow:
    """Raises `Problem` where the service has not issued the caller such a licence."""
    with service.database.reading() as session:
        row = store.by_id(session, id_)
        mine = row is not None and _may_have(service, session, caller, row)
    if row is None or not mine:
        raise Problem("unknown-licence")
    return row


def _has_all(caller: Caller) -> bool:
    return caller.acting is None or caller.acting.kind != "mandate"


def _may_have(service: Service, session: Session, caller: Caller, row: IssuedLicenceRow) -> bool:
    """Whether it is the caller's; for who acts for them by a mandate, and came of a case that this is for."""
    if row.holder != caller.number:
        return False
    if caller.acting is None or _has_all(caller):
        return True
    return caller.acting.scope.allows("receive") and cases.reaches(session, caller, row.case_number, service.now())


def _elsewhere(service: Service, caller: Caller, today: date, fetch: bool) -> tuple[Sequence[Held], Sequence[str]]:
    """What others issued, which no mandate is for."""
    if not _has_all(caller):
        return (), ()
    types = service.licence_types.values()
    return held_by(service.sources, types, caller.number, today, fetch, caller.authorisation, caller.client)


def status_on(row: IssuedLicenceRow, today: date) -> str:
    ended = row.status == "valid" and row.valid_until is not None and row.valid_until < today
    return "expired" if ended else row.status


def _issued(service: Service, row: IssuedLicenceRow, today: date) -> HeldLicence:
    said = said_in(row.token)
    return _shown(service, row.id, row.type, status_on(row, today), row.issued_on, row.valid_until, said["attributes"], today,
                  row.case_number)  # fmt: skip


def _held(service: Service, held: Held, today: date) -> HeldLicence:
    status = "expired" if held.status == "valid" and held.valid_until and held.valid_until < today else held.status
    return _shown(service, held.id, held.type, status, held.issued_on, held.valid_until, held.attributes, today, None)


def _shown(
    service: Service, id_: str, type_: str, status: str, issued_on: date, valid_until: date | None, attributes: dict[str, Any],
    today: date, case_number: str | None,
) -> HeldLicence:  # fmt: skip
    declared = service.licence_types.get(type_)
    left = None if valid_until is None or status != "valid" else (valid_until - today).days
    return HeldLicence.model_validate({
        "id": id_, "type": type_, "title": declared.title if declared else type_, "status": status, "issued_on": issued_on,
        "valid_until": valid_until, "expires_in": left if left is not None and left <= SOON else None, "case_number": case_number,
        "attributes": seen(declared, attributes),
    })  # fmt: skip


def seen(declared: EvidenceType | None, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """What of a licence its holder may see."""
    shown = {name for name, each in declared.attributes.items() if each.shown_to == "applicant"} if declared else set()
    return {name: value for name, value in attributes.items() if name in shown}
