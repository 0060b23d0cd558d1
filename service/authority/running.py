"""Starting and serving the repository: its folder holds its database, its keys, and nothing of the service's."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import uvicorn

from engine.ruleset.model import EvidenceType
from service.authority.actions import Authority
from service.authority.app import create_app
from service.authority.faults import Faults
from service.authority.seed import seed
from service.authority.tables import Repository
from service.database.sqlite import Sqlite
from service.rulesets import licence_types as licence_types
from service.signing_keys import SigningKeys

ISSUER = "11440309MA5XQY1239"
"""The made-up body that issues every licence of the made-up people."""


def _now() -> datetime:
    return datetime.now(UTC)


def start(
    folder: Path, licences: Mapping[str, EvidenceType], faults: Faults, now: Callable[[], datetime] = _now
) -> Authority:
    """Opens the repository in the folder; a new one gets the made-up licences and a key. Raises `Unusable`, `OSError`."""
    database = Sqlite(folder / "repository.db", Repository.metadata.create_all)
    authority = Authority(
        issuer=ISSUER,
        database=database,
        keys=SigningKeys(folder / "signing-keys.json", ISSUER),
        types={each.type_code: each.id for each in licences.values() if each.type_code},
        now=now,
        faults=dict(faults),
    )
    database.write(lambda session: seed(session, ISSUER, licences, authority.today))
    return authority


def run(authority: Authority, host: str, port: int) -> None:
    """Serves until it is stopped; requests that are never answered do not hold that up."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    uvicorn.run(
        create_app(authority), host=host, port=port, access_log=False, proxy_headers=False, server_header=False,
        timeout_graceful_shutdown=1,
    )  # fmt: skip
