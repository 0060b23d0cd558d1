"""The record as others get it: everybody its signed heads, auditors the proof for one case."""

from __future__ import annotations

from service import audit
from service.accounts.actions import Caller
from service.audit import store
from service.audit.proofs import CaseProof, ConsistencyProof, prove_case, prove_growth
from service.problems import Problem
from service.state import Service


def newest_head(service: Service) -> str:
    """Raises `Problem` where nothing is sealed yet."""
    with service.database.reading() as session:
        found = store.last_seal(session)
    if found is None:
        raise Problem("unknown-head")
    return found.token


def growth(service: Service, old: int, new: int | None) -> ConsistencyProof:
    """From one batch to a later one, the newest unless given. Raises `Problem`."""
    with service.database.reading() as session:
        before = store.seal_of(session, old)
        after = store.last_seal(session) if new is None else store.seal_of(session, new)
        if before is None or after is None or before.batch > after.batch:
            raise Problem("unknown-head")
        try:
            return prove_growth(session, before, after)
        except store.Damaged:
            raise Problem("record-broken") from None


def proof_for(service: Service, caller: Caller, number: str) -> CaseProof:
    """That somebody looked is on record first. Raises `Problem`."""
    with service.database.reading() as session:
        known = bool(store.of_case(session, number))
    if not known:
        raise Problem("unknown-case")
    service.database.insert([audit.row(service.now(), caller, "record.read", number)])
    with service.database.reading() as session:
        try:
            return prove_case(session, number)
        except store.Damaged:
            raise Problem("record-broken") from None
