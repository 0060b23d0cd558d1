"""The keys that one database's personal data is encrypted and indexed with, unwrapped, in memory.

Ciphertext: one byte of version, four of the data key's id, twelve of nonce, then AES-256-GCM's output (NIST SP 800-38D). What it
is about, such as `account.number`, and the first five bytes are authenticated with it, so it opens nowhere else.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from os import urandom
from threading import Lock

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Dialect, Engine

VERSION = 1
HEAD = 5
"""Bytes of version and key id in front of a ciphertext."""
_NONCE, _TAG = 12, 16
_INDEX = 16
"""Bytes of a blind index: 128 bits, so that two numbers never meet."""


class Unprotected(RuntimeError):
    """A protected column was used over an engine without a keyring: a mistake in the program, and nothing is stored."""

    def __init__(self, about: str) -> None:
        super().__init__(f"{about} is protected, but its engine has no keyring: call service.protection.keyring.attach first")


class Undecipherable(Exception):
    """Stored bytes that do not open: `about` says of what column, `why` for what reason. It never holds what is in them."""

    def __init__(self, about: str, why: str) -> None:
        super().__init__(f"{about}: {why}")
        self.about = about
        self.why = why


class Keyring:
    """`data_keys`: AES-256 keys by id; the highest id encrypts, all decrypt. `index_secret`: at least 32 bytes.

    `reload` answers the data keys as they are stored now; it is asked when a ciphertext names a key that is not here, since
    another process may have made one.
    """

    def __init__(self, data_keys: Mapping[int, bytes], index_secret: bytes, reload: Callable[[], Mapping[int, bytes]]) -> None:
        self._reload = reload
        self._reloading = Lock()
        self._index_secret = index_secret
        self._index_keys: dict[str, bytes] = {}
        self.take(data_keys)

    def take(self, data_keys: Mapping[int, bytes]) -> None:
        """Has these data keys from now on."""
        ciphers = {_head(id_): AESGCM(key) for id_, key in data_keys.items()}
        newest = _head(max(data_keys))
        self._ciphers, self._newest = ciphers, (newest, ciphers[newest])

    @property
    def head(self) -> bytes:
        """What ciphertexts under the newest data key begin with."""
        return self._newest[0]

    def encrypt(self, clear: bytes, about: str) -> bytes:
        """The ciphertext of `clear`, which `decrypt` opens for the same `about` alone."""
        head, cipher = self._newest
        nonce = urandom(_NONCE)
        return head + nonce + cipher.encrypt(nonce, clear, head + about.encode())

    def decrypt(self, stored: bytes, about: str) -> bytes:
        """Raises `Undecipherable`."""
        head, nonce, sealed = stored[:HEAD], stored[HEAD : HEAD + _NONCE], stored[HEAD + _NONCE :]
        if len(sealed) < _TAG or head[0] != VERSION:
            raise Undecipherable(about, "is no ciphertext of this version")
        cipher = self._ciphers.get(head) or self._looked_up(head)
        if cipher is None:
            raise Undecipherable(about, f"data key {_id(head)} is not among the keys")
        try:
            return cipher.decrypt(nonce, sealed, head + about.encode())
        except InvalidTag:
            raise Undecipherable(about, "was changed, or belongs to another column") from None

    def blind(self, clear: str, about: str) -> bytes:
        """HMAC-SHA256 (RFC 2104), shortened, under a key of its own for each `about` (HKDF, RFC 5869)."""
        key = self._index_keys.get(about)
        if key is None:
            derived = HKDF(SHA256(), 32, salt=None, info=f"miaopi blind index {about}".encode())
            key = self._index_keys[about] = derived.derive(self._index_secret)
        return hmac.digest(key, clear.encode(), "sha256")[:_INDEX]

    def _looked_up(self, head: bytes) -> AESGCM | None:
        with self._reloading:
            if head not in self._ciphers:
                self.take(self._reload())
            return self._ciphers.get(head)


def attach(engine: Engine, keyring: Keyring) -> None:
    """Lets the protected columns of everything that runs over this engine find their keys."""
    engine.dialect.miaopi_keyring = keyring  # type: ignore[attr-defined]


def keyring_of(dialect: Dialect, about: str) -> Keyring:
    """Raises `Unprotected`."""
    found: Keyring | None = getattr(dialect, "miaopi_keyring", None)
    if found is None:
        raise Unprotected(about)
    return found


def _head(id_: int) -> bytes:
    return bytes((VERSION,)) + id_.to_bytes(HEAD - 1, "big")


def _id(head: bytes) -> int:
    return int.from_bytes(head[1:], "big")
