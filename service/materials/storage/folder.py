"""Files in a local folder, for one machine: each under its key, readable by the service's user alone.

A file is written aside, synced and renamed, and its folder synced: after a crash it is there whole or not at all.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkstemp

from service.materials.storage.interface import Missing, StorageFailed

_BEGUN = ".new"


class Folder:
    """Raises `StorageFailed` where the folder cannot be made."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StorageFailed(f"{path}: {error.strerror}") from None

    def put(self, key: str, content: bytes) -> None:
        place = self._place(key)
        begun = None
        try:
            if not place.parent.exists():
                place.parent.mkdir(mode=0o700, exist_ok=True)
                _sync(self.path)
            handle, begun = mkstemp(_BEGUN, f"{key}.", place.parent)  # mode 0600
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(begun).replace(place)
            _sync(place.parent)
        except OSError as error:
            if begun is not None:
                with suppress(OSError):
                    Path(begun).unlink(missing_ok=True)
            raise StorageFailed(str(error.strerror)) from None

    def get(self, key: str) -> bytes:
        try:
            return self._place(key).read_bytes()
        except FileNotFoundError:
            raise Missing(key) from None
        except OSError as error:
            raise StorageFailed(str(error.strerror)) from None

    def remove(self, key: str) -> None:
        try:
            self._place(key).unlink(missing_ok=True)
        except OSError as error:
            raise StorageFailed(str(error.strerror)) from None

    def kept(self) -> Iterator[tuple[str, datetime]]:
        """What a crash left half written counts too."""
        try:
            for file in self.path.glob("*/*"):
                with suppress(FileNotFoundError):
                    yield file.name, datetime.fromtimestamp(file.stat().st_mtime, UTC)
        except OSError as error:
            raise StorageFailed(str(error.strerror)) from None

    def _place(self, key: str) -> Path:
        # Ids begin with their time: only their last characters spread over folders.
        return self.path / key.split(".")[0][-2:] / key


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
