"""A stream enciphered with a passphrase: scrypt (RFC 7914), then AES-256-GCM piece by piece.

Each piece is authenticated with its place and with whether it is the last (the STREAM construction), so that pieces that are missing,
moved or cut off are noticed. The key is used for one stream alone, for the salt is random.
"""

from __future__ import annotations

import io
from os import urandom
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"miaopi backup, enciphered 1\n"
_SALT, _TAG = 16, 16
_PIECE = 1 << 20
_MORE, _LAST = b"\0", b"\1"


class NotOpened(Exception):
    """Another passphrase, or the stream was changed or cut off."""


class Enciphering(io.RawIOBase):
    """Takes what is to be enciphered; nothing but `close` ends the stream. Leaves `into` open."""

    def __init__(self, into: BinaryIO, passphrase: bytes) -> None:
        salt = urandom(_SALT)
        self._cipher = _cipher(passphrase, salt)
        self._into = into
        self._waiting = bytearray()
        self._pieces = 0
        into.write(MAGIC + salt)

    def writable(self) -> bool:
        return True

    def write(self, content: object) -> int:
        taken = bytes(content)  # type: ignore[call-overload]
        self._waiting += taken
        while len(self._waiting) > _PIECE:  # the last piece is known as such only at the end
            self._put(bytes(self._waiting[:_PIECE]), _MORE)
            del self._waiting[:_PIECE]
        return len(taken)

    def close(self) -> None:
        if not self.closed:
            self._put(bytes(self._waiting), _LAST)
        super().close()

    def _put(self, piece: bytes, which: bytes) -> None:
        self._into.write(self._cipher.encrypt(_nonce(self._pieces, which), piece, None))
        self._pieces += 1


class Deciphering(io.RawIOBase):
    """Gives what was enciphered. `stream`: at its beginning. Raises `NotOpened`."""

    def __init__(self, stream: BinaryIO, passphrase: bytes) -> None:
        if stream.read(len(MAGIC)) != MAGIC:
            raise NotOpened
        self._cipher = _cipher(passphrase, stream.read(_SALT))
        self._stream = stream
        self._next = stream.read(_PIECE + _TAG)
        self._clear = b""
        self._pieces = 0
        self._ended = False

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> bytes:
        wanted = (1 << 62) if size is None or size < 0 else size
        found = bytearray()
        while len(found) < wanted:
            if not self._clear and not self._piece():
                break
            part, self._clear = self._clear[: wanted - len(found)], self._clear[wanted - len(found) :]
            found += part
        return bytes(found)

    def _piece(self) -> bool:
        """Whether there was one more."""
        if self._ended:
            return False
        piece, self._next = self._next, self._stream.read(_PIECE + _TAG)
        self._ended = not self._next
        try:
            self._clear = self._cipher.decrypt(_nonce(self._pieces, _LAST if self._ended else _MORE), piece, None)
        except InvalidTag:
            raise NotOpened from None
        self._pieces += 1
        return bool(self._clear) or not self._ended


def _nonce(place: int, which: bytes) -> bytes:
    return place.to_bytes(11) + which


def _cipher(passphrase: bytes, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, n=1 << 16, r=8, p=1).derive(passphrase))
