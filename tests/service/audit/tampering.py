"""Ways to tamper with a record by whoever has the whole database: each takes a connection, and says what it did, or None if nothing."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

import orjson
from sqlalchemy import Connection, text
from sqlmodel import Session

from service.audit.entries import hash_of
from service.audit.heads import KIND
from service.audit.sealing import _next
from service.audit.tables import AuditRow
from service.database import add_rows
from service.signing_keys import SigningKeys

COLUMNS: dict[str, tuple[str, Sequence[str]]] = {
    "audit": ("id", ("id", "at", "account_id", "action", "case_number", "about", "detail", "xact")),
    "audit_leaf": ("position", ("position", "row_id", "hash")),
    "audit_tile": ("place", ("level", "place", "hash")),
    "audit_seal": ("batch", ("batch", "size", "token")),
}


@dataclass
class Tamperer:
    """`keys`: the service's own, where it stole them; `stranger`: its own. `sealed`: rows that are; `rows`: all of them."""

    connection: Connection
    random: Random
    keys: SigningKeys
    stranger: SigningKeys
    sealed: int
    rows: int
    batches: int

    def run(self, statement: str, **values: Any) -> int:
        return self.connection.execute(text(statement), values).rowcount

    def one(self, statement: str, **values: Any) -> Any:
        return self.connection.execute(text(statement), values).scalar_one()

    def row(self) -> int:
        return self.random.randint(1, self.sealed)

    def change_a_value(self) -> str:
        table = self.random.choice(list(COLUMNS))
        key, columns = COLUMNS[table]
        name = self.random.choice(columns)
        keys = [each for (each,) in self.connection.execute(text(f"SELECT {key} FROM {table}"))]
        chosen = self.random.choice([each for each in keys if table != "audit" or each <= self.sealed])
        old = self.one(f"SELECT {name} FROM {table} WHERE {key} = :key", key=chosen)
        new = self.other(name, old)
        self.run(f"UPDATE {table} SET {name} = :new WHERE {key} = :key", new=new, key=chosen)
        return f"{table}.{name} of {chosen}: {old!r} -> {new!r}"

    def other(self, name: str, old: Any) -> Any:
        match old:
            case None:
                return 7 if name in ("account_id", "xact") else "x"
            case datetime():
                return old + timedelta(microseconds=self.random.choice([-1, 1, 60_000_000]))
            case int():
                return old + self.random.choice([10_000, 20_000])
            case bytes() | memoryview():
                place = self.random.randrange(32)
                return bytes(each ^ (1 << self.random.randrange(8)) if at == place else each for at, each in enumerate(bytes(old)))
            case str() if name == "at":
                return old[:-1] + str((int(old[-1]) + self.random.randint(1, 9)) % 10)
        place = self.random.randrange(len(old))
        return old[:place] + ("y" if old[place] == "x" else "x") + old[place + 1 :]

    def empty_a_value(self) -> str | None:
        row, name = self.row(), self.random.choice(("account_id", "case_number", "about", "detail"))
        if not self.run(f"UPDATE audit SET {name} = NULL WHERE id = :row AND {name} IS NOT NULL", row=row):
            return None
        return f"emptied {name} of row {row}"

    def remove_rows(self) -> str:
        first = self.row()
        last = min(self.sealed, first + self.random.randint(0, 3))
        self.run("DELETE FROM audit WHERE id BETWEEN :first AND :last", first=first, last=last)
        if cleanly := self.random.random() < 0.5:
            self.run("DELETE FROM audit_leaf WHERE row_id BETWEEN :first AND :last", first=first, last=last)
        return f"removed rows {first} to {last}{' with their leaves' if cleanly else ''}"

    def remove_and_close_up(self) -> str:
        row = self.row()
        self.run("DELETE FROM audit WHERE id = :row", row=row)
        self.run("DELETE FROM audit_leaf WHERE row_id = :row", row=row)
        for position in range(row, self.sealed):
            self.run("UPDATE audit_leaf SET position = :less WHERE position = :position", less=position - 1, position=position)
        return f"removed row {row}, and moved the later ones up"

    def remove_a_leaf(self) -> str:
        position = self.row() - 1
        self.run("DELETE FROM audit_leaf WHERE position = :position", position=position)
        return f"removed leaf {position}"

    def remove_a_seal(self) -> str:
        batch = self.random.randint(1, self.batches)
        self.run("DELETE FROM audit_seal WHERE batch = :batch", batch=batch)
        return f"removed head {batch}"

    def insert_a_row(self) -> str:
        """At a time that is past, and where the database allows it in a place that is past."""
        at = self.one("SELECT at FROM audit WHERE id = :row", row=self.row())
        place: dict[str, Any] = {"id": self.random.choice([0, -7, self.rows + 100])}
        if self.connection.dialect.name == "postgresql":
            place = {"id": self.rows + 100, "xact": self.random.choice([None, 3, self.one("SELECT max(xact) FROM audit WHERE id = 1")])}
        names = ", ".join(place)
        self.run(f"INSERT INTO audit (at, action, {names}) VALUES (:at, 'case.approved', {', '.join(f':{each}' for each in place)})",
                 at=at, **place)  # fmt: skip
        return f"inserted a row at {place}"

    def insert_a_row_backdated(self) -> str:
        """With an id and a transaction as an honest one has."""
        at = datetime(2026, 11, 22) + timedelta(hours=self.random.randrange(25))
        newest = self.one("SELECT max(xact) FROM audit")
        self.run("INSERT INTO audit (at, action, xact) VALUES (:at, 'case.approved', :xact)", at=at.isoformat(" ", "microseconds"),
                 xact=newest)  # fmt: skip
        return f"inserted a row of {at}"

    def exchange_rows(self) -> str | None:
        one, other = self.row(), self.row()
        same = "SELECT count(DISTINCT coalesce(case_number, about)) + count(DISTINCT action) FROM audit WHERE id IN (:one, :other)"
        if self.one(same, one=one, other=other) == 2:
            return None
        for old, new in ((one, -1), (other, one), (-1, other)):
            self.run("UPDATE audit SET id = :new WHERE id = :old", old=old, new=new)
        return f"exchanged rows {one} and {other}"

    def exchange_leaves(self) -> str | None:
        one, other = self.row() - 1, self.row() - 1
        if one == other:
            return None
        for old, new in ((one, -1), (other, one), (-1, other)):
            self.run("UPDATE audit_leaf SET position = :new WHERE position = :old", old=old, new=new)
        return f"exchanged leaves {one} and {other}"

    def change_a_row_with_its_leaf(self) -> str:
        row = self.row()
        self.run("UPDATE audit SET action = 'case.nothing' WHERE id = :row", row=row)
        with Session(self.connection, join_transaction_mode="create_savepoint") as session:
            leaf = hash_of(session.get_one(AuditRow, row))
        self.run("UPDATE audit_leaf SET hash = :leaf WHERE row_id = :row", row=row, leaf=leaf)
        return f"changed row {row} with its leaf"

    def cut_history_short(self, batch: int | None = None) -> str:
        batch = batch or self.random.randint(1, self.batches)
        size = self.one("SELECT coalesce(max(size), 0) FROM audit_seal WHERE batch < :batch", batch=batch)
        self.run("DELETE FROM audit_seal WHERE batch >= :batch", batch=batch)
        self.run("DELETE FROM audit_leaf WHERE position >= :size", size=size)
        self.run("DELETE FROM audit WHERE id > :size", size=size)
        for level, leaves in ((4, 16), (8, 256)):
            self.run("DELETE FROM audit_tile WHERE level = :level AND (place + 1) * :leaves > :size", level=level, leaves=leaves, size=size)
        if self.connection.dialect.name == "sqlite":
            self.run("UPDATE sqlite_sequence SET seq = :size WHERE name = 'audit'", size=size)
        return f"cut history short before batch {batch}"

    def rewrite_history_with_the_stolen_key(self) -> str:
        """From some batch on, all in order: only what was anchored tells."""
        first = self.random.randint(1, self.batches)
        row = self.random.randint(1 + self.one("SELECT coalesce(max(size), 0) FROM audit_seal WHERE batch < :first", first=first),
                                  self.sealed)  # fmt: skip
        self.run("UPDATE audit SET action = 'case.nothing' WHERE id = :row", row=row)
        size = self.one("SELECT coalesce(max(size), 0) FROM audit_seal WHERE batch < :batch", batch=first)
        self.run("DELETE FROM audit_seal WHERE batch >= :batch", batch=first)
        self.run("DELETE FROM audit_leaf WHERE position >= :size", size=size)
        self.run("DELETE FROM audit_tile WHERE (place + 1) * 16 > :size", size=size)
        with Session(self.connection, join_transaction_mode="create_savepoint") as session:
            at = session.connection().execute(text("SELECT max(at) FROM audit")).scalar_one()
            while batch := _next(session, self.keys, datetime.fromisoformat(f"{at}+00:00")):
                add_rows(session, batch.rows)
            session.commit()
        return f"rewrote history from batch {first} on"

    def sign_a_head_with_another_key(self) -> str:
        batch = self.random.randint(1, self.batches)
        payload = self.one("SELECT token FROM audit_seal WHERE batch = :batch", batch=batch).split(".")[1]
        said = orjson.loads(_decoded(payload))
        key = self.random.choice([self.keys, self.stranger])
        changed = said | ({"rows": "0" * 64} if key is self.keys else {})
        self.run("UPDATE audit_seal SET token = :token WHERE batch = :batch", token=key.sign(KIND, orjson.dumps(changed)), batch=batch)
        return f"signed head {batch} anew"

    def remove_a_row_that_is_not_sealed(self) -> str | None:
        """Among ids without gaps this is noticed; PostgreSQL leaves gaps itself."""
        if self.connection.dialect.name != "sqlite":
            return None
        row = self.random.randint(self.sealed + 1, self.rows)
        self.run("DELETE FROM audit WHERE id = :row", row=row)
        return f"removed row {row}, which was not sealed yet"

    WAYS: Sequence[tuple[int, Callable[[Tamperer], str | None]]] = (
        (6, change_a_value), (2, empty_a_value), (3, remove_rows), (1, remove_and_close_up), (1, remove_a_leaf), (1, remove_a_seal),
        (3, insert_a_row), (1, insert_a_row_backdated), (2, exchange_rows), (1, exchange_leaves), (2, change_a_row_with_its_leaf),
        (1, cut_history_short), (1, rewrite_history_with_the_stolen_key), (1, sign_a_head_with_another_key),
        (1, remove_a_row_that_is_not_sealed),
    )  # fmt: skip

    def tamper(self) -> str:
        weights, ways = zip(*self.WAYS, strict=True)
        while True:
            [way] = self.random.choices(ways, weights)
            if done := way(self):
                return f"{way.__name__}: {done}"

    def nothing(self) -> str:
        """What is honest: the same values again, and a row of now."""
        self.run("UPDATE audit SET action = action, at = at")
        self.run("INSERT INTO audit (at, action, xact) SELECT max(at), 'case.read', max(xact) FROM audit")
        return "nothing"


def _decoded(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))
