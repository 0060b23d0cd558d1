"""A thousand random tamperings with the whole database in hand: all are found; what is honest is found to be whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import URL, Engine, create_engine, text
from sqlmodel import Session

from service.audit import store
from service.audit.checking import Report, verify
from service.audit.findings import Finding
from service.signing_keys import SigningKeys
from tests.service.audit.history import History, history
from tests.service.audit.tampering import Tamperer

TIMES = {"sqlite": 1000, "postgresql": 150}
SEED = 20261123


@pytest.fixture
def record(database: URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[History]:
    """Eight batches, a tree with tiles of two heights, and three rows that are not sealed yet."""
    monkeypatch.setattr(store, "TILE", 4)
    with history(database, tmp_path) as record:
        for count in (17, 1, 40, 3, 25, 31, 8, 12):
            record.sealed(count)
        record.grow(3)
        yield record


@contextmanager
def undone(engine: Engine) -> Iterator[Session]:
    """A transaction without foreign keys that leaves nothing behind."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        with Session(connection, autoflush=False) as session:
            yield session
        connection.rollback()


def test_a_thousand_tamperings_are_all_found(record: History, database: URL, tmp_path: Path) -> None:
    anchors, random, stranger = record.anchors.kept(), Random(SEED), SigningKeys(tmp_path / "stranger.json")
    engine = create_engine(database)

    def report(session: Session) -> Report:
        return verify(session, record.public, anchors)

    with undone(engine) as session:
        honest = report(session)
    assert (honest.findings, len(honest.unsealed), honest.sealed) == ((), 3, 137)
    missed: list[str] = []
    blamed: list[Finding] = []
    for number in range(TIMES[database.get_backend_name()]):
        with undone(engine) as session:
            tamperer = Tamperer(session.connection(), random, record.keys, stranger, 137, 140, honest.batches)
            done = tamperer.tamper()
            if not report(session).findings:
                missed.append(done)
        if number % 20 == 0:
            with undone(engine) as session:
                Tamperer(session.connection(), random, record.keys, stranger, 137, 140, honest.batches).nothing()
                blamed += report(session).findings
    engine.dispose()
    assert missed == []
    assert blamed == []
