"""AES-256-GCM (NIST SP 800-38D) under one key in a file with mode 0600."""

from __future__ import annotations

from os import urandom
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from service.cases.draw import kept_secret

_NONCE = 12


class LocalKey:
    """`decrypt` raises `InvalidTag` for what was changed or belongs elsewhere."""

    def __init__(self, path: Path) -> None:
        self._cipher = AESGCM(kept_secret(path, urandom(32)))

    def encrypt(self, clear: bytes, about: str) -> bytes:
        nonce = urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, clear, about.encode())

    def decrypt(self, stored: bytes, about: str) -> bytes:
        return self._cipher.decrypt(stored[:_NONCE], stored[_NONCE:], about.encode())
