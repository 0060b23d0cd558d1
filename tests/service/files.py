"""Files of applicants, made as programs make them: honest ones, and those that are not what they say."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

OFD_XML = (
    '<?xml version="1.0" encoding="UTF-8"?><ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" Version="1.0" DocType="OFD">'
    "<ofd:DocBody><ofd:DocInfo/><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
)
DOCUMENT_XML = '<ofd:Document xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Pages/></ofd:Document>'


def pdf(pages: int = 1, text: str = "") -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    writer.add_metadata({"/Title": text})
    return _written(writer)


def pdf_with_password() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt("secret", algorithm="RC4-128")
    return _written(writer)


def pdf_with_script() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    script = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")})
    names = DictionaryObject({NameObject("/Names"): ArrayObject([TextStringObject("a"), writer._add_object(script)])})
    writer.root_object[NameObject("/Names")] = DictionaryObject({NameObject("/JavaScript"): writer._add_object(names)})
    return _written(writer)


def pdf_with_action(kind: str) -> bytes:
    """An action that runs when the file is opened."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    action = DictionaryObject({NameObject("/S"): NameObject(kind), NameObject("/F"): TextStringObject("cmd.exe")})
    writer.root_object[NameObject("/OpenAction")] = writer._add_object(action)
    return _written(writer)


def picture(kind: str, width: int = 40, height: int = 30) -> bytes:
    buffer = BytesIO()
    Image.effect_noise((width, height), 50).convert("RGB").save(buffer, {"jpg": "JPEG", "png": "PNG", "gif": "GIF"}[kind])
    return buffer.getvalue()


def png_that_says(width: int, height: int, rows: bytes = b"\0" * 100) -> bytes:
    """A PNG whose header claims these dimensions."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


def ofd(entries: dict[str, bytes | str] | None = None, root: str | None = OFD_XML) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        if root is not None:
            archive.writestr("OFD.xml", root)
        for name, content in ({"Doc_0/Document.xml": DOCUMENT_XML} | (entries or {})).items():
            archive.writestr(name, content)
    return buffer.getvalue()


def overlapping_zip(times: int = 1000) -> bytes:
    """One packed entry that the directory names again and again, the way of a zip bomb without recursion."""
    whole = ofd({"Doc_0/big.bin": bytes(900_000)})
    place = whole.rindex(b"PK\x05\x06")
    count, _, size, start = struct.unpack("<HHII", whole[place + 8 : place + 20])
    directory = whole[start : start + size]
    last = directory[directory.rindex(b"PK\x01\x02") :]
    name = last.index(b"Doc_0/big.bin")
    more = b"".join(last[:name] + f"Doc_0/{each:07}".encode() + last[name + 13 :] for each in range(times))
    end = struct.pack("<4s4HIIH", b"PK\x05\x06", 0, 0, count + times, count + times, size + len(more), start, 0)
    return whole[:start] + directory + more + end


def _written(writer: PdfWriter) -> bytes:
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()
