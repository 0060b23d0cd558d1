"""Where a running service finds its rules and keeps its data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.starter import CATALOGUE, rules_above, starter_rules

_SCHEME = "sqlite:///"


class Unusable(Exception):
    """The service cannot start with what it was given; the text says why."""


@dataclass(frozen=True, slots=True)
class Settings:
    """`rules` and `catalogue` are read at start; everything the service keeps lies in `database`'s folder."""

    rules: Path
    catalogue: Path
    database: Path

    @property
    def data(self) -> Path:
        return self.database.parent


def find_settings(database: str | None = None, rules: Path | None = None) -> Settings:
    """By default the nearest rules at or above the current folder, with `data/` beside them; else the starter rules,
    with `data/` in the current folder. `database` is a path or `sqlite:///path`. Raises `Unusable`.
    """
    above = rules.resolve().parent if rules else rules_above(Path.cwd())
    home = above or starter_rules()
    file = (above or Path.cwd()) / "data" / "miaopi.db" if database is None else _file(database)
    return Settings(rules or home / "rules", home / CATALOGUE, file)


def _file(database: str) -> Path:
    if database.startswith(_SCHEME):
        database = database.removeprefix(_SCHEME)
    if "://" in database or database in ("", ":memory:"):
        raise Unusable(f"the database must be a SQLite file (a path, or {_SCHEME}PATH), not {database.split('@')[-1]!r}")
    return Path(database).resolve()
