"""The record over HTTP: public keys and signed heads for everybody, proofs for auditors."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from service.audit import auditing
from service.audit.proofs import CaseProof, ConsistencyProof, HeadAnswer
from service.requests import StrictRoute
from service.state import Running, SignedIn

router = APIRouter(tags=["record"], route_class=StrictRoute)
Batch = Annotated[int, Query(ge=1, lt=2**53, description="the number of a batch")]


@router.get("/keys")
def keys(service: Running) -> dict[str, list[dict[str, str]]]:
    """The JWK set (RFC 7517) that seals of receipts and heads of the record are verified with, older keys included."""
    found: dict[str, list[dict[str, str]]] = service.sealer.keys.public()
    return found


@router.get("/audit/head")
def head(service: Running) -> HeadAnswer:
    """The newest signed head of the record. Whoever keeps it can hold every later one to it."""
    return HeadAnswer(head=auditing.newest_head(service))


@router.get("/audit/consistency")
def consistency(service: Running, old: Batch, new: Batch | None = None) -> ConsistencyProof:
    """The proof that the record of batch `old` is how that of `new` begins, or that of the newest."""
    return auditing.growth(service, old, new)


@router.get("/audit/cases/{number}")
def case(number: Annotated[str, Path(max_length=40)], service: Running, caller: SignedIn) -> CaseProof:
    """Every audit row of one case with its proof of inclusion, for auditors."""
    return auditing.proof_for(service, caller, number)
