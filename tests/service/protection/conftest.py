"""Protected tables in a real database of each kind, with keys of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import URL, Engine, text
from sqlalchemy.orm import registry
from sqlmodel import Field, Session, SQLModel

from service.database import Database, open_database
from service.protection.actions import protect
from service.protection.blind_index import blind_index
from service.protection.encrypted import Encrypted, EncryptedBytes
from service.protection.keyring import Keyring

T = TypeVar("T")
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


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


def on_postgres(url: URL) -> bool:
    return url.get_backend_name() == "postgresql"


@dataclass
class Protected:
    """A database with keys."""

    database: Database
    url: URL
    keys: Path

    @property
    def engine(self) -> Engine:
        """The one that writes."""
        return self.database.engines[-1]

    def reading(self) -> AbstractContextManager[Session]:
        return self.database.reading()

    def write(self, work: Callable[[Session], T]) -> T:
        return self.database.write(work)

    def opened(self) -> Keyring:
        """The keys as a process that starts now has them."""
        return protect(self.database, self.keys, NOW)

    def stored(self, query: str) -> list[tuple[bytes, ...]]:
        """What lies in the database, beside the types of its columns."""
        with self.engine.connect() as connection:
            return [tuple(each) for each in connection.execute(text(query))]


@pytest.fixture
def protected(database: URL, tmp_path: Path) -> Iterator[Protected]:
    opened = Protected(open_database(database), database, tmp_path / "keys" / "keys.json")
    Planted.metadata.create_all(opened.engine)
    opened.opened()
    yield opened
    opened.database.close()
