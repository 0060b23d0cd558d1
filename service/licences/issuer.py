"""The service as an issuer: its code, its signing keys, and what it has issued as evidence for the next application."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
from joserfc import jws

from service.database import Database
from service.evidence.providers.statements import IssuerKey, read_keys
from service.licences import store
from service.licences.format import LICENCE
from service.signing_keys import SigningKeys

KEYS = "licence-keys.json"


class Issuer:
    """`code`: the uscc that licences are issued under."""

    def __init__(self, database: Database, data: Path, code: str) -> None:
        self.code = code
        self.keys = SigningKeys(data / KEYS, code)
        self._database = database

    def sign(self, payload: Mapping[str, Any]) -> str:
        return self.keys.sign(LICENCE, payload)

    def tokens(self, asked: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], Sequence[str]]:
        """The signed licences of each type and holder asked for, the oldest first."""
        rows = store.signed_for(self._database, {holder for _, holder in asked}, {type_ for type_, _ in asked})
        found: dict[tuple[str, str], list[str]] = {}
        for type_, holder, token in rows:
            if (type_, holder) in asked:
                found.setdefault((type_, holder), []).append(token)
        return found

    def key(self, kid: str) -> IssuerKey | None:
        """One of its own keys, also one that another process has made."""
        found = read_keys(self.keys.public()).get(kid)
        if found is None:
            self.keys.reload()
            found = read_keys(self.keys.public()).get(kid)
        return found


def said_in(token: str) -> dict[str, Any]:
    """The statement in one of the service's own tokens."""
    found: dict[str, Any] = orjson.loads(jws.extract_compact(token.encode()).payload)
    return found
