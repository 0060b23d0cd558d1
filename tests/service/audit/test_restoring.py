"""An honest restoration: the copy holds with the heads that were kept outside, and is sealed on."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import URL

from service.audit.checking import verify
from service.database.beside import beside
from service.settings import sqlite_url
from tests.service.audit.history import history
from tests.service.databases import new_database


@contextmanager
def restored(url: URL, folder: Path, templates: Path) -> Iterator[URL]:
    """What was backed up by the database's own means while the service had it, elsewhere."""
    if url.get_backend_name() == "sqlite":
        with sqlite3.connect(url.database or "") as source, sqlite3.connect(folder / "restored.db") as copy:
            source.backup(copy)
        source.close()
        copy.close()
        yield sqlite_url(folder / "restored.db")
        return
    if not shutil.which("pg_dump"):
        pytest.skip("pg_dump is not installed")
    with new_database("postgresql", folder, templates) as empty:
        dump, restore = (["--dbname", each.set(drivername="postgresql").render_as_string(hide_password=False)] for each in (url, empty))
        subprocess.run(["pg_dump", "--format=custom", "--file", str(folder / "dump"), *dump], check=True)
        subprocess.run(["pg_restore", "--clean", "--if-exists", "--no-owner", *restore, str(folder / "dump")], check=True)
        yield empty


def test_a_restored_backup_holds_and_is_sealed_on(database: URL, tmp_path: Path, templates: Path) -> None:
    with history(database, tmp_path) as record:
        record.sealed(9)
        record.grow(2)
        with restored(database, tmp_path, templates) as url:
            with beside(url) as session:
                found = verify(session, record.public, record.anchors.kept())
            assert (found.findings, found.sealed, len(found.unsealed)) == ((), 9, 2)
            with history(url, tmp_path) as again:
                again.now = record.now
                again.sealed(3)
                with again.database.reading() as session:
                    found = verify(session, record.public, record.anchors.kept())
            assert (found.findings, found.sealed, found.unsealed) == ((), 14, ())
