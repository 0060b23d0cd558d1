"""Backups: everything that the service keeps in one archive, and back from it into an empty place.

    anchors -> database -> keys and files -> manifest

In this order a backup made while the service runs holds together: the record is never shorter than what was anchored, every file that a row
names was there before its row, and no key is forgotten between the database and the keys. The archive is a tar file, enciphered if a
passphrase is given; its manifest has the SHA-256 of every part.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

import orjson

from engine import __version__
from service.operation.dumping import dump, hold_to_empty, load
from service.operation.enciphered import MAGIC, Deciphering, Enciphering, NotOpened
from service.operation.parts import ANCHORS, DATABASE, SECRET, places_of
from service.protection.key_file import locked
from service.settings import Settings
from service.unusable import Unusable

FORMAT = 1
MANIFEST = "manifest.json"
_PART = re.compile(r"(?!.*(?:^|/)\.\.?(?:/|$))[^/\0]+(?:/[^/\0]+)*")


@dataclass(frozen=True, slots=True)
class Backup:
    """`parts`: SHA-256 in hex, by name. `apart`: what was left out, since it is backed up by its own means."""

    made: str
    version: str
    kind: str
    parts: Mapping[str, str]
    apart: tuple[str, ...]


def back_up(settings: Settings, file: Path, now: datetime, passphrase: bytes | None = None, with_keys: bool = True) -> Backup:
    """Writes a new file with mode 0600, whole or not at all; the service may run. Raises `Unusable`."""
    places = places_of(settings)
    if file.exists():
        raise Unusable(f"{file} exists already")
    begun = file.with_name(file.name + ".begun")
    try:
        with TemporaryDirectory(prefix=".miaopi-backup-", dir=file.parent) as staging, ExitStack() as held:
            parts: list[tuple[str, Path]] = []
            if places.anchors.is_file():
                parts.append((ANCHORS, Path(shutil.copy(places.anchors, Path(staging, ANCHORS)))))
            if places.keys.is_file():
                held.enter_context(locked(places.keys))  # nobody forgets a key meanwhile
            dump(settings.database, Path(staging, DATABASE))
            parts.append((DATABASE, Path(staging, DATABASE)))
            parts += [(name, place) for name, place in places.files() if with_keys or name not in SECRET]
            apart = (() if with_keys else SECRET) + (() if places.materials is not None else ("materials",))
            done = _written(begun, parts, passphrase, {
                "format": FORMAT, "made": now.isoformat(), "version": __version__,
                "database": settings.database.get_backend_name(), "apart": apart,
            })  # fmt: skip
        os.link(begun, file)  # never over a file that came meanwhile
    except OSError as error:
        raise Unusable(f"the backup could not be written: {error.strerror or error}") from None
    finally:
        begun.unlink(missing_ok=True)
    return done


def restore(settings: Settings, file: Path, passphrase: bytes | None = None) -> Backup:
    """Into the places that the settings name, all of them empty, once every part is found as it was. Raises `Unusable`."""
    places = places_of(settings)
    if (taken := places.taken()) is not None:
        raise Unusable(f"{taken} is there already; a backup is restored into an empty place")
    hold_to_empty(settings.database)
    places.data.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".miaopi-restore-", dir=places.data.parent) as staging:
        found = _unpacked(file, Path(staging), passphrase)
        if found.kind != settings.database.get_backend_name():
            raise Unusable(f"the backup is of {found.kind}, the database to restore into is {settings.database.get_backend_name()}")
        wanted = {name: places.of(name) for name in found.parts if name != DATABASE}
        if homeless := [name for name, place in wanted.items() if place is None]:
            raise Unusable(f"there is no place here for {homeless[0]}")
        load(settings.database, Path(staging, DATABASE))
        places.data.mkdir(mode=0o700, exist_ok=True)
        for name, place in wanted.items():
            assert place is not None
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.move(Path(staging, name), place)
    return found


def _written(begun: Path, parts: list[tuple[str, Path]], passphrase: bytes | None, manifest: dict[str, Any]) -> Backup:
    digests: dict[str, str] = {}
    with os.fdopen(os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        with _enciphering(file, passphrase) as stream, tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as tar:
            for name, place in parts:
                try:
                    content = place.open("rb")
                except FileNotFoundError:
                    continue  # an upload that its owner removed at this moment
                with content:
                    digests[name] = hashlib.file_digest(content, "sha256").hexdigest()
                    content.seek(0)
                    tar.addfile(_member(name, os.fstat(content.fileno()).st_size), content)
            body = orjson.dumps({**manifest, "parts": digests}, option=orjson.OPT_INDENT_2)
            with TemporaryDirectory() as folder:
                told = Path(folder, MANIFEST)
                told.write_bytes(body)
                with told.open("rb") as content:
                    tar.addfile(_member(MANIFEST, len(body)), content)
        file.flush()
        os.fsync(file.fileno())
    return _read(body)


def _unpacked(file: Path, staging: Path, passphrase: bytes | None) -> Backup:
    """Every part, held to the manifest."""
    digests: dict[str, str] = {}
    manifest: bytes | None = None
    try:
        with file.open("rb") as source, _deciphering(source, passphrase) as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
            for member in tar:
                content = tar.extractfile(member) if member.isreg() else None
                if content is None or not _PART.fullmatch(member.name) or member.name in digests:
                    raise Unusable(f"{file} is no backup")
                if member.name == MANIFEST:
                    manifest = content.read()
                    continue
                place = staging / member.name
                place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                digests[member.name] = _kept(content, place)
    except NotOpened:
        raise Unusable(f"{file} does not open: another passphrase, or it was changed or cut off") from None
    except (tarfile.TarError, EOFError, OSError) as error:
        raise Unusable(f"{file} cannot be read: {type(error).__name__}") from None
    if manifest is None:
        raise Unusable(f"{file} is no backup, or it was cut off")
    found = _read(manifest)
    if wrong := sorted(name for name in {*digests, *found.parts} if digests.get(name) != found.parts.get(name)):
        raise Unusable(f"{file} is damaged: {wrong[0]} is not as it was")
    return found


def _read(manifest: bytes) -> Backup:
    try:
        told = orjson.loads(manifest)
        if told["format"] != FORMAT:
            raise Unusable("this version does not know the format of the backup")
        return Backup(told["made"], told["version"], told["database"], told["parts"], tuple(told["apart"]))
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise Unusable("the backup has no proper manifest") from None


def _kept(content: Any, place: Path) -> str:
    digest = hashlib.sha256()
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while piece := content.read(1 << 20):
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


@contextmanager
def _enciphering(file: BinaryIO, passphrase: bytes | None) -> Iterator[Any]:
    if passphrase is None:
        yield file
        return
    with Enciphering(file, passphrase) as stream:
        yield stream


@contextmanager
def _deciphering(file: BinaryIO, passphrase: bytes | None) -> Iterator[Any]:
    enciphered = file.read(len(MAGIC)) == MAGIC
    file.seek(0)
    if enciphered and passphrase is None:
        raise Unusable("the backup is enciphered: name its passphrase with --passphrase-file")
    yield Deciphering(file, passphrase) if enciphered and passphrase is not None else file
