"""What is in the database file, read beside the service."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

KEPT = ('"case"', "receipt", "idempotency", "licence_use")
"""The tables that a submission writes."""


def select(path: Path, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def counts(path: Path) -> dict[str, int]:
    return {table: select(path, f"SELECT count(*) FROM {table}")[0][0] for table in KEPT}
