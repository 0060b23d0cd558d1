"""Where a running service finds its rules and keeps its data."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from engine.language.identifiers import uscc_check, uscc_shape
from engine.starter import CATALOGUE, rules_above, starter_rules
from service.audit.settings import RecordSettings
from service.audit.settings import read_settings as read_record
from service.evidence.settings import EvidenceSettings
from service.evidence.settings import read_settings as read_evidence
from service.licences.format import MADE_UP_ISSUER
from service.materials.settings import MaterialsSettings
from service.materials.settings import read_settings as read_materials
from service.notifications.settings import NotificationSettings
from service.notifications.settings import read_settings as read_notifications
from service.oidc.settings import OidcSettings
from service.oidc.settings import read_settings as read_oidc
from service.retention.periods import Periods, read_periods
from service.unusable import Unusable as Unusable

DATABASE, DATA, KEYS, ISSUER, DEMO = "MIAOPI_DATABASE", "MIAOPI_DATA", "MIAOPI_KEYS", "MIAOPI_ISSUER", "MIAOPI_DEMO"
_FILE, _KEY_FILE = "miaopi.db", "keys.json"


@dataclass(frozen=True, slots=True)
class Settings:
    """`rules` and `catalogue` are read at start; keys and files are kept in the folder `data`.

    `evidence`: from where evidence comes; from the embedded provider unless an authority is named. `materials`: where files lie.
    `record`: how it is sealed. `keys`: the key file, where it does not lie in `data`.
    `issuer`: the uscc under which results are issued as licences. `retention`: how long what is held about people is kept.
    `made_up`: whether there are made-up people, who sign in by number. `metrics_token`: with what `/metrics` is asked from elsewhere.
    `oidc`: the provider by which people may sign in too.
    """

    rules: Path
    catalogue: Path
    database: URL
    data: Path
    evidence: EvidenceSettings = field(default_factory=EvidenceSettings)
    notifications: NotificationSettings = field(default_factory=NotificationSettings)
    materials: MaterialsSettings = field(default_factory=MaterialsSettings)
    record: RecordSettings = field(default_factory=RecordSettings)
    keys: Path | None = None
    issuer: str = MADE_UP_ISSUER
    retention: Periods = field(default_factory=lambda: read_periods({}))
    made_up: bool = True
    metrics_token: str | None = None
    oidc: OidcSettings | None = None

    @property
    def key_file(self) -> Path:
        return self.keys or self.data / _KEY_FILE


def sqlite_url(file: Path) -> URL:
    return URL.create("sqlite", database=str(file))


def find_settings(database: str | None = None, rules: Path | None = None) -> Settings:
    """By default the nearest rules at or above the current folder, with `data/` beside them; else the starter rules,
    with `data/` in the current folder. `rules` is a folder of rules, or one with `matters.yaml` and `rules/` in it;
    `database` is a path, `sqlite:///PATH` or `postgresql://…`. Whatever is not given comes from the environment.

    Raises `Unusable`.
    """
    above = _home(rules.resolve()) if rules else rules_above(Path.cwd())
    home = above or starter_rules()
    inside = home / "rules" if rules is None or above == rules.resolve() else rules
    named = database if database is not None else os.environ.get(DATABASE) or None
    data = Path(os.environ.get(DATA) or (above or Path.cwd()) / "data").resolve()
    url = sqlite_url(data / _FILE) if named is None else _url(named)
    if url.get_backend_name() == "sqlite" and DATA not in os.environ:
        data = Path(url.database or "").parent
    issuer = os.environ.get(ISSUER) or MADE_UP_ISSUER
    if not (uscc_shape(issuer) and uscc_check(issuer)):
        raise Unusable(f"{ISSUER} must be a unified social credit code")
    demo = os.environ.get(DEMO) or "on"
    if demo not in ("on", "off"):
        raise Unusable(f"{DEMO} must be on or off")
    try:
        notifications = read_notifications(os.environ)
        keys = Path(os.environ[KEYS]).resolve() if os.environ.get(KEYS) else None
        return Settings(
            inside, home / CATALOGUE, url, data, read_evidence(os.environ), notifications,
            read_materials(os.environ), read_record(os.environ), keys, issuer, read_periods(os.environ), demo == "on",
            os.environ.get("MIAOPI_METRICS_TOKEN") or None,
            read_oidc(os.environ, notifications.site),
        )  # fmt: skip
    except ValueError as error:
        raise Unusable(str(error)) from None


def _home(rules: Path) -> Path:
    """The folder with `matters.yaml`: the one given, or the one around it."""
    return rules if (rules / CATALOGUE).is_file() and (rules / "rules").is_dir() else rules.parent


def _url(database: str) -> URL:
    if database and "://" not in database and database != ":memory:":
        return sqlite_url(Path(database).resolve())
    try:
        url = make_url(database)
    except ArgumentError:
        raise _not_one(database) from None
    if url.get_backend_name() == "postgresql" and url.drivername in ("postgresql", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername == "sqlite" and url.database and url.database != ":memory:":
        return sqlite_url(Path(url.database).resolve())
    raise _not_one(database)


def _not_one(database: str) -> Unusable:
    """The password of a URL is not repeated."""
    told = database.split("@")[-1]
    return Unusable(
        f"the database must be a SQLite file (a path, or sqlite:///PATH) or postgresql://USER:PASSWORD@HOST/NAME, not {told!r}"
    )
