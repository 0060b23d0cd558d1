"""Protected tables over a real database of each kind, with keys of their own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import pytest
from sqlalchemy import URL, Engine, create_engine, make_url, text
from sqlalchemy.orm import registry
from sqlmodel import Field, Session, SQLModel

from service.protection.actions import open_keyring
from service.protection.blind_index import blind_index
from service.protection.encrypted import Encrypted, EncryptedBytes
from service.protection.keyring import Keyring, attach
from service.protection.tables import DataKeyRow

T = TypeVar("T")
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
POSTGRES = os.environ.get("MIAOPI_TEST_POSTGRES")
"""A database of a PostgreSQL server that may make others; without it, its half of the tests is skipped."""


class Planted(SQLModel, registry=registry()):
    """The base of tables that only these tests have."""


class PersonRow(Planted, table=True):
    __tablename__ = "person"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(sa_type=Encrypted("person.name"))
    number: str = Field(sa_type=Encrypted("person.number"))
    number_index: bytes = blind_index("person.number", unique=True)
    phone: str | None = Field(default=None, sa_type=Encrypted("person.phone"))
    phone_index: bytes | None = blind_index("person.phone", nullable=True, index=True)
    photo: bytes | None = Field(default=None, sa_type=EncryptedBytes("person.photo"))


class AnswerRow(Planted, table=True):
    """By a key of two columns, one of them blind."""

    __tablename__ = "answer"

    check: str = Field(primary_key=True)
    subject_index: bytes = blind_index("answer.subject", primary_key=True)
    subject: str = Field(sa_type=Encrypted("answer.subject"))
    body: str = Field(sa_type=Encrypted("answer.body"))


@dataclass
class Protected:
    """A database with keys. `url` is None on SQLite."""

    engine: Engine
    keys: Path
    url: URL | None = None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with Session(self.engine) as session:
            yield session

    def write(self, work: Callable[[Session], T]) -> T:
        with Session(self.engine, expire_on_commit=False) as session:
            answer = work(session)
            session.commit()
            return answer

    def opened(self) -> Keyring:
        """The keys as a process that starts now has them."""
        keyring = open_keyring(self, self.keys, NOW)
        attach(self.engine, keyring)
        return keyring

    def stored(self, query: str) -> list[tuple[bytes, ...]]:
        """What lies in the database, beside the types of its columns."""
        with self.engine.connect() as connection:
            return [tuple(each) for each in connection.execute(text(query))]


@pytest.fixture(params=["sqlite", "postgresql"])
def protected(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Protected]:
    keys = tmp_path / "keys" / "keys.json"
    if request.param == "sqlite":
        database = Protected(create_engine(f"sqlite:///{tmp_path}/test.db", hide_parameters=True), keys)
        yield from _with_tables(database)
        return
    if POSTGRES is None:
        pytest.skip("MIAOPI_TEST_POSTGRES names no server")
    server = make_url(POSTGRES).set(drivername="postgresql+psycopg")
    name = f"protection_{uuid4().hex[:12]}"
    administering = create_engine(server, isolation_level="AUTOCOMMIT")
    with administering.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        try:
            url = server.set(database=name)
            yield from _with_tables(Protected(create_engine(url, hide_parameters=True), keys, url))
        finally:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    administering.dispose()


def _with_tables(database: Protected) -> Iterator[Protected]:
    DataKeyRow.__table__.create(database.engine)  # type: ignore[attr-defined]
    Planted.metadata.create_all(database.engine)
    database.opened()
    yield database
    database.engine.dispose()
