"""Queries on the record: what is to be sealed, what was, and the Merkle tree as far as it is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, Select, exists, func, text
from sqlalchemy import select as columns
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from service.audit.merkle import folded
from service.audit.tables import AuditRow, LeafRow, SealRow, TileRow

TILE = 8
"""A tile is kept at every eighth level."""
_WITHOUT_LEAF = ~exists().where(col(LeafRow.row_id) == col(AuditRow.id))
_COLUMNS: Sequence[Any] = [
    AuditRow.id, AuditRow.at, AuditRow.account_id, AuditRow.client, AuditRow.action, AuditRow.case_number, AuditRow.about,
    AuditRow.detail, AuditRow.xact,
]  # fmt: skip


class Damaged(Exception):
    """Hashes of the tree that should be kept are not there."""


class KeptTree:
    """The Merkle tree of what is sealed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def perfect(self, level: int, place: int) -> bytes:
        """Raises `Damaged`."""
        below = level - level % TILE
        first, count = place << level - below, 1 << level - below
        found = self._leaves(first, count) if below == 0 else self._tiles(below, first, count)
        if len(found) != count:
            raise Damaged
        return folded(found)

    def _leaves(self, first: int, count: int) -> Sequence[bytes]:
        position = col(LeafRow.position)
        between = select(LeafRow.hash).where(position >= first, position < first + count)
        return self._session.exec(between.order_by(position)).all()

    def _tiles(self, level: int, first: int, count: int) -> Sequence[bytes]:
        place = col(TileRow.place)
        between = select(TileRow.hash).where(TileRow.level == level, place >= first, place < first + count)
        return self._session.exec(between.order_by(place)).all()


def last_seal(session: Session) -> SealRow | None:
    return session.exec(select(SealRow).order_by(col(SealRow.batch).desc()).limit(1)).first()


def seal_of(session: Session, batch: int) -> SealRow | None:
    return session.get(SealRow, batch)


def seals(session: Session, after: int = 0) -> Iterator[SealRow]:
    """Oldest first, from behind batch `after` on."""
    found = select(SealRow).where(col(SealRow.batch) > after).order_by(col(SealRow.batch))
    yield from session.exec(found, execution_options={"yield_per": 1000})


def sealable(session: Session, since: int, limit: int) -> tuple[Sequence[Row[Any]], int]:
    """The rows to be sealed next, in the order of their commits, and the place in that order below which nothing comes any more.

    `since`: that place as the last head told it. About `limit` rows at most, but those of one transaction are never parted.

    PostgreSQL gives ids in another order than it commits, so there the order is that of transactions, up to the oldest that still
    runs. One that begins again below `since` is another installation, into which the database was restored: everything that has no
    leaf is taken then.
    """
    order, end = _order(session), _end(session)
    rows = columns(*_COLUMNS, order.label("place")).where(_WITHOUT_LEAF).order_by(order, col(AuditRow.id))
    if end < since:
        rest = _all(session, rows.limit(limit))
        return rest, since if len(rest) == limit else end
    rows = rows.where(order >= since, order < end)
    while True:
        found = _all(session, rows.limit(limit + 1))
        if len(found) <= limit:
            return found, end
        cut: int = found[-1].place
        if whole := [each for each in found if each.place < cut]:
            return whole, cut
        limit *= 2


def sealed(session: Session, first: int, last: int) -> Sequence[Row[Any]]:
    """Leaves from `first` to below `last` by position, as `position`, `row_id`, `hash`, each with its audit row as far as it is there."""
    position = col(LeafRow.position)
    leaves = columns(position, col(LeafRow.row_id), col(LeafRow.hash), *_COLUMNS).where(position >= first, position < last)
    joined = leaves.join(AuditRow, col(AuditRow.id) == col(LeafRow.row_id), isouter=True)
    return _all(session, joined.order_by(position))


def leaves_from(session: Session, position: int) -> int:
    """How many leaves there are from a position on."""
    return session.exec(select(func.count()).select_from(LeafRow).where(col(LeafRow.position) >= position)).one()


def tiles(session: Session) -> dict[tuple[int, int], bytes]:
    return {(level, place): hash_ for level, place, hash_ in session.exec(select(TileRow.level, TileRow.place, TileRow.hash))}


def unsealed(session: Session) -> Sequence[Row[Any]]:
    """Rows without a leaf, in the order of their commits, each with its place in it as `place`."""
    order = _order(session)
    return _all(session, columns(*_COLUMNS, order.label("place")).where(_WITHOUT_LEAF).order_by(order, col(AuditRow.id)))


def missing_ids(session: Session) -> Sequence[tuple[int, int]]:
    """Ids that SQLite gave and that are nowhere, neither in a row nor in a leaf: from the first to below the last of each gap."""
    if session.get_bind().dialect.name != "sqlite":
        return ()  # PostgreSQL leaves out ids by itself
    known = "SELECT id FROM audit UNION SELECT row_id FROM audit_leaf UNION SELECT seq + 1 FROM sqlite_sequence WHERE name = 'audit'"
    gaps = text(f"SELECT before + 1, id FROM (SELECT id, LAG(id, 1, 0) OVER (ORDER BY id) AS before FROM ({known})) WHERE id > before + 1")  # noqa: S608
    return [(first, last) for first, last in session.connection().execute(gaps)]


def of_case(session: Session, number: str) -> Sequence[Row[Any]]:
    """Its audit rows, each with its `position`, None where it is not sealed yet; the oldest first."""
    rows = columns(*_COLUMNS, col(LeafRow.position)).where(col(AuditRow.case_number) == number)
    joined = rows.join(LeafRow, col(LeafRow.row_id) == col(AuditRow.id), isouter=True)
    return _all(session, joined.order_by(col(AuditRow.id)))


def _all(session: Session, rows: Select[Any]) -> Sequence[Row[Any]]:
    return session.connection().execute(rows).all()


def _order(session: Session) -> Mapped[int | None]:
    return col(AuditRow.id) if session.get_bind().dialect.name == "sqlite" else col(AuditRow.xact)


def _end(session: Session) -> int:
    """Below this place of the order, everything is committed that ever will be."""
    if session.get_bind().dialect.name == "sqlite":
        newest = session.exec(select(func.max(AuditRow.id))).one()
        return 1 + (newest or 0)
    oldest: int = session.connection().execute(text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")).scalar_one()
    return oldest
