"""The repository's Ed25519 keys: the newest signs, older ones still verify. JWS (RFC 7515), JWK (RFC 7517), RFC 9864."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any

import orjson
from joserfc import jws
from joserfc.jwk import KeySet, OKPKey

ALGORITHM = "Ed25519"


class SigningKeys:
    """A file of keys that only its owner may read; it is made with a first key where there is none."""

    def __init__(self, path: Path, issuer: str) -> None:
        self._path = path
        self._issuer = issuer
        self._lock = Lock()
        self._keys: list[OKPKey] = []
        if path.exists():
            self._keys = [OKPKey.import_key(each) for each in orjson.loads(path.read_bytes())["keys"]]
        else:
            self.rotate()

    def rotate(self) -> str:
        """Makes a new key and signs with it from now on. Answers its id."""
        with self._lock:
            keys = [*self._keys, new_key(self._issuer)]
            _keep(self._path, orjson.dumps(KeySet([*keys]).as_dict(private=True)))
            self._keys = keys
            return str(keys[-1].kid)

    def sign(self, kind: str, payload: Mapping[str, Any]) -> str:
        """The payload as a compact JWS of this `typ`."""
        return signed(self._keys[-1], kind, payload)

    @property
    def current(self) -> str:
        return str(self._keys[-1].kid)

    def public(self) -> dict[str, Any]:
        """The JWK set that others verify with; each key names its issuer."""
        return {"keys": [each.as_dict(private=False) for each in self._keys]}


def new_key(issuer: str, kid: str | None = None) -> OKPKey:
    parameters: Any = {"use": "sig", "alg": ALGORITHM, "issuer": issuer, **({"kid": kid} if kid else {})}
    return OKPKey.generate_key("Ed25519", parameters=parameters, private=True, auto_kid=kid is None)


def signed(key: OKPKey, kind: str, payload: Mapping[str, Any]) -> str:
    header = {"alg": ALGORITHM, "kid": str(key.kid), "typ": kind}
    return jws.serialize_compact(header, orjson.dumps(payload), key, algorithms=[ALGORITHM])


def _keep(path: Path, content: bytes) -> None:
    begun = path.with_suffix(".new")  # a crash leaves the old keys or the new ones, whole
    begun.unlink(missing_ok=True)
    with os.fdopen(os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    begun.replace(path)
