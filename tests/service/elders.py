"""Others who may have the senior allowance: it is granted once to each, so a test that needs two grants needs two people."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session
from stdnum.iso7064 import mod_11_2

from service.accounts import actions as accounts
from service.evidence import actions as evidence
from service.state import Service

_BORN = date(1945, 3, 15)


def another_elder(service: Service, serial: int = 201) -> str:
    """The number of somebody of the age of 李桂芳, whose registers say the same."""
    digits = f"440309{_BORN:%Y%m%d}{serial:03}"
    number = digits + mod_11_2.calc_check_digit(digits)
    card = {"name": "陈桂兰", "number": number, "birth_date": _BORN.isoformat()}
    household = {"city": "深圳市", "head_number": number, "members": [number]}

    def enrol(session: Session) -> None:
        accounts.enrol(session, [{"kind": "person", "name": "陈桂兰", "number": number, "roles": "applicant"}])
        evidence.seed(
            session,
            [{"type": "resident-id-card", "holder": number, "issued_on": date(2015, 6, 1), "attributes": card},
             {"type": "household-register", "holder": number, "issued_on": date(2010, 3, 1), "attributes": household}],
            [{"check": "civil-affairs/death-register", "subject": number, "attributes": {"registered": False}}],
        )  # fmt: skip

    service.database.write(enrol)
    return number
