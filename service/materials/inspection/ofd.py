"""Opens an OFD file (GB/T 33190): a zip with `OFD.xml` at its root, which names its documents. Nothing is unpacked to a disk."""

from __future__ import annotations

from io import BytesIO
from pathlib import PurePosixPath
from xml.parsers import expat
from zipfile import ZipFile, ZipInfo

from service.materials.inspection.faults import HIGHEST_RATIO, MOST_ENTRIES, MOST_UNPACKED, Faulty
from service.materials.inspection.kinds import Inspected

_NAMESPACE = "http://www.ofdspec.org/2016"
_ROOT, _DOCUMENT = f"{_NAMESPACE} OFD", f"{_NAMESPACE} DocRoot"
_ENCRYPTED = 0x1
_MIB = 1 << 20


def inspect_ofd(content: bytes) -> Inspected:
    """Raises `Faulty`, and whatever the library raises for a damaged file."""
    with ZipFile(BytesIO(content)) as archive:
        entries = archive.infolist()
        names = [each.filename for each in entries]
        if "OFD.xml" not in names:
            raise Faulty("unknown-type")
        if any(each.flag_bits & _ENCRYPTED for each in entries):
            raise Faulty("encrypted")
        if len(entries) > MOST_ENTRIES or sum(each.file_size for each in entries) > MOST_UNPACKED:
            raise Faulty("expands-too-much")
        if any(each.file_size > max(_MIB, each.compress_size * HIGHEST_RATIO) for each in entries):
            raise Faulty("expands-too-much")
        if len(set(names)) != len(names) or any(_leads_outside(each) for each in entries):
            raise Faulty("damaged")
        for each in entries:
            _read(archive, each)
        documents = _documents(archive.read("OFD.xml"))
    if not documents:
        raise Faulty("no-pages")
    if not {each.lstrip("/") for each in documents} <= set(names):
        raise Faulty("damaged")
    return Inspected("ofd")


def _leads_outside(entry: ZipInfo) -> bool:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or "\0" in entry.orig_filename


def _read(archive: ZipFile, entry: ZipInfo) -> None:
    """To its end, so that its check sum is compared; the library gives no more than the size it declares."""
    with archive.open(entry) as file:
        while file.read(_MIB):
            pass


def _documents(xml: bytes) -> list[str]:
    """Where its documents are. Raises `Faulty` for what is no OFD, and `expat.ExpatError`."""
    path: list[str] = []
    found: list[str] = []

    def begin(name: str, _: dict[str, str]) -> None:
        if not path and name != _ROOT:
            raise Faulty("unknown-type")
        path.append(name)
        if name == _DOCUMENT:
            found.append("")

    def end(_: str) -> None:
        path.pop()

    def data(text: str) -> None:
        if path[-1] == _DOCUMENT:
            found[-1] += text

    def refused(*_: object) -> None:
        raise Faulty("active-content")  # entities, which no OFD needs

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begin, end, data
    parser.StartDoctypeDeclHandler = refused
    parser.Parse(xml, True)
    return [each.strip() for each in found]
