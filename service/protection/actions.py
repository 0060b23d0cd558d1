"""Opening the keys of a database, rotating them, and encrypting old rows again under the newest data key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from secrets import token_bytes
from typing import Any

from sqlalchemy import Engine, MetaData
from sqlmodel import Session

from service.audit import actions as audit
from service.database import Database
from service.protection import key_file, store
from service.protection.key_file import Keys
from service.protection.keyring import Keyring, Undecipherable, attach
from service.protection.tables import DataKeyRow
from service.unusable import Unusable

BATCH = 500
"""Rows that are encrypted again in one transaction."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """`kek`: the new key-encryption key; `wrapped`: how many data keys it now wraps; `data_key`: a new one, if asked for."""

    kek: str
    wrapped: int
    data_key: int | None


@dataclass(frozen=True, slots=True)
class DataKey:
    """A data key, without the key."""

    id: int
    kek: str
    created: datetime


def open_keyring(database: Database, path: Path, now: datetime) -> Keyring:
    """The keys of the database. A new one gets a data key, and a key file where there is none.

    Raises `Unusable` where the file is not the one that this database was encrypted with.
    """
    with database.reading() as session:
        known = bool(store.data_keys(session))
    keys = key_file.read(path) if known else key_file.read_or_make(path, now)
    if not known:
        database.write(lambda session: session.add(_data_key(keys, now)))  # kept before anything is encrypted with it
    return Keyring(_stored(database, path), keys.index_secret, lambda: _stored(database, path))


def unlock(engine: Engine, path: Path) -> None:
    """Gives their keys to the columns of a database that is read beside the service. Raises `Unusable`."""

    def stored() -> Mapping[int, bytes]:
        with Session(engine) as session:
            return _unwrapped(store.data_keys(session), keys)

    keys = key_file.read(path)
    attach(engine, Keyring(stored(), keys.index_secret, stored))


def protect(database: Database, path: Path, now: datetime) -> Keyring:
    """Opens the keys and gives them to the columns of this database. Raises `Unusable`."""
    keyring = open_keyring(database, path, now)
    for engine in database.engines:
        attach(engine, keyring)
    return keyring


def rotate(database: Database, path: Path, now: datetime, data: bool = False) -> Rotated:
    """A new key-encryption key wraps every data key; `data`: and a new data key encrypts from now on.

    The key file is changed first, so that whatever happens in between, each data key is wrapped by a key in it. Processes
    that run go on with the data keys they have, and meet a new one when they read what it encrypted. Raises `Unusable`.
    """

    def wrap_anew(session: Session) -> Rotated:
        rows = store.data_keys_locked(session)
        opened = [keys.unwrap(row.wrapped, row.kek) for row in rows]
        for row, key in zip(rows, opened, strict=True):
            row.wrapped, row.kek = keys.wrap(key), keys.current.id
        added = _data_key(keys, now) if data else None
        session.add_all([*rows, *([added] if added else [])])
        session.flush()
        about = f"key-encryption key {keys.current.id}" + (f", data key {added.id}" if added else "")
        audit.record(session, now, None, "keys.rotated", about=about)
        return Rotated(keys.current.id, len(rows), added.id if added else None)

    with key_file.locked(path):
        keys = key_file.with_new_key(path, now)
        return database.write(wrap_anew)


def forget(database: Database, path: Path) -> frozenset[str]:
    """Removes from the key file what wraps no data key of this database; answers the ids.

    Backups of the database from before the rotation cannot be read without them. Raises `Unusable`.
    """
    with key_file.locked(path):
        with database.reading() as session:
            needed = {each.kek for each in store.data_keys(session)}
        keys = key_file.read(path)
        unused = frozenset(each.id for each in keys.wrapping if each.id not in needed and each != keys.current)
        if unused:
            key_file.without_keys(path, unused)
        return unused


def data_keys(database: Database) -> list[DataKey]:
    """Oldest first; the last one encrypts."""
    with database.reading() as session:
        return [DataKey(each.id, each.kek, each.created) for each in store.data_keys(session) if each.id is not None]


def reencrypt(database: Database, keyring: Keyring, tables: MetaData, batch: int = BATCH) -> Mapping[str, int]:
    """Encrypts what is under older data keys again under the newest; rows rewritten, by table.

    A batch is one transaction, so the service can go on and this can be stopped and started again. Raises `Undecipherable`
    at the first row that does not open; batches before it are kept.
    """
    done: dict[str, int] = {}
    for among in store.encrypted_tables(tables):
        done[among.table] = 0
        after: tuple[Any, ...] | None = None
        while True:
            count, after = _one_batch(database, keyring, among, after, batch)
            done[among.table] += count
            if after is None:
                break
    return done


def _one_batch(
    database: Database, keyring: Keyring, among: store.Ciphertexts, after: tuple[Any, ...] | None, batch: int
) -> tuple[int, tuple[Any, ...] | None]:
    """How many rows were rewritten, and the last row's key; None after the last batch."""

    def again(session: Session) -> tuple[int, tuple[Any, ...] | None]:
        rows = store.rows_not_under(session, among, keyring.head, after, batch)
        count = sum(store.replace_ciphertexts(session, among, row, _renewed(keyring, among, row)) for row in rows)
        return count, rows[-1].key if len(rows) == batch else None

    return database.write(again)


def _renewed(keyring: Keyring, among: store.Ciphertexts, row: store.Row) -> dict[str, bytes]:
    renewed = {}
    for name, about in among.about.items():
        stored = row.stored[name]
        if stored is not None and not stored.startswith(keyring.head):
            try:
                renewed[name] = keyring.encrypt(keyring.decrypt(stored, about), about)
            except Undecipherable as error:
                raise Undecipherable(error.about, f"{error.why} (row {row.key})") from None
    return renewed


def _stored(database: Database, path: Path) -> Mapping[int, bytes]:
    with database.reading() as session:
        return _unwrapped(store.data_keys(session), key_file.read(path))


def _unwrapped(rows: Sequence[DataKeyRow], keys: Keys) -> Mapping[int, bytes]:
    if not rows:
        raise Unusable("the database has lost its data keys")
    return {row.id: keys.unwrap(row.wrapped, row.kek) for row in rows if row.id is not None}


def _data_key(keys: Keys, now: datetime) -> DataKeyRow:
    return DataKeyRow(wrapped=keys.wrap(token_bytes(32)), kek=keys.current.id, created=now)
