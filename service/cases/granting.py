"""What an approved case gives, in money: by the person who decided it, else by the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson
from sqlmodel import Session

from engine.catalogue import Situation
from engine.language.texts import fold
from engine.language.types import Money
from service.cases import store
from service.rulesets import Prepared
from service.state import Service

PAYEE = "bank_account"
"""The fact of the form that says where money goes."""


@dataclass(frozen=True, slots=True)
class Given:
    """`money`: fen, by the id of the grant. `payee`: the account, where the form names one."""

    number: str
    situation: str
    account_id: int
    department: str
    status: str
    money: Mapping[str, int]
    payee: str | None


def needs_two(situation: Situation, money: Mapping[str, int]) -> bool:
    """Whether one person alone may not decide on an approval that gives this much, in fen by the id of the grant."""
    above = situation.second_person_above
    return situation.second_person or (above is not None and any(fen > above * 100 for fen in money.values()))


def takes_two(service: Service, session: Session, number: str) -> bool:
    """Whether what a case gives is more than one person alone decides on."""
    given = given_by(service, session, number)
    return given is not None and needs_two(service.situation(given.situation), given.money)


def money_in(prepared: Prepared | None, grant: Mapping[str, Any]) -> Mapping[str, int]:
    """Those of a grant's members that the ruleset declares as money."""
    declared = prepared.compiled.ruleset.grant if prepared else {}
    return {
        name: int(Decimal(value) * 100)
        for name, value in grant.items()
        if name in declared and isinstance(declared[name].type, Money)
    }


def given_by(service: Service, session: Session, number: str) -> Given | None:
    """None where there is no such case. Only an approval gives anything."""
    case = store.by_number(session, number)
    if case is None:
        return None
    receipt = orjson.loads(store.receipt(session, case).body)
    grant = receipt["grant"]
    decision = store.decision(session, number)
    if decision is not None and decision.conclusion == "approve":
        grant = orjson.loads(decision.grant)
    money = money_in(service.rulesets.by_hash(case.ruleset_hash), grant)
    payee = receipt["facts"].get("form", {}).get(PAYEE)
    account = fold(payee) if isinstance(payee, str) else None  # a bank knows no full-width digits
    return Given(number, case.situation, case.account_id, case.department, case.status, money, account)
