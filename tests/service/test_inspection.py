"""A file is what its content is; what is broken, hostile or too much is told so, and takes nothing with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from service.materials.inspection.faults import FAULTS, MOST_PAGES, Faulty
from service.materials.inspection.running import inspect
from tests.service import files

TAKEN = {
    "pdf": files.pdf(2), "ofd": files.ofd(), "jpg": files.picture("jpg"), "png": files.picture("png"),
}  # fmt: skip
BILLION = '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]>' + files.OFD_XML.split("?>")[1]
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "empty"),
    "a text": (lambda: b"hello", "unknown-type"),
    "a program": (lambda: b"MZ" + bytes(200), "unknown-type"),
    "a page of the web": (lambda: b"<html><script>alert(1)</script></html>", "unknown-type"),
    "another picture": (lambda: files.picture("gif"), "unknown-type"),
    "a drawing with scripts": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "unknown-type"),
    "a page of the web that begins like a PDF": (lambda: b"%PDF-1.7\n<html><script>alert(1)</script></html>", "damaged"),
    "something before a PDF": (lambda: b"#!/bin/sh\n" + files.pdf(), "unknown-type"),
    "half a PDF": (lambda: TAKEN["pdf"][: len(TAKEN["pdf"]) // 2], "damaged"),
    "a PDF without its end": (lambda: TAKEN["pdf"][:-40], "damaged"),
    "a PDF with a password": (lambda: files.pdf_with_password(), "encrypted"),
    "a PDF with a script": (lambda: files.pdf_with_script(), "active-content"),
    "a PDF that starts a program": (lambda: files.pdf_with_action("/Launch"), "active-content"),
    "a PDF that sends itself": (lambda: files.pdf_with_action("/SubmitForm"), "active-content"),
    "a PDF without a page": (lambda: files.pdf(0), "no-pages"),
    "a PDF of many pages": (lambda: files.pdf(MOST_PAGES + 1), "too-many-pages"),
    "half a JPG": (lambda: TAKEN["jpg"][: len(TAKEN["jpg"]) // 2], "damaged"),
    "the beginning of a JPG": (lambda: b"\xff\xd8\xff\xe0" + bytes(50), "damaged"),
    "half a PNG": (lambda: TAKEN["png"][: len(TAKEN["png"]) // 2], "damaged"),
    "a PNG with a bit turned": (lambda: TAKEN["png"][:100] + bytes([TAKEN["png"][100] ^ 1]) + TAKEN["png"][101:], "damaged"),
    "a PNG that claims to be huge": (lambda: files.png_that_says(60_000, 60_000), "too-many-pixels"),
    "a PNG that claims to be long": (lambda: files.png_that_says(1, 30_000), "too-many-pixels"),
    "a PNG of too little": (lambda: files.png_that_says(70, 70), "damaged"),
    "a PNG of no size": (lambda: files.png_that_says(0, 0), "damaged"),
    "a zip": (lambda: files.ofd(root=None), "unknown-type"),
    "a zip with a root of its own": (lambda: files.ofd(root="<html/>"), "unknown-type"),
    "an OFD without its document": (lambda: files.ofd(root=files.OFD_XML.replace("Document.xml", "Other.xml")), "damaged"),
    "an OFD of no document": (lambda: files.ofd(root=files.OFD_XML.replace("DocRoot", "DocRute")), "no-pages"),
    "an OFD with entities": (lambda: files.ofd(root=BILLION), "active-content"),
    "an OFD that is no XML": (lambda: files.ofd(root="<ofd"), "damaged"),
    "an OFD that leads outside": (lambda: files.ofd({"../../etc/passwd": "x"}), "damaged"),
    "an OFD that leads to a root": (lambda: files.ofd({"/etc/passwd": "x"}), "damaged"),
    "a zip bomb": (lambda: files.ofd({"Doc_0/zeros.bin": bytes(80_000_000)}), "expands-too-much"),
    "a zip bomb of many": (lambda: files.ofd({f"Doc_0/{each}.bin": bytes(1_000_000) for each in range(210)}), "expands-too-much"),
    "a zip bomb of entries over each other": (lambda: files.overlapping_zip(150), "damaged"),
    "a zip of many entries": (lambda: files.ofd({f"Doc_0/{each}": "" for each in range(2_001)}), "expands-too-much"),
    "half an OFD": (lambda: TAKEN["ofd"][: len(TAKEN["ofd"]) // 2], "damaged"),
}


@pytest.mark.parametrize("kind", TAKEN)
def test_a_file_is_what_its_content_is(kind: str) -> None:
    assert inspect(TAKEN[kind]).kind == kind


def test_what_was_seen_of_it_is_told() -> None:
    assert inspect(TAKEN["pdf"]).pages == 2
    seen = inspect(TAKEN["jpg"])
    assert (seen.width, seen.height) == (40, 30)


@pytest.mark.parametrize(("made", "code"), REFUSED.values(), ids=REFUSED)
def test_what_may_not_be_taken_is_refused_with_its_reason(made: Callable[[], bytes], code: str) -> None:
    with pytest.raises(Faulty) as faulty:
        inspect(made())
    assert faulty.value.code == code


def test_a_large_picture_of_a_phone_is_taken() -> None:
    assert inspect(files.picture("jpg", 8_000, 6_000)).width == 8_000


@pytest.mark.parametrize("code", FAULTS)
def test_every_fault_speaks_both_languages(code: str) -> None:
    zh, en = Faulty(code, formats="pdf").texts
    assert zh != en
    assert "{" not in zh + en
