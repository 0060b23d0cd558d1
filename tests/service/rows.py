"""What is in the database, read beside the service."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import URL, create_engine, text
from sqlalchemy.pool import NullPool
from sqlmodel import Session, SQLModel
from sqlmodel import select as select_rows

from service.protection.actions import unlock
from service.settings import Settings
from tests.service.databases import beside

Row = TypeVar("Row", bound=SQLModel)
KEPT = ('"case"', "receipt", "idempotency", "licence_use")
"""The tables that a submission writes."""


def select(database: URL, query: str) -> list[tuple[Any, ...]]:
    with beside(database) as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def counts(database: URL) -> dict[str, int]:
    return {table: select(database, f"SELECT count(*) FROM {table}")[0][0] for table in KEPT}


def clear(settings: Settings, model: type[Row]) -> Sequence[Row]:
    """All rows of a table with what is encrypted in them read with the service's keys."""
    engine = create_engine(settings.database, poolclass=NullPool)
    unlock(engine, settings.key_file)
    with Session(engine, expire_on_commit=False) as session:
        return session.exec(select_rows(model)).all()
