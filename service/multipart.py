"""Uploaded files with their fields (`multipart/form-data`, RFC 7578), read within limits while they stream in: one file of a program,
or a page's form with as many as were chosen.

It stays in memory: nothing that was not looked at touches a disk. The sibling of `service.requests` for what is not JSON.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message as Header
from threading import Lock

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from service.problems import Problem

LONGEST_WAIT = 120
"""Seconds until it is all there."""
AT_ONCE = 8
"""Files in the memory of one process."""
_AROUND = 16 << 10
"""Bytes of a body beside its file."""
_LONGEST_FIELD = 1 << 10
_MOST_FIELDS = 8
_TOGETHER = 3
"""Times the largest file that all the files of a page's form may have."""
_MOST_FILES = 200
"""Of a form; an input that was left empty counts."""
_LONGEST_ANSWER = 64 << 10
_SMALL_FORM = 256 << 10
"""Bytes of a form that waits for nobody: it has no file worth counting."""
_DIGEST = re.compile(r"\s*(sha-256|sha-512)\s*=\s*:([A-Za-z0-9+/=]*):\s*(?:;.*)?")
_OTHER_DIGEST = re.compile(r"\s*[a-z*][a-z0-9_.*-]*\s*=\s*:[A-Za-z0-9+/=]*:\s*(?:;.*)?")
_lock = Lock()
_reading = 0


@dataclass(frozen=True, slots=True)
class Received:
    """`name`: of the file, as the caller wrote it. `fields`: every other part, by name."""

    content: bytes
    name: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FormFile:
    """`field`: what the page calls its input. `name`: of the file, as the browser wrote it."""

    field: str
    name: str
    content: bytes


async def receive(request: Request, largest: int, names: frozenset[str]) -> Received:
    """The part `file`, and those of `names` that are there. Raises `Problem`.

    `largest`: bytes of the file. A `Content-Digest` (RFC 9530) is of the whole body, and is checked.
    """
    if not is_multipart(request):
        raise Problem("not-multipart")
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:18]) > largest + _AROUND:
        raise Problem("too-large", limit=largest)
    expected = _expected(request.headers.getlist("content-digest"))
    with _one_more():
        try:
            async with asyncio.timeout(LONGEST_WAIT):
                return await _read(request, largest, names, expected)
        except TimeoutError:
            raise Problem("too-slow", {"Connection": "close"}) from None


async def _read(request: Request, largest: int, names: frozenset[str], expected: Mapping[str, bytes]) -> Received:
    computed = {name: hashlib.new(name.replace("-", "")) for name in expected}

    async def limited() -> AsyncGenerator[bytes, None]:
        size = 0
        async for chunk in request.stream():
            size += len(chunk)
            if size > largest + _AROUND:
                raise Problem("too-large", limit=largest)
            for each in computed.values():
                each.update(chunk)
            yield chunk

    parser = MultiPartParser(
        request.headers, limited(), max_files=1, max_fields=_MOST_FIELDS, max_part_size=_LONGEST_FIELD
    )
    parser.spool_max_size = largest + _AROUND + 1
    try:
        parts = (await parser.parse()).multi_items()
    except MultiPartException as error:
        raise Problem("bad-multipart", detail=(error.message, error.message)) from None
    if any(computed[name].digest() != digest for name, digest in expected.items()):
        raise Problem("digest-mismatch")
    file = next((each for name, each in parts if name == "file" and isinstance(each, UploadFile)), None)
    fields = {name: each for name, each in parts if isinstance(each, str)}
    if file is None or len(fields) + 1 != len(parts) or not fields.keys() <= names:
        known = ", ".join(["file", *sorted(names)])
        raise Problem("bad-multipart", detail=(f"只能有这些部分，各至多一次，file 必须有：{known}",
                                               f"The parts are these, each at most once, and file must be there: {known}"))
    content = await file.read()
    await file.close()
    if len(content) > largest:
        raise Problem("too-large", limit=largest)
    if any("\x00" in each for each in (file.filename or "", *fields.values())):
        raise Problem("nul-in-text")
    return Received(content, file.filename or "", fields)


def is_multipart(request: Request) -> bool:
    header = Header()
    header["content-type"] = request.headers.get("content-type", "")
    return header.get_content_type() == "multipart/form-data"


async def receive_form(
    request: Request, largest: int, most_fields: int, keep_files: bool
) -> tuple[list[tuple[str, str]], list[FormFile]]:
    """The fields and the files of a page's form, in order; inputs without a file are left out. Raises `Problem`.

    `largest`: bytes that one file should have; the caller says of a larger one that it is, as long as all of them together are within
    reason. Without `keep_files` they are read and dropped.
    """
    together = _TOGETHER * largest + _LONGEST_ANSWER
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:18]) > together:
        raise Problem("too-large", limit=together)
    size = int(length[:18]) if length.isdecimal() else together
    with _one_more(0 if size <= _SMALL_FORM or not keep_files else -(-size // largest)):
        try:
            async with asyncio.timeout(LONGEST_WAIT):
                return await _read_form(request, together, most_fields, keep_files)
        except TimeoutError:
            raise Problem("too-slow", {"Connection": "close"}) from None


async def _read_form(
    request: Request, together: int, most_fields: int, keep_files: bool
) -> tuple[list[tuple[str, str]], list[FormFile]]:
    async def limited() -> AsyncGenerator[bytes, None]:
        size = 0
        async for chunk in request.stream():
            size += len(chunk)
            if size > together:
                raise Problem("too-large", limit=together)
            yield chunk

    kind = MultiPartParser if keep_files else _Dropping
    parser = kind(request.headers, limited(), max_files=_MOST_FILES, max_fields=most_fields, max_part_size=_LONGEST_ANSWER)
    parser.spool_max_size = together + 1
    try:
        parts = (await parser.parse()).multi_items()
    except MultiPartException:
        raise Problem("form-unreadable") from None
    fields = [(name, each) for name, each in parts if isinstance(each, str)]
    files = []
    for name, each in parts:
        if isinstance(each, UploadFile):
            content = await each.read()
            await each.close()
            if each.filename or content:
                files.append(FormFile(name, each.filename or "", content))
    return fields, files


class _Dropping(MultiPartParser):
    """Keeps nothing of a file."""

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._current_part.file is None:
            super().on_part_data(data, start, end)


@contextmanager
def _one_more(weight: int = 1) -> Iterator[None]:
    """Raises `Problem` where as many are being read as the memory is meant for. `weight`: as many files as that."""
    global _reading
    with _lock:
        if weight and _reading + weight > AT_ONCE:
            raise Problem("busy", {"Retry-After": "2"})
        _reading += weight
    try:
        yield
    finally:
        with _lock:
            _reading -= weight


def _expected(headers: list[str]) -> Mapping[str, bytes]:
    """The digests that can be checked, by algorithm. Raises `Problem` for a header that cannot be read."""
    found: dict[str, bytes] = {}
    for part in ",".join(headers).split(",") if headers else ():
        if match := _DIGEST.fullmatch(part):
            try:
                found[match[1]] = b64decode(match[2], validate=True)
            except NotBase64:
                raise Problem("digest-mismatch") from None
        elif not _OTHER_DIGEST.fullmatch(part):
            raise Problem("digest-mismatch")
    return found
