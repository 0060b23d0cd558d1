"""A plain search for what must not lie anywhere in clear: files and folders, and the dump of a PostgreSQL database.

    assert plain_search([data, logs, dumped(url)], ["李桂芳", "440309194503150021"]) == []

Searched are UTF-8, UTF-16 of both orders and GB 18030, each as it is, in base64 at every alignment, with line breaks too, and
in hex; and JSON's and URLs' escapes. Inside gzip, zip and tar files and PostgreSQL's own archives as well. `plant` leaves what
such a search has to find.
"""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import tarfile
import zipfile
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL

_ENCODINGS = {"utf-8": "utf-8", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be", "gb18030": "gb18030"}


@dataclass(frozen=True)
class Dump:
    """Bytes to search that are no file."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Found:
    """A needle in clear: where, in what form, and at which byte."""

    place: str
    needle: str
    form: str
    offset: int


def plain_search(places: Iterable[Path | Dump], needles: Iterable[str]) -> list[Found]:
    """Every needle's every form that lies in the places, once each. A folder is searched whole; a missing place is an error."""
    wanted = [(needle, form, pattern) for needle in needles for form, pattern in forms(needle).items()]
    found = []
    for place in places:
        for name, content in _contents(place):
            unwrapped = content.replace(b"\r\n", b"").replace(b"\n", b"")
            for needle, form, pattern in wanted:
                offset = (unwrapped if "base64" in form else content).find(pattern)
                if offset >= 0:
                    found.append(Found(name, needle, form, offset))
    return found


def forms(needle: str) -> dict[str, bytes]:
    """The bytes that betray the needle, by what form it has."""
    found: dict[str, bytes] = {}
    for name, encoding in _ENCODINGS.items():
        plain = needle.encode(encoding)
        if len(plain) < 4:
            raise ValueError(f"{needle!r} is too short to be searched for")
        found[name] = plain
        found[f"{name} hex"] = plain.hex().encode()
        found[f"{name} HEX"] = plain.hex().upper().encode()
        for shift in range(3):
            found[f"{name} base64 +{shift}"] = _base64(plain, shift)
            found[f"{name} base64url +{shift}"] = _base64(plain, shift).translate(bytes.maketrans(b"+/", b"-_"))
    found["json escapes"] = json.dumps(needle)[1:-1].encode()
    found["JSON escapes"] = b"".join(b"\\u%04X" % ord(each) if ord(each) > 127 else each.encode() for each in needle)
    found["url escapes"] = quote(needle).encode()
    return found


def dumped(url: URL) -> Dump:
    """What `pg_dump` writes of the database; bytes are in hex in it."""
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    done = subprocess.run(["pg_dump", "--inserts", plain], capture_output=True, check=True)
    return Dump(url.database or "dump", done.stdout)


def plant(folder: Path, needle: str) -> set[str]:
    """Writes the needle into files of the folder in the ways that data leaks, and answers their names."""
    text = f"前文 {needle} 后文"
    folder.mkdir(parents=True, exist_ok=True)
    kept = {
        "utf8.txt": text.encode(), "utf16le.bin": text.encode("utf-16-le"), "utf16be.bin": text.encode("utf-16-be"),
        "gb.txt": text.encode("gb18030"), "hex.txt": text.encode().hex().encode(),
        "escaped.json": json.dumps({"it": needle}).encode(),
        "url.txt": quote(text).encode(), "gzipped.gz": gzip.compress(text.encode()), "zipped.zip": _zipped(text.encode()),
        **{f"base64-{shift}.txt": b64encode(b"x" * shift + text.encode()) for shift in range(3)},
        **{f"base64url-{shift}.txt": urlsafe_b64encode(b"x" * shift + text.encode("utf-16-le")) for shift in range(3)},
        "mail.txt": b"\r\n".join(_lines(b64encode(b"." * 50 + text.encode()), 76)),
    }  # fmt: skip
    for name, content in kept.items():
        (folder / name).write_bytes(content)
    return set(kept)


def _base64(plain: bytes, shift: int) -> bytes:
    """Those characters that follow from `plain` alone where it begins `shift` bytes after a multiple of three."""
    first, last = (0, 2, 3)[shift], 8 * (shift + len(plain)) // 6
    return b64encode(bytes(shift) + plain)[first:last]


def _contents(place: Path | Dump) -> Iterator[tuple[str, bytes]]:
    if isinstance(place, Dump):
        yield place.name, place.content
    elif place.is_dir():
        for each in sorted(place.rglob("*")):
            if each.is_file():
                yield from _opened(str(each), each.read_bytes())
    else:
        yield from _opened(str(place), place.read_bytes())


def _opened(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """The file, and what is packed in it, however deep."""
    yield name, content
    if content.startswith(b"\x1f\x8b"):
        yield from _opened(f"{name}!", gzip.decompress(content))
    elif content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for each in packed.namelist():
                yield from _opened(f"{name}!{each}", packed.read(each))
    elif content.startswith(b"PGDMP"):
        yield f"{name}!sql", subprocess.run(["pg_restore", "--file=-"], input=content, capture_output=True, check=True).stdout
    elif content[257:262] == b"ustar":
        with tarfile.open(fileobj=io.BytesIO(content)) as tar:
            for member in tar:
                file = tar.extractfile(member)
                if file is not None:
                    yield from _opened(f"{name}!{member.name}", file.read())


def _zipped(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("inside.txt", content)
    return packed.getvalue()


def _lines(content: bytes, width: int) -> list[bytes]:
    return [content[start : start + width] for start in range(0, len(content), width)]
