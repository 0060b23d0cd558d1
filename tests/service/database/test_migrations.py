"""The tables that the migrations make are those that the service is written for, on both databases."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import URL

from service.database.migrating import tables
from tests.service.databases import beside


def test_after_every_migration_the_tables_are_as_they_are_declared(database: URL) -> None:
    with beside(database) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables()) == []
