"""Where signed heads are kept outside the database, so that a history that was cut short or rewritten is noticed.

A file that is only ever added to; and, where an address is given, whoever answers there gets each head first.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import httpx
import orjson

_DEADLINE = 10  # seconds
_TAIL = 1 << 16  # bytes, enough for several heads


class Anchored(Protocol):
    """`kept`: all heads, oldest first; `last`: the newest. `keep`: adds heads, which are safe when it returns; raises `OSError`."""

    def kept(self) -> Sequence[str]: ...

    def last(self) -> str | None: ...

    def keep(self, tokens: Iterable[str]) -> None: ...


@dataclass(frozen=True, slots=True)
class AnchorFile:
    """One JSON object a line: `{"head": compact JWS}`. A line that a crash tore is passed over; the head is written again."""

    path: Path

    def kept(self) -> tuple[str, ...]:
        try:
            lines = self.path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return ()
        return tuple(token for line in lines if (token := _token(line)) is not None)

    def last(self) -> str | None:
        try:
            with self.path.open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
                lines = file.read().split(b"\n")
        except FileNotFoundError:
            return None
        return next((token for line in reversed(lines) if (token := _token(line)) is not None), None)

    def keep(self, tokens: Iterable[str]) -> None:
        lines = b"".join(orjson.dumps({"head": each}) + b"\n" for each in tokens)
        made = not self.path.exists()
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "rb+", buffering=0) as file:
            end = file.seek(0, os.SEEK_END)
            torn = end > 0 and (file.seek(end - 1), file.read(1))[1] != b"\n"
            file.write(b"\n" + lines if torn else lines)
            os.fsync(file.fileno())
        if made:
            _sync_folder(self.path.parent)


@dataclass(frozen=True, slots=True)
class AnchorAddress:
    """Posts each head as `application/jose`, and keeps it in `file` once it was taken. A receiver may get one twice."""

    url: str
    file: AnchorFile

    def kept(self) -> tuple[str, ...]:
        return self.file.kept()

    def last(self) -> str | None:
        return self.file.last()

    def keep(self, tokens: Iterable[str]) -> None:
        with httpx.Client(timeout=_DEADLINE) as client:
            for each in tokens:
                try:
                    answer = client.post(self.url, content=each, headers={"Content-Type": "application/jose"})
                    answer.raise_for_status()
                except httpx.HTTPError as error:
                    raise OSError(f"the anchor did not take a head: {type(error).__name__}") from None
                self.file.keep([each])


def anchored_at(setting: str | None, data: Path) -> Anchored:
    """`setting`: a path, or an http(s) address; `anchors.jsonl` in the data folder unless given. Raises `ValueError`."""
    kept = AnchorFile(data / "anchors.jsonl")
    if not setting:
        return kept
    if setting.startswith(("http://", "https://")):
        return AnchorAddress(setting, kept)
    if "://" in setting:
        raise ValueError("MIAOPI_ANCHOR must be a path or an http(s) address")
    return AnchorFile(Path(setting).resolve())


def _token(line: bytes) -> str | None:
    """None for an empty or torn line: no beginning of a line is JSON by itself."""
    try:
        head = orjson.loads(line)["head"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return None
    return head if isinstance(head, str) else None


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
