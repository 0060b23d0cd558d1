"""Opens a PDF (ISO 32000): not encrypted, so many pages, and nothing in it that runs by itself."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from service.materials.inspection.faults import MOST_PAGES, Faulty
from service.materials.inspection.kinds import Inspected

_ACTIONS = frozenset({"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition"})
_HOLDERS = frozenset({"/JavaScript", "/XFA"})  # the names of document scripts, and of forms that are programs
_ANNOTATIONS = frozenset({"/RichMedia", "/3D"})


def inspect_pdf(content: bytes) -> Inspected:
    """Raises `Faulty`, and whatever the library raises for a damaged file."""
    reader = PdfReader(BytesIO(content), strict=True)
    if reader.is_encrypted:
        raise Faulty("encrypted")
    for dictionary in _dictionaries(reader.trailer):
        if (
            dictionary.keys() & _HOLDERS
            or _named(dictionary, "/S") in _ACTIONS
            or _named(dictionary, "/Subtype") in _ANNOTATIONS
        ):
            raise Faulty("active-content")
    pages = len(reader.pages)
    if pages > MOST_PAGES:
        raise Faulty("too-many-pages")
    if pages == 0:
        raise Faulty("no-pages")
    return Inspected("pdf", pages=pages)


def _dictionaries(trailer: DictionaryObject) -> Iterator[DictionaryObject]:
    """Every dictionary that can be reached, each once. Streams count; what is in them is not looked at."""
    seen: set[tuple[int, int]] = set()
    waiting: list[Any] = [trailer]
    while waiting:
        found = waiting.pop()
        if isinstance(found, IndirectObject):
            if (place := (found.idnum, found.generation)) in seen:
                continue
            seen.add(place)
            found = found.get_object()
        if isinstance(found, DictionaryObject):
            yield found
            waiting += dict.values(found)
        elif isinstance(found, ArrayObject):
            waiting += list.__iter__(found)


def _named(dictionary: DictionaryObject, key: str) -> str | None:
    value = dictionary.get(key)
    value = value.get_object() if isinstance(value, IndirectObject) else value
    return value if isinstance(value, str) else None
