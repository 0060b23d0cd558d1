"""Brings a database to the tables of this version, by the migrations in `service/migrations`."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, inspect, text
from sqlmodel import SQLModel

from service.unusable import Unusable

_SERVICE = Path(__file__).resolve().parents[1]
_ANOTHER_PROGRAM = "authority"
_LOCK = 7_719_020  # of PostgreSQL: only one process migrates at a time


def tables() -> MetaData:
    """All tables of the service, whatever has been imported so far."""
    for file in sorted(_SERVICE.glob("*/tables.py")):
        if file.parent.name != _ANOTHER_PROGRAM:
            import_module(f"service.{file.parent.name}.tables")
    return SQLModel.metadata


def migrate(connection: Connection) -> None:
    """In the transaction that is open. Raises `Unusable` for a database that this version does not know."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    found = MigrationContext.configure(connection).get_current_revision()
    if found == newest():
        return
    if found is None and inspect(connection).get_table_names():
        raise Unusable("the database has tables that no migration made; this version reads its own alone")
    config = configured(connection)
    scripts = ScriptDirectory.from_config(config)
    if found is not None and found not in {each.revision for each in scripts.walk_revisions()}:
        raise Unusable(f"the database has schema {found}, which this version does not know")
    command.upgrade(config, "head")


@cache
def newest() -> str | None:
    """The schema of this version."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def configured(connection: Connection) -> Config:
    """Alembic's configuration over a connection that is open already."""
    config = _config()
    config.attributes["connection"] = connection
    return config


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SERVICE / "migrations").replace("%", "%%"))
    return config
