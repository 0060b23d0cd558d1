"""A file of Ed25519 keys: the newest signs, older ones still verify. JWS (RFC 7515), JWK (RFC 7517), Ed25519 (RFC 9864)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from errno import EINVAL
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey
from joserfc.util import urlsafe_b64encode

ALGORITHM = "Ed25519"
Payload = bytes | Mapping[str, Any]
"""Bytes are signed as they are; anything else as its JSON."""


class BadSignature(Exception):
    """`code`: `malformed`, `unknown-key` or `bad-signature`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class PublicKeys:
    """Keys by their id, to verify with. Raises `ValueError` for what is no JWK set of Ed25519 keys."""

    def __init__(self, jwks: Any) -> None:
        try:
            keys = [OKPKey.import_key(each) for each in jwks["keys"]]
        except (JoseError, KeyError, TypeError, AttributeError, ValueError) as error:
            raise ValueError("not a JWK set of Ed25519 keys") from error
        if any(key.curve_name != ALGORITHM or not key.kid for key in keys):
            raise ValueError("not a JWK set of Ed25519 keys with ids")
        self._keys = {str(key.kid): key for key in keys}

    def payload(self, token: str, kind: str, detached: bytes | None = None) -> bytes:
        """What a compact JWS of this `typ` says, or `detached` where it says nothing itself. Raises `BadSignature`."""
        try:
            header = jws.extract_compact(token.encode("ascii")).headers()
            key = self._keys.get(str(header.get("kid")))
        except (JoseError, ValueError):
            raise BadSignature("malformed") from None
        if header.get("typ") != kind:
            raise BadSignature("malformed")
        if key is None:
            raise BadSignature("unknown-key")
        try:
            return jws.deserialize_compact(token, key, algorithms=[ALGORITHM], payload=detached).payload
        except (JoseError, ValueError):
            raise BadSignature("bad-signature") from None


class SigningKeys:
    """A file that only its owner may read; it is made with a first key where there is none. Raises `OSError`.

    `issuer`: whose keys they are, told with each of them where it is given.
    """

    def __init__(self, path: Path, issuer: str | None = None) -> None:
        self._path = path
        self._issuer = issuer
        self._lock = Lock()
        self._keys: list[OKPKey] = []
        if path.exists():
            self._keys = self._read()
        else:
            self.rotate()

    def rotate(self) -> str:
        """Makes a new key and signs with it from now on. Answers its id."""
        with self._lock:
            before = self._read() if self._path.exists() else []
            keys = [*before, new_key(self._issuer)]
            _keep(self._path, orjson.dumps(KeySet([*keys]).as_dict(private=True)))
            self._keys = keys
            return self.current

    def reload(self) -> None:
        """Takes up keys that another process has made."""
        self._keys = self._read()

    def sign(self, kind: str, payload: Payload) -> str:
        """The payload as a compact JWS of this `typ`."""
        return signed(self._keys[-1], kind, payload)

    def seal(self, kind: str, payload: bytes) -> str:
        """The same without the payload (RFC 7515, appendix F), which whoever verifies has already.

        Put together here, since every decision waits for it, and the library takes three times as long.
        """
        key = self._keys[-1]
        header = _header(kind, str(key.kid))
        signature = key.private_key.sign(header + b"." + urlsafe_b64encode(payload))  # type: ignore[union-attr]
        return (header + b".." + urlsafe_b64encode(signature)).decode()

    @property
    def current(self) -> str:
        return str(self._keys[-1].kid)

    def public(self) -> dict[str, Any]:
        """The JWK set that others verify with."""
        return {"keys": [each.as_dict(private=False) for each in self._keys]}

    def _read(self) -> list[OKPKey]:
        try:
            return [OKPKey.import_key(each) for each in orjson.loads(self._path.read_bytes())["keys"]]
        except (JoseError, KeyError, TypeError, ValueError):
            raise OSError(EINVAL, "there are no signing keys in this file", str(self._path)) from None


def new_key(issuer: str | None = None, kid: str | None = None) -> OKPKey:
    named = {"issuer": issuer, "kid": kid}
    parameters: Any = {"use": "sig", "alg": ALGORITHM, **{name: each for name, each in named.items() if each}}
    return OKPKey.generate_key("Ed25519", parameters=parameters, private=True, auto_kid=kid is None)


@cache
def _header(kind: str, kid: str) -> bytes:
    return urlsafe_b64encode(orjson.dumps({"alg": ALGORITHM, "kid": kid, "typ": kind}))


def signed(key: OKPKey, kind: str, payload: Payload) -> str:
    header = {"alg": ALGORITHM, "kid": str(key.kid), "typ": kind}
    content = payload if isinstance(payload, bytes) else orjson.dumps(payload)
    return jws.serialize_compact(header, content, key, algorithms=[ALGORITHM])


def _keep(path: Path, content: bytes) -> None:
    begun = path.with_suffix(".new")  # a crash leaves the old keys or the new ones, whole
    begun.unlink(missing_ok=True)
    with os.fdopen(os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    begun.replace(path)
