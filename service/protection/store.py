"""Queries on data keys, and on ciphertexts whatever table they lie in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, LargeBinary, MetaData, Table, column, func, literal, or_, table, tuple_, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from service.protection.blind_index import BlindIndex
from service.protection.encrypted import Sealed
from service.protection.keyring import HEAD
from service.protection.tables import DataKeyRow


def data_keys(session: Session) -> Sequence[DataKeyRow]:
    return session.exec(select(DataKeyRow).order_by(col(DataKeyRow.id))).all()


def data_keys_locked(session: Session) -> Sequence[DataKeyRow]:
    """The same, held until the transaction ends."""
    return session.exec(select(DataKeyRow).order_by(col(DataKeyRow.id)).with_for_update()).all()


@dataclass(frozen=True, slots=True)
class Ciphertexts:
    """The encrypted columns of one table, with what each is about; `key`: its primary key."""

    table: str
    key: Sequence[Column[Any]]
    about: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """A row with its ciphertexts, by column, as they are stored."""

    key: tuple[Any, ...]
    stored: dict[str, bytes | None]


def encrypted_tables(metadata: MetaData) -> list[Ciphertexts]:
    return [found for each in metadata.sorted_tables if (found := _encrypted(each)).about]


def rows_not_under(session: Session, among: Ciphertexts, head: bytes, after: tuple[Any, ...] | None, limit: int) -> list[Row]:
    """Rows with a ciphertext that begins otherwise, in the order of the primary key from above `after` on."""
    raw = _raw(among)
    key = [raw.c[each.name] for each in among.key]
    sealed = [raw.c[name] for name in among.about]
    query = select_columns(*key, *sealed).order_by(*key).limit(limit)
    query = query.where(or_(*(func.substr(each, 1, HEAD, type_=LargeBinary) != head for each in sealed)))
    if after is not None:
        above = tuple_(*(literal(value, each.type) for value, each in zip(after, key, strict=True)))
        query = query.where(tuple_(*key) > above)
    found = session.connection().execute(query).all()
    return [Row(tuple(row[: len(key)]), dict(zip(among.about, row[len(key) :], strict=True))) for row in found]


def replace_ciphertexts(session: Session, among: Ciphertexts, row: Row, changed: dict[str, bytes]) -> bool:
    """Whether it was replaced: not if somebody else has written the row meanwhile."""
    raw = _raw(among)
    same = [raw.c[each.name] == value for each, value in zip(among.key, row.key, strict=True)]
    as_read = [raw.c[name] == row.stored[name] for name in changed]
    return session.connection().execute(update(raw).where(*same, *as_read).values(changed)).rowcount == 1


def _encrypted(among: Table) -> Ciphertexts:
    about = {each.name: each.type.about for each in among.columns if isinstance(each.type, Sealed)}
    return Ciphertexts(among.name, list(among.primary_key.columns), about)


def _raw(among: Ciphertexts) -> Any:
    """The table with its protected columns as the bytes they are."""
    key = (column(each.name, LargeBinary() if isinstance(each.type, BlindIndex) else each.type) for each in among.key)
    return table(among.table, *key, *(column(name, LargeBinary()) for name in among.about))
