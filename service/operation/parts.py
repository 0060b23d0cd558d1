"""What a backup consists of, by the settings of a service: the database, the keys, the anchors and the folder of data."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from service.audit.anchors import AnchorFile
from service.settings import Settings

DATABASE = "database"
ANCHORS, KEYS, SEAL_KEYS = "anchors.jsonl", "keys.json", "seal-keys.json"
MATERIALS, DATA = "materials/", "data/"
LICENCE_KEYS = "data/licence-keys.json"
SECRET = (KEYS, SEAL_KEYS, LICENCE_KEYS)
_PASSING = (".lock", ".new")


@dataclass(frozen=True, slots=True)
class Places:
    """Where each part lies on this machine, or will. `materials`: None where they are in a bucket, which is backed up by its own means."""

    data: Path
    database: Path | None
    anchors: Path
    keys: Path
    seal_keys: Path
    materials: Path | None

    def of(self, part: str) -> Path | None:
        """None for a part that has no place here."""
        named = {ANCHORS: self.anchors, KEYS: self.keys, SEAL_KEYS: self.seal_keys}
        if part in named:
            return named[part]
        if part.startswith(MATERIALS):
            return None if self.materials is None else self.materials / part.removeprefix(MATERIALS)
        return self.data / part.removeprefix(DATA) if part.startswith(DATA) else None

    def files(self) -> Iterator[tuple[str, Path]]:
        """Every file beside the database and the anchors, by its part's name: keys first, and what the folder of data has besides."""
        named = {KEYS: self.keys, SEAL_KEYS: self.seal_keys}
        yield from ((part, place) for part, place in named.items() if place.is_file())
        if self.materials is not None:
            yield from ((f"{MATERIALS}{each.relative_to(self.materials)}", each) for each in _below(self.materials))
        apart = {*named.values(), self.anchors, *self._of_database()}
        for each in _below(self.data):
            if each not in apart and (self.materials is None or not each.is_relative_to(self.materials)):
                yield f"{DATA}{each.relative_to(self.data)}", each

    def taken(self) -> Path | None:
        """Something that is where a restoration would write."""
        inside = next(iter(self.data.iterdir()), None) if self.data.is_dir() else None
        others = (*self._of_database(), self.anchors, self.keys, self.seal_keys)
        stored = next(_below(self.materials), None) if self.materials is not None else None
        return inside or next((each for each in others if each.exists()), None) or stored

    def _of_database(self) -> list[Path]:
        if self.database is None:
            return []
        return [self.database.with_name(self.database.name + suffix) for suffix in ("", "-wal", "-shm", "-journal")]


def places_of(settings: Settings) -> Places:
    """By the same variables as the service."""
    anchored = settings.record.anchored(settings.data)
    sqlite = settings.database.get_backend_name() == "sqlite"
    return Places(
        data=settings.data,
        database=Path(settings.database.database or "").resolve() if sqlite else None,
        anchors=anchored.path if isinstance(anchored, AnchorFile) else settings.data / ANCHORS,
        keys=settings.key_file,
        seal_keys=settings.record.keys_in(settings.data),
        materials=None if settings.materials.bucket else settings.materials.folder(settings.data).resolve(),
    )


def _below(folder: Path) -> Iterator[Path]:
    """Every file, without what is there for a moment only."""
    for inside, folders, names in os.walk(folder):
        folders.sort()
        yield from (Path(inside) / name for name in sorted(names) if not name.endswith(_PASSING) and ".new" not in name)
