"""Where a running service finds its rules and keeps its data."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from engine.starter import CATALOGUE, rules_above, starter_rules
from service.evidence.settings import EvidenceSettings, read_settings

_SCHEME = "sqlite:///"


class Unusable(Exception):
    """The service cannot start with what it was given; the text says why."""


@dataclass(frozen=True, slots=True)
class Settings:
    """`rules` and `catalogue` are read at start; everything the service keeps lies in `database`'s folder.

    `evidence`: from where evidence comes; from the embedded provider unless an authority is named.
    """

    rules: Path
    catalogue: Path
    database: Path
    evidence: EvidenceSettings = field(default_factory=EvidenceSettings)

    @property
    def data(self) -> Path:
        return self.database.parent


def find_settings(database: str | None = None, rules: Path | None = None) -> Settings:
    """By default the nearest rules at or above the current folder, with `data/` beside them; else the starter rules,
    with `data/` in the current folder. `rules` is a folder of rules, or one with `matters.yaml` and `rules/` in it;
    `database` is a path or `sqlite:///path`. How evidence is fetched comes from the environment. Raises `Unusable`.
    """
    above = _home(rules.resolve()) if rules else rules_above(Path.cwd())
    home = above or starter_rules()
    inside = home / "rules" if rules is None or above == rules.resolve() else rules
    file = (above or Path.cwd()) / "data" / "miaopi.db" if database is None else _file(database)
    try:
        return Settings(inside, home / CATALOGUE, file, read_settings(os.environ))
    except ValueError as error:
        raise Unusable(str(error)) from None


def _home(rules: Path) -> Path:
    """The folder with `matters.yaml`: the one given, or the one around it."""
    return rules if (rules / CATALOGUE).is_file() and (rules / "rules").is_dir() else rules.parent


def _file(database: str) -> Path:
    if database.startswith(_SCHEME):
        database = database.removeprefix(_SCHEME)
    if "://" in database or database in ("", ":memory:"):
        raise Unusable(f"the database must be a SQLite file (a path, or {_SCHEME}PATH), not {database.split('@')[-1]!r}")
    return Path(database).resolve()
