"""What an approved case gives, in money: by the person who decided it, else by the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import orjson
from sqlmodel import Session

from engine.language.types import Money
from service.cases import store
from service.state import Service

PAYEE = "bank_account"
"""The fact of the form that says where money goes."""


@dataclass(frozen=True, slots=True)
class Given:
    """`money`: fen, by the id of the grant. `payee`: the account, where the form names one."""

    number: str
    account_id: int
    department: str
    status: str
    money: Mapping[str, int]
    payee: str | None


def takes_two(service: Service, session: Session, number: str) -> bool:
    """Whether what a case gives is more than one person alone decides on."""
    given = given_by(service, session, number)
    case = store.by_number(session, number)
    if given is None or case is None:
        return False
    situation = service.situation(case.situation)
    above = situation.second_person_above
    return situation.second_person or (above is not None and any(fen > above * 100 for fen in given.money.values()))


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
    prepared = service.rulesets.by_hash(case.ruleset_hash) if case.ruleset_hash else None
    declared = prepared.compiled.ruleset.grant if prepared else {}
    money = {
        name: int(Decimal(value) * 100)
        for name, value in grant.items()
        if name in declared and isinstance(declared[name].type, Money)
    }
    payee = receipt["facts"].get("form", {}).get(PAYEE)
    return Given(number, case.account_id, case.department, case.status, money, payee if isinstance(payee, str) else None)
