"""What a running service has for materials: the storage of their files, and the limits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from service.materials.settings import MaterialsSettings
from service.materials.storage.folder import Folder
from service.materials.storage.interface import Storage
from service.materials.storage.sealed import Sealed, Sealing


@dataclass(frozen=True, slots=True)
class Materials:
    storage: Storage
    settings: MaterialsSettings


def open_materials(settings: MaterialsSettings, data: Path, sealing: Sealing) -> Materials:
    """Raises `StorageFailed`, and `ImportError` where a bucket is named and the extra `s3` is not installed."""
    return Materials(Sealed(_storage(settings, data), sealing), settings)


def _storage(settings: MaterialsSettings, data: Path) -> Storage:
    if settings.bucket is None:
        return Folder(settings.folder(data))
    from service.materials.storage.s3 import Bucket

    return Bucket(*settings.bucket)
