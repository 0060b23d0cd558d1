"""The database that a command works on: its option, and opening it. What it imports of the service is imported when it runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.commands.session import Language, Misuse, Session
from service.unusable import Unusable

if TYPE_CHECKING:
    from service.database import Database
    from service.settings import Settings


def database_option(lang: Language) -> click.Option:
    """`--database`."""
    text = "数据库（不写为 data/ 里的 SQLite）" if lang == "zh" else "The database (SQLite in data/ unless given)"
    return click.Option(["--database"], metavar="URL", help=text)


@contextmanager
def opened(session: Session, database: str | None) -> Iterator[tuple[Settings, Database]]:
    """The settings, and the database while the command works. Raises `Misuse` where it cannot be used, or one named is not there."""
    from service.database import open_database
    from service.settings import find_settings

    try:
        settings = find_settings(database, session.rules_folder)
        url = settings.database
        if database is not None and url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
            raise Misuse(f"没有数据库 {url.database}", f"there is no database {url.database}")
        found = open_database(url)
        try:
            yield settings, found
        finally:
            found.close()
    except Unusable as unusable:
        raise Misuse(str(unusable), str(unusable)) from None
