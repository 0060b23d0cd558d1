"""Databases for tests: each new, with the tables there already, on SQLite and on PostgreSQL.

Those of PostgreSQL are emptied and given to the next test: making one and dropping it takes longer than most tests do.

PostgreSQL is tried where `MIAOPI_TEST_POSTGRES` names a server that lets databases be made, such as
`postgresql://postgres@127.0.0.1:5432/postgres`; elsewhere its tests are skipped, and say so.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import URL, Connection, Engine, create_engine, delete, inspect, make_url, text
from sqlalchemy.pool import NullPool

from service.database import open_database
from service.database.migrating import newest, tables
from service.settings import sqlite_url

KINDS = ("sqlite", "postgresql")
SERVER = "MIAOPI_TEST_POSTGRES"
_TEMPLATE = "miaopi_test_template"
_FREE: list[URL] = []
"""Empty databases of PostgreSQL, with all their tables."""


@contextmanager
def new_database(kind: str, folder: Path, template: Path) -> Iterator[URL]:
    """A database of its own, gone afterwards. `template`: a folder for all the tests of a run."""
    if kind == "sqlite":
        file = folder / "miaopi.db"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copy(_file(template), file)
        file.chmod(0o600)
        yield sqlite_url(file)
        return
    server = _server()
    url = _FREE.pop() if _FREE else _copy(server)
    try:
        yield url
    finally:
        if _emptied(url):
            _FREE.append(url)
        else:
            _drop(url)


@contextmanager
def empty_database(kind: str, folder: Path, template: Path) -> Iterator[URL]:
    """The same without tables: for SQLite not even the file."""
    if kind == "sqlite":
        yield sqlite_url(folder / "miaopi.db")
        return
    with new_database(kind, folder, template) as url:
        with beside(url) as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        yield url


def _server() -> URL:
    named = os.environ.get(SERVER)
    if not named:
        pytest.skip(f"no PostgreSQL: set {SERVER}=postgresql://USER@HOST/postgres to a server that lets databases be made")
    return make_url(named).set(drivername="postgresql+psycopg")


@cache
def _file(folder: Path) -> Path:
    file = folder / "template.db"
    open_database(sqlite_url(file)).close()
    return file


@cache
def _template(server: URL) -> str:
    name = f"{_TEMPLATE}_{uuid4().hex[:8]}"
    _on(server, f"CREATE DATABASE {name}")
    open_database(server.set(database=name)).close()
    return name


def _copy(server: URL) -> URL:
    name = f"miaopi_test_{uuid4().hex}"
    _on(server, f"CREATE DATABASE {name} TEMPLATE {_template(server)}")
    return server.set(database=name)


def _drop(url: URL) -> None:
    _on(_server(), f"DROP DATABASE {url.database} WITH (FORCE)")


def _emptied(url: URL) -> bool:
    """Whether it is as it was when it was new. It is not where a test changed its tables."""
    known = tables()
    _on(_server(), f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{url.database}'")
    with create_engine(url, poolclass=NullPool).begin() as connection:
        if set(inspect(connection).get_table_names()) != {*known.tables, "alembic_version"}:
            return False
        if connection.scalars(text("SELECT version_num FROM alembic_version")).all() != [newest()]:
            return False
        for each in reversed(known.sorted_tables):
            connection.execute(delete(each))
        connection.execute(text("SELECT setval(quote_ident(relname)::regclass, 1, false) FROM pg_class WHERE relkind = 'S'"))
    return True


def drop_databases() -> None:
    """Those of this run that are left."""
    while _FREE:
        _drop(_FREE.pop())
    if os.environ.get(SERVER) and _template.cache_info().currsize:
        _drop(_server().set(database=_template(_server())))


def _on(server: URL, statement: str) -> None:
    engine = create_engine(server, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))


@cache
def _engine(url: URL) -> Engine:
    return create_engine(url, poolclass=NullPool)


@contextmanager
def beside(url: URL) -> Iterator[Connection]:
    """A connection beside the service's own; what is done on it is committed."""
    with _engine(url).begin() as connection:
        yield connection
