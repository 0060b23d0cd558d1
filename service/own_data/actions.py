"""Everything that is held about somebody and every look at it, as one ZIP file of JSON documents and of their own uploads.

It is written while it leaves, part by part, so that nothing of it lies anywhere, however much it is. 个人信息保护法 第四十五条.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

import orjson
from pydantic import BaseModel

from service import audit
from service.accounts import actions as accounts
from service.accounts.actions import Caller
from service.audit import looks
from service.cases import actions as cases
from service.clients import actions as clients
from service.drafts import actions as drafts
from service.evidence import actions as evidence
from service.licences import actions as licences
from service.mandates import standing as mandates
from service.materials import actions as materials
from service.notifications import reading as notifications
from service.payments import actions as payments
from service.problems import Problem
from service.revocations import actions as revocations
from service.state import Service

_PAGE = 100
Part = tuple[str, bytes]


def export(service: Service, caller: Caller) -> Iterator[bytes]:
    """Of the caller's own account, as chunks of a ZIP file. On record. Raises `Problem` where they have had too many."""
    service.exports.count(str(caller.id))
    service.database.insert([audit.row(service.now(), caller, "data.exported")])
    return _zipped(_parts(service, replace(caller, reach=frozenset({"own"}))))


def _parts(service: Service, caller: Caller) -> Iterator[Part]:
    with service.database.reading() as session:
        yield _document("account", accounts.held_about(session, caller))
        yield _document("mandates", mandates.held_about(session, caller))
    numbers = []
    for number in _cases(service, caller):
        numbers.append(number)
        yield from _case(service, caller, number)
    yield _document("drafts", drafts.drafts_of(service, caller))
    yield _document("licences", licences.wallet(service, caller, fetch=False))
    yield _document("licence-uses", list(_uses(service, caller)))
    yield _document("messages", list(_messages(service, caller)))
    yield _document("preferences", notifications.preferences_of(service, caller))
    with service.database.reading() as session:
        yield _document("consents", clients.held_about(session, caller))
    yield _document("webhooks", notifications.webhooks_of(service, caller))
    yield from _uploads(service, caller)
    with service.database.reading() as session:
        yield _document("looks", looks.at_cases(session, numbers, caller.id))


def _cases(service: Service, caller: Caller) -> Iterator[str]:
    before = None
    while True:
        page = cases.cases_of(service, caller, before, _PAGE)
        yield from (each.number for each in page.cases)
        if page.next is None:
            return
        before = page.cases[-1].number


def _case(service: Service, caller: Caller, number: str) -> Iterator[Part]:
    try:
        case = cases.case_of(service, caller, number)
        here = f"cases/{number}"
        yield _document(f"{here}/case", case)
        yield f"{here}/receipt.json", cases.receipt_of(service, caller, number)
        yield _document(f"{here}/timeline", cases.timeline_of(service, caller, number))
        yield _document(f"{here}/materials", materials.materials_of(service, number, case.situation))
        yield _document(f"{here}/payments", payments.payments_of(service, caller, number))
        yield _document(f"{here}/revocation", revocations.revocation_of(service, caller, number))
    except Problem as gone:
        if gone.code not in ("case-erased", "no-revocation"):
            raise


def _uses(service: Service, caller: Caller) -> Iterator[BaseModel]:
    before: UUID | None = None
    while True:
        with service.database.reading() as session:
            page = evidence.uses_of(session, caller.number, before, _PAGE)
        yield from page.uses
        if page.next is None:
            return
        before = UUID(page.next.split("before=")[1].split("&")[0])


def _messages(service: Service, caller: Caller) -> Iterator[BaseModel]:
    before: UUID | None = None
    while True:
        page = notifications.inbox_of(service, caller, before, _PAGE)
        yield from page.messages
        if page.next is None:
            return
        before = page.messages[-1].id


def _uploads(service: Service, caller: Caller) -> Iterator[Part]:
    before: UUID | None = None
    while True:
        page = materials.uploads_of(service, caller, before, _PAGE)
        for each in page.materials:
            yield _document(f"uploads/{each.id}", each)
            yield f"uploads/{each.id}-{each.name}", materials.file_of(service, caller, each.id).content
        if page.next is None:
            return
        before = UUID(page.materials[-1].id)


def _document(name: str, content: Any) -> Part:
    return f"{name}.json", orjson.dumps(content, default=_plain, option=orjson.OPT_INDENT_2)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    raise TypeError


class _Leaving(io.RawIOBase):
    """What was written and has not left yet."""

    def __init__(self) -> None:
        self._written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        self._written += content
        return len(content)

    def taken(self) -> bytes:
        left = bytes(self._written)
        self._written.clear()
        return left


def _zipped(parts: Iterator[Part]) -> Iterator[bytes]:
    leaving = _Leaving()
    with ZipFile(leaving, "w", ZIP_DEFLATED) as file:
        for name, content in parts:
            file.writestr(name, content)
            yield leaving.taken()
    yield leaving.taken()
