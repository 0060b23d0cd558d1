"""Showing a licence to somebody: a code that cannot be guessed and ends, and what it tells whoever has it.

A code on a screen is good for minutes. One on a document is good for a year, and tells what the document says, so that the two can be
compared.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from sqlmodel import Session

from service import audit
from service.accounts.actions import Caller
from service.licences import store
from service.licences.issuer import said_in
from service.licences.models import VerificationCode, Verified
from service.licences.tables import VerificationCodeRow
from service.licences.wallet import issued_to, seen, status_on
from service.problems import Problem
from service.protection.masking import masked_name
from service.state import BASE, Service, day_of

LASTS, LASTS_ON_DOCUMENT = timedelta(minutes=10), timedelta(days=365)


def new_code(service: Service, caller: Caller, id_: str, document: bool = False) -> VerificationCode:
    """Raises `Problem`."""
    row = issued_to(service, caller, id_)
    code, now = secrets.token_urlsafe(24), service.now()
    until = now + (LASTS_ON_DOCUMENT if document else LASTS)

    def keep(session: Session) -> None:
        store.remove_expired(session, now)
        session.add(VerificationCodeRow(code_hash=_hash(code), licence_id=row.id, document=document, expires_at=until))
        audit.record(session, now, caller.actor, "licence.shown", row.case_number, about=row.id)

    service.database.write(keep)
    return VerificationCode(code=code, expires_at=until, url=f"{BASE}/verify/{code}")


def verify(service: Service, code: str) -> Verified:
    """What the licence is at this moment. Raises `Problem` for a code that is not known, or not any more."""
    now = service.now()
    with service.database.reading() as session:
        found = store.by_code(session, _hash(code), now)
    if found is None:
        raise Problem("unknown-code")
    row, document = found
    said = said_in(row.token)
    declared = service.licence_types.get(row.type)
    return Verified.model_validate({
        "status": status_on(row, day_of(now)), "type": row.type, "title": declared.title if declared else row.type,
        "issuer": said["issuer"], "holder": masked_name(said["holder_name"]), "issued_on": row.issued_on,
        "valid_until": row.valid_until, "attributes": seen(declared, said["attributes"]) if document else None,
    })  # fmt: skip


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
