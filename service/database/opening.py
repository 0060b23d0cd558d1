"""Opens the database that a URL names, with its tables as this version has them."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL

from service.database.interface import Database
from service.database.migrating import migrate


def open_database(url: URL) -> Database:
    """Raises `Unusable`."""
    if url.get_backend_name() == "postgresql":
        from service.database.postgres import Postgres

        return Postgres(url, migrate)
    from service.database.sqlite import Sqlite

    return Sqlite(Path(url.database or ""), migrate)
