"""The key file: the key-encryption keys by which data keys are wrapped, and the secret of the blind indexes.

It is JSON with mode 0600. Whoever has it and the database can read everything; either alone is worth nothing. Without it, nobody
can: it is backed up on its own. Wrapping is AES key wrap (RFC 3394) under 256 bits.
"""

from __future__ import annotations

import fcntl
import os
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from secrets import token_bytes, token_hex

import orjson
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from service.unusable import Unusable

_BYTES = 32


@dataclass(frozen=True, slots=True)
class KeyEncryptionKey:
    """`id`: random, so that keys of different files are never mistaken for each other."""

    id: str
    key: bytes
    created: datetime


@dataclass(frozen=True, slots=True)
class Keys:
    """What a key file holds; the last key-encryption key wraps, all unwrap."""

    wrapping: tuple[KeyEncryptionKey, ...]
    index_secret: bytes

    @property
    def current(self) -> KeyEncryptionKey:
        return self.wrapping[-1]

    def wrap(self, data_key: bytes) -> bytes:
        """By the current key."""
        return aes_key_wrap(self.current.key, data_key)

    def unwrap(self, wrapped: bytes, by: str) -> bytes:
        """Raises `Unusable` where the key `by` is not here or is not the one."""
        found = next((each for each in self.wrapping if each.id == by), None)
        if found is None:
            raise Unusable(f"the key file has no key {by}, by which the data keys of this database are wrapped")
        try:
            return aes_key_unwrap(found.key, wrapped)
        except InvalidUnwrap:
            raise Unusable(f"a data key of this database does not open with key {by}: one of them was changed") from None


def read(path: Path) -> Keys:
    """Raises `Unusable`: no such file, one that others may read, or none of ours."""
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & 0o077:
                raise Unusable(f"others may read the key file {path}: chmod 600 it")
            given = orjson.loads(file.read())
        wrapping = tuple(
            KeyEncryptionKey(each["id"], b64decode(each["key"]), datetime.fromisoformat(each["created"]))
            for each in given["wrapping"]
        )
        keys = Keys(wrapping, b64decode(given["index"]))
    except OSError as error:
        raise Unusable(f"the key file {path} cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise Unusable(f"{path} is no key file") from None
    if not keys.wrapping or any(len(each) != _BYTES for each in (keys.index_secret, *(kek.key for kek in keys.wrapping))):
        raise Unusable(f"{path} is no key file")
    return keys


def read_or_make(path: Path, now: datetime) -> Keys:
    """The keys in the file; new ones if there is no file. Several processes may start at once: one makes it, all read it."""
    with locked(path):
        if not path.exists():
            _keep(path, Keys((_new(now),), token_bytes(_BYTES)))
        return read(path)


def with_new_key(path: Path, now: datetime) -> Keys:
    """Adds a key-encryption key, which wraps from now on. To be called while `locked`."""
    keys = read(path)
    changed = Keys((*keys.wrapping, _new(now)), keys.index_secret)
    _keep(path, changed)
    return changed


def without_keys(path: Path, ids: frozenset[str]) -> None:
    """Forgets these key-encryption keys for good. To be called while `locked`."""
    keys = read(path)
    _keep(path, Keys(tuple(each for each in keys.wrapping if each.id not in ids), keys.index_secret))


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Nobody else changes the file meanwhile: a key lost between two writers would lose all that it wraps."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _new(now: datetime) -> KeyEncryptionKey:
    return KeyEncryptionKey(token_hex(8), token_bytes(_BYTES), now)


def _keep(path: Path, keys: Keys) -> None:
    wrapping = [{"id": each.id, "key": b64encode(each.key).decode(), "created": each.created.isoformat()} for each in keys.wrapping]
    content = orjson.dumps({"wrapping": wrapping, "index": b64encode(keys.index_secret).decode()}, option=orjson.OPT_INDENT_2)
    begun = path.with_name(path.name + ".new")  # a crash leaves the old keys or the new ones, whole
    begun.unlink(missing_ok=True)
    with os.fdopen(os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    begun.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
