"""The kinds of files that are taken: told by their first bytes, believed once they have been opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from service.materials.inspection.faults import Faulty

Kind = Literal["pdf", "ofd", "jpg", "png"]
MEDIA_TYPES: Mapping[Kind, str] = {
    "pdf": "application/pdf", "ofd": "application/ofd", "jpg": "image/jpeg", "png": "image/png",
}  # fmt: skip
_BEGINNINGS: Mapping[bytes, Kind] = {
    b"%PDF-": "pdf", b"PK\x03\x04": "ofd", b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Inspected:
    """What a file is. `pages`: of a PDF; `width`, `height`: pixels of a picture."""

    kind: Kind
    pages: int | None = None
    width: int | None = None
    height: int | None = None


def kind_of(content: bytes) -> Kind:
    """What it begins like. Raises `Faulty`."""
    if not content:
        raise Faulty("empty")
    found = next((kind for beginning, kind in _BEGINNINGS.items() if content.startswith(beginning)), None)
    if found is None:
        raise Faulty("unknown-type")
    return found
