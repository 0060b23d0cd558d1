"""What the service asks of a storage for files, whichever it is. Keys are ids of uploads: they never hold what a caller wrote."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol


class StorageFailed(Exception):
    """The storage did not do what it was asked to: full, not reachable, or not permitted. Nothing is half done."""


class Missing(StorageFailed):
    """There is nothing under the key."""


class Storage(Protocol):
    """Every call raises `StorageFailed`."""

    def put(self, key: str, content: bytes) -> None:
        """Durable when it returns."""

    def get(self, key: str) -> bytes:
        """Raises `Missing`."""

    def remove(self, key: str) -> None:
        """Also where there is nothing to remove."""

    def kept(self) -> Iterator[tuple[str, datetime]]:
        """Every key, with when it was put; in no order."""
