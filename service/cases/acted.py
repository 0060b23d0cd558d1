"""Who acted in an applicant's name, as a receipt has it: `acting`, with name and number, and by what right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.accounts.actions import Caller

Acted = Mapping[str, str]
HOLDER = "holder"


def acted_by(caller: Caller) -> Acted | None:
    """None where the applicant acts themself."""
    if caller.acting is None:
        return None
    person = caller.acting.person
    return {"authorisation": caller.acting.authorisation, "name": person.name, "number": person.number}


def acted_in(receipt: Mapping[str, Any]) -> Acted | None:
    """Of a receipt that was read."""
    found: Acted | None = receipt.get("acting")
    return found


def right_of(acted: Acted | None) -> str:
    """By which the applicant's own evidence is asked for."""
    return HOLDER if acted is None else acted["authorisation"]
