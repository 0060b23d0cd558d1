"""Proofs for an auditor: that rows are in the record, and that the record only grew. Each can be checked without the service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlmodel import Session

from engine.decision.strict_json import canonical
from service.audit import store
from service.audit.entries import entry
from service.audit.heads import Digest, Head, Signed, read_head
from service.audit.merkle import consistency, inclusion, is_consistent, is_included, leaf_hash
from service.audit.tables import SealRow
from service.signing_keys import BadSignature, PublicKeys

Token = Annotated[str, Field(description="a signed tree head, compact JWS (RFC 7515)")]


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class HeadAnswer(_Shape):
    head: Token


class ProvedRow(_Shape):
    """`entry`: the audit row; its canonical JSON (RFC 8785) is the leaf. `path`: hashes from the leaf up (RFC 9162, 2.1.3.1), in hex."""

    position: int
    entry: dict[str, Any]
    path: list[Digest]


class CaseProof(_Shape):
    """Every audit row of one case: those that `head` covers with their proof, and those that are not sealed yet.

    That there are no others is not proved; a whole check of the record by an auditor shows it.
    """

    kind: Literal["miaopi-case-proof"] = "miaopi-case-proof"
    case: str
    head: Token | None
    rows: list[ProvedRow]
    not_sealed: list[dict[str, Any]]


class ConsistencyProof(_Shape):
    """That the record of the old head is how the record of the new one begins (RFC 9162, 2.1.4.1)."""

    kind: Literal["miaopi-consistency-proof"] = "miaopi-consistency-proof"
    old: Token
    new: Token
    path: list[Digest]


class Unproved(Exception):
    """A proof that does not hold; the text, in zh and en, says why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.words: Mapping[Literal["zh", "en"], str] = {"zh": zh, "en": en}


def prove_case(session: Session, number: str) -> CaseProof:
    """Raises `store.Damaged`."""
    last = store.last_seal(session)
    tree = store.KeptTree(session)
    rows, not_sealed = [], []
    for each in store.of_case(session, number):
        if last is None or each.position is None or each.position >= last.size:
            not_sealed.append(entry(each))
        else:
            path = [node.hex() for node in inclusion(tree, each.position, last.size)]
            rows.append(ProvedRow(position=each.position, entry=entry(each), path=path))
    return CaseProof(case=number, head=last.token if last else None, rows=rows, not_sealed=not_sealed)


def prove_growth(session: Session, old: SealRow, new: SealRow) -> ConsistencyProof:
    """`old` before `new`. Raises `store.Damaged`."""
    path = consistency(store.KeptTree(session), old.size, new.size)
    return ConsistencyProof(old=old.token, new=new.token, path=[each.hex() for each in path])


def check_proof(document: Any, keys: PublicKeys) -> CaseProof | ConsistencyProof:
    """A proof as read from JSON. Raises `Unproved`."""
    kind = ConsistencyProof if isinstance(document, dict) and document.get("kind") == "miaopi-consistency-proof" else CaseProof
    try:
        proof: CaseProof | ConsistencyProof = kind.model_validate(document)
    except ValidationError:
        raise Unproved("这不是一份证明", "this is no proof") from None
    if isinstance(proof, ConsistencyProof):
        old, new = _head(proof.old, keys), _head(proof.new, keys)
        roots = bytes.fromhex(old.root), bytes.fromhex(new.root)
        if not is_consistent(old.size, new.size, *roots, _nodes(proof.path)):
            raise Unproved("新的记录不是从旧的记录延续而来", "the newer record does not begin with the older one")
        return proof
    if proof.rows:
        if proof.head is None:
            raise Unproved("证明里没有签名", "there is no signed head in the proof")
        _check_rows(proof, _head(proof.head, keys))
    return proof


def _check_rows(proof: CaseProof, head: Head) -> None:
    for row in proof.rows:
        if row.entry.get("case_number") != proof.case:
            raise Unproved(f"位置 {row.position} 的记录属于别的办件", f"the row at position {row.position} is another case's")
        leaf = leaf_hash(canonical(row.entry))
        if not is_included(leaf, row.position, head.size, _nodes(row.path), bytes.fromhex(head.root)):
            raise Unproved(
                f"位置 {row.position} 的记录不在所签的记录里", f"the row at position {row.position} is not in the record that was signed"
            )


def _head(token: str, keys: PublicKeys) -> Head:
    try:
        signed: Signed = read_head(token, keys)
    except BadSignature:
        raise Unproved("签名不成立，或密钥不受信任", "the signature does not hold, or its key is not trusted") from None
    return signed.head


def _nodes(path: Sequence[str]) -> list[bytes]:
    return [bytes.fromhex(each) for each in path]
