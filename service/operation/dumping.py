"""The database as one file and back: SQLite by its own online backup, PostgreSQL by `pg_dump` and `pg_restore`."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, create_engine, inspect
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from service.unusable import Unusable


def dump(url: URL, into: Path) -> None:
    """One moment of it, consistent, while it may be served. Raises `Unusable`."""
    if url.get_backend_name() == "postgresql":
        _run(url, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={into}")
        return
    source = Path(url.database or "")
    if not source.is_file():
        raise Unusable(f"there is no database {source}")
    try:
        with (
            closing(sqlite3.connect(f"file:{quote(str(source))}?mode=ro", uri=True, timeout=30)) as there,
            closing(sqlite3.connect(into)) as copy,
        ):
            there.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise Unusable(f"the database {source} could not be copied: {type(error).__name__}") from None


def load(url: URL, file: Path) -> None:
    """Into a database that has no tables, all or nothing. Raises `Unusable`."""
    if url.get_backend_name() == "postgresql":
        hold_to_empty(url)
        _run(url, "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", last=file)
        return
    with closing(sqlite3.connect(file)) as copy:
        if copy.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            raise Unusable("the database in the backup is damaged")
    place = Path(url.database or "")
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.move(file, place)
    place.chmod(0o600)


def hold_to_empty(url: URL) -> None:
    """Raises `Unusable` where a PostgreSQL has tables, or cannot be reached."""
    if url.get_backend_name() != "postgresql":
        return
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    try:
        with engine.connect() as connection:
            tables = inspect(connection).get_table_names()
    except SQLAlchemyError as error:
        raise Unusable(f"cannot reach the database {url.render_as_string()}: {type(error).__name__}") from None
    if tables:
        raise Unusable(f"the database {url.render_as_string()} has tables; a backup is restored into an empty one")


def _run(url: URL, program: str, *options: str, last: Path | None = None) -> None:
    if shutil.which(program) is None:
        raise Unusable(f"{program} is not installed; it comes with the client programs of PostgreSQL")
    named = url.set(drivername="postgresql", password=None).render_as_string()
    password = {} if url.password is None else {"PGPASSWORD": str(url.password)}  # arguments can be read by everybody
    command = [program, *options, f"--dbname={named}", *([] if last is None else [str(last)])]
    done = subprocess.run(command, env={**os.environ, **password}, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        told = (done.stderr.strip().splitlines() or ["it did not say why"])[0]
        raise Unusable(f"{program}: {told}")
