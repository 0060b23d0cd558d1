"""What is in the database, read beside the service."""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL, text

from tests.service.databases import beside

KEPT = ('"case"', "receipt", "idempotency", "licence_use")
"""The tables that a submission writes."""


def select(database: URL, query: str) -> list[tuple[Any, ...]]:
    with beside(database) as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def counts(database: URL) -> dict[str, int]:
    return {table: select(database, f"SELECT count(*) FROM {table}")[0][0] for table in KEPT}
