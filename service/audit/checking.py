"""Holds the record to what was signed of it, and what was signed to what was anchored. Everything is computed anew from the rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from service.audit import store
from service.audit.entries import hash_of
from service.audit.findings import Finding
from service.audit.heads import Signed, read_head
from service.audit.merkle import Growing
from service.audit.tables import SealRow
from service.signing_keys import BadSignature, PublicKeys

LATE = timedelta(minutes=15)
"""How long after the time that it tells a row may be committed, clocks that differ included."""
_UNREADABLE = (ValueError, TypeError, AttributeError)  # a column that holds something of another kind


@dataclass(frozen=True, slots=True)
class Report:
    """`sealed`: rows; `unsealed`: ids of rows that no head covers yet; `anchored`: the last batch that is anchored, 0 for none."""

    findings: tuple[Finding, ...]
    batches: int
    sealed: int
    unsealed: tuple[int, ...]
    anchored: int
    head: Signed | None


@dataclass(slots=True)
class _Walk:
    """Goes through the record from its beginning."""

    session: Session
    keys: PublicKeys
    findings: list[Finding] = field(default_factory=list)
    tree: Growing = field(default_factory=Growing)
    tiles: dict[tuple[int, int], bytes] = field(default_factory=dict)
    size: int = 0
    before: SealRow | None = None
    head: Signed | None = None
    """Of the batch before, if it could be read."""
    whole: bool = True
    """Whether every row so far is as it was signed."""

    def found(self, kind: str, **where: int) -> None:
        self.findings.append(Finding(kind, where))

    def finished(self, level: int, place: int, hash_: bytes) -> None:
        if level % store.TILE == 0:
            self.tiles[level, place] = hash_

    def batch(self, row: SealRow) -> None:
        expected = self.before.batch + 1 if self.before else 1
        for missing in range(expected, min(row.batch, expected + 100)):
            self.found("seal-removed", batch=missing)
            self.whole = False
        signed = self._read(row)
        if signed and (signed.head.batch, signed.head.size) != (row.batch, row.size):
            self.found("seal-mismatch", batch=row.batch)
        if signed and row.batch == expected and (self.before is None or self.head) and not signed.head.follows(self.head):
            self.found("chain-broken", batch=row.batch)
        first = signed.head.first if signed else self.size
        last = signed.head.size if signed else row.size
        try:
            rows = store.sealed(self.session, first, last)
            self._rows(row.batch, first, last, rows, signed)
            if self.head:
                self._times(rows, self.head)
        except _UNREADABLE:
            self.found("batch-unreadable", batch=row.batch, first=first, last=last - 1)
            self.whole = False
        self.before, self.head, self.size = row, signed, last

    def _read(self, row: SealRow) -> Signed | None:
        try:
            return read_head(row.token, self.keys)
        except BadSignature as bad:
            self.found(f"seal-{bad.code}", batch=row.batch)
            return None

    def _rows(self, batch: int, first: int, last: int, rows: Sequence[Row[Any]], signed: Signed | None) -> None:
        before = len(self.findings)
        kept, anew, changed, position = Growing(), Growing(), [], first
        for each in rows:
            for missing in range(position, min(each.position, position + 100)):
                self.found("leaf-removed", position=missing)
            position = each.position + 1
            self.tree.add(each.hash)
            kept.add(each.hash)
            if each.id is None:
                self.found("row-removed", row=each.row_id, position=each.position)
                anew.add(each.hash)
                continue
            now = hash_of(each)
            anew.add(now)
            if now != each.hash:
                changed.append(each)
        for missing in range(position, min(last, position + 100)):
            self.found("leaf-removed", position=missing)
        leaves = signed is not None and anew.root.hex() == signed.head.rows
        for each in changed:
            self.found("leaf-changed" if leaves else "row-changed", row=each.row_id, position=each.position)
        if signed and len(self.findings) == before and kept.root.hex() != signed.head.rows:
            self.found("batch-changed", batch=batch, first=first, last=last - 1)
        self.whole = self.whole and len(self.findings) == before and signed is not None
        if signed and self.whole and self.tree.root.hex() != signed.head.root:
            self.found("root-changed", batch=batch)
            self.whole = False

    def _times(self, rows: Sequence[Row[Any]], head: Signed) -> None:
        for each in rows:
            if each.id is not None and _is_late(each.at, head):
                self.found("row-backdated", row=each.id, batch=head.head.batch)

    def end(self) -> tuple[int, ...]:
        """What lies behind the last head."""
        if count := store.leaves_from(self.session, self.size):
            self.found("leaf-unsealed", count=count)
        if self.whole:
            kept = store.tiles(self.session)
            for level, place in sorted(kept.keys() | self.tiles.keys()):
                if kept.get((level, place)) != self.tiles.get((level, place)):
                    self.found("tile-changed", level=level, place=place)
        for first, last in store.missing_ids(self.session):
            for row in range(first, min(last, first + 100)):
                self.found("row-lost", row=row)
        try:
            return tuple(self._unsealed())
        except _UNREADABLE:
            self.found("rows-unreadable")
            return ()

    def _unsealed(self) -> Iterator[int]:
        until = self.head.head.until if self.head else 0
        for each in store.unsealed(self.session):
            if each.place is None or each.place < until:
                self.found("row-inserted", row=each.id)
            else:
                if self.head and _is_late(each.at, self.head):
                    self.found("row-backdated", row=each.id, batch=self.head.head.batch)
                yield each.id


def verify(session: Session, keys: PublicKeys, anchors: Sequence[str]) -> Report:
    """`session`: one snapshot of the database; `keys`: those that are trusted; `anchors`: the heads that were kept outside."""
    walk = _Walk(session, keys)
    walk.tree = Growing(walk.finished)
    wanted = _anchors(walk, anchors)
    anchored = max(wanted, default=0)
    for row in store.seals(session):
        walk.batch(row)
        token = wanted.pop(row.batch, None)
        if token is not None and token != row.token:
            walk.found("anchor-differs", batch=row.batch)
    last = walk.before.batch if walk.before else 0
    for batch in sorted(wanted):
        if batch > last:
            walk.found("truncated", batch=batch)
    unsealed = walk.end()
    return Report(tuple(walk.findings), last, walk.size, unsealed, anchored, walk.head)


def _anchors(walk: _Walk, anchors: Sequence[str]) -> dict[int, str]:
    """By batch."""
    by_batch: dict[int, str] = {}
    for line, token in enumerate(anchors, 1):
        try:
            batch = read_head(token, walk.keys).head.batch
        except BadSignature:
            walk.found("anchor-malformed", line=line)
            continue
        if by_batch.setdefault(batch, token) != token:
            walk.found("anchor-differs", batch=batch)
    for batch in range(1, max(by_batch, default=0)):
        if batch not in by_batch:
            walk.found("anchor-missing", batch=batch)
    return by_batch


def _is_late(at: datetime, head: Signed) -> bool:
    return at < head.head.moment - LATE

