"""The sealer: puts what was committed into the Merkle tree, batch by batch, and signs a head over each.

Several may run: positions and batches are primary keys, so that of two who seal at once one comes to nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, SQLModel

from service.audit import store
from service.audit.anchors import Anchored
from service.audit.entries import hash_of
from service.audit.heads import Head, Signed, read_head
from service.audit.merkle import Growing
from service.audit.tables import LeafRow, SealRow, TileRow
from service.database import Conflict, Database, fresh
from service.signing_keys import BadSignature, PublicKeys, SigningKeys

LARGEST_BATCH = 2_000
"""Rows, about: one transaction's are never parted."""
_leaf, _tile = fresh(LeafRow), fresh(TileRow)


class Broken(Exception):
    """The record is not as its last head says, or the anchors tell of another; nothing is sealed upon it."""


@dataclass(frozen=True, slots=True)
class _Batch:
    head: Signed
    rows: tuple[SQLModel, ...]


def seal(database: Database, keys: SigningKeys, now: datetime) -> Signed | None:
    """Seals the next batch. None where there is nothing to seal, or another sealed it at the same moment. Raises `Broken`."""
    with database.reading() as session:
        batch = _next(session, keys, now)
    if batch is None:
        return None
    try:
        database.insert(batch.rows)
    except Conflict:
        return None
    return batch.head


def seal_all(database: Database, keys: SigningKeys, now: datetime, anchored: Anchored) -> int:
    """Seals everything, and anchors every head that is not anchored yet. Answers how many batches were sealed.

    Raises `Broken`, and `OSError` where the heads could not be anchored; they will be the next time.
    """
    count = 0
    while seal(database, keys, now):
        count += 1
    anchor(database, keys, anchored)
    return count


def anchor(database: Database, keys: SigningKeys, anchored: Anchored) -> None:
    """Raises `Broken`, `OSError`."""
    last = anchored.last()
    try:
        batch = read_head(last, PublicKeys(keys.public())).head.batch if last else 0
    except BadSignature:
        raise Broken("the last anchored head is not signed by this service") from None
    with database.reading() as session:
        kept = store.seal_of(session, batch)
        if batch and (kept is None or kept.token != last):
            raise Broken(f"the record is not the one whose head {batch} was anchored")
        missing = [each.token for each in store.seals(session, batch)]
    if missing:
        anchored.keep(missing)


def _next(session: Session, keys: SigningKeys, now: datetime) -> _Batch | None:
    before = _last(session, keys)
    since = before.head.until if before else 0
    first = before.head.size if before else 0
    tiles: list[SQLModel] = []

    def finished(level: int, place: int, hash_: bytes) -> None:
        if level % store.TILE == 0:
            tiles.append(_tile(level=level, place=place, hash=hash_))

    whole, alone = Growing(finished), Growing()
    try:
        whole.resume(store.KeptTree(session), first)
    except store.Damaged:
        raise Broken("hashes of what was sealed are missing") from None
    if before and whole.root.hex() != before.head.root:
        raise Broken(f"what was sealed does not agree with head {before.head.batch}")
    rows, until = store.sealable(session, since, LARGEST_BATCH)
    if not rows:
        return None
    leaves: list[SQLModel] = []
    for position, row in enumerate(rows, first):
        leaf = hash_of(row)
        whole.add(leaf)
        alone.add(leaf)
        leaves.append(_leaf(position=position, row_id=row.id, hash=leaf))
    head = Signed.by(
        keys,
        Head(
            batch=before.head.batch + 1 if before else 1,
            first=first,
            size=whole.size,
            rows=alone.root.hex(),
            root=whole.root.hex(),
            previous=before.digest if before else None,
            until=until,
            at=now.isoformat(timespec="microseconds"),
        ),
    )
    seal_row = SealRow(batch=head.head.batch, size=head.head.size, token=head.token)
    return _Batch(head, (*leaves, *tiles, seal_row))


def _last(session: Session, keys: SigningKeys) -> Signed | None:
    row = store.last_seal(session)
    if row is None:
        return None
    try:
        return read_head(row.token, PublicKeys(keys.public()))
    except BadSignature:
        raise Broken(f"head {row.batch} is not signed by this service") from None
