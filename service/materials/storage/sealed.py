"""A storage whose files are encrypted before they leave the process, each bound to its key: swapped files do not open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from service.materials.storage.interface import Storage


class Sealing(Protocol):
    """Authenticated encryption; `about` is authenticated with the content, so that it opens nowhere else."""

    def encrypt(self, clear: bytes, about: str) -> bytes: ...

    def decrypt(self, stored: bytes, about: str) -> bytes: ...


class Sealed:
    """`get` raises what `sealing` raises for what it cannot open."""

    def __init__(self, storage: Storage, sealing: Sealing) -> None:
        self._storage = storage
        self._sealing = sealing

    def put(self, key: str, content: bytes) -> None:
        self._storage.put(key, self._sealing.encrypt(content, _about(key)))

    def get(self, key: str) -> bytes:
        return self._sealing.decrypt(self._storage.get(key), _about(key))

    def remove(self, key: str) -> None:
        self._storage.remove(key)

    def kept(self) -> Iterator[tuple[str, datetime]]:
        return self._storage.kept()


def _about(key: str) -> str:
    return f"material/{key}"
