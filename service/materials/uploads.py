"""Handing in files, the vault of one's own earlier uploads, and reading or removing one.

    quota -> streamed in -> what it really is -> into the storage, durably -> its row -> answer

A file without a row is no upload: `sweep` removes it.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from uuid import UUID

from sqlmodel import Session
from uuid_utils.compat import uuid7

from engine.catalogue import Material
from service.accounts.actions import Caller
from service.audit import actions as audit
from service.database import Conflict
from service.materials import store
from service.materials.inspection.faults import Faulty
from service.materials.inspection.kinds import MEDIA_TYPES, Kind
from service.materials.inspection.running import inspect
from service.materials.models import UploadAnswer, UploadList
from service.materials.names import safe_name
from service.materials.storage.interface import StorageFailed
from service.materials.tables import UploadRow
from service.problems import Problem
from service.state import Service, day_of

BASE = "/api/v1"
FIELDS = frozenset({"situation", "material", "sha256"})
"""What may be sent beside a file."""
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ABANDONED = timedelta(hours=1)
_BATCH = 500
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class File:
    """What is handed out of an upload."""

    content: bytes
    name: str
    media_type: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Kept:
    """`new`: False where the very file was handed in before, on the same day for the same purpose."""

    upload: UploadAnswer
    new: bool


def refuse_over_quota(service: Service, caller: Caller) -> None:
    """Before anything is read. Raises `Problem`."""
    with service.database.reading() as session:
        found = store.usage(session, caller.id)
    if found is not None:
        today = found.uploads if found.day == day_of(service.now()) else 0
        _refuse_over(service, today + 1, found.size + 1)


def keep(service: Service, caller: Caller, content: bytes, name: str, fields: Mapping[str, str]) -> Kept:
    """Keeps a file that is what it may be. Raises `Problem`, and then nothing of it is kept."""
    purpose = _purpose(service, fields.get("situation", ""), fields.get("material", ""))
    if not _covered(service, caller, fields.get("situation", "")):
        raise Problem("beyond-mandate")
    digest = hashlib.sha256(content).hexdigest()
    if fields.get("sha256", digest).lower() != digest:
        raise Problem("digest-mismatch")
    try:
        kind = inspect(content).kind
        _refuse_unfit(purpose, kind)
    except Faulty as faulty:
        raise Problem("material-refused", fault=faulty.code, detail=faulty.texts) from None
    now = service.now()
    row = UploadRow(
        id=uuid7(), account_id=caller.id, day=day_of(now), situation=fields.get("situation", ""),
        material=fields.get("material", ""), name=safe_name(name, kind), kind=kind, size=len(content), sha256=digest, uploaded_at=now,
    )  # fmt: skip
    with service.database.reading() as session:
        if found := store.same_upload(session, row):
            return Kept(answer(found), new=False)
    refuse_over_quota(service, caller)
    return _stored(service, caller, row, content)


def uploads_of(service: Service, caller: Caller, before: UUID | None, limit: int) -> UploadList:
    """The caller's vault; for who acts for somebody, what was handed in for such matters."""
    with service.database.reading() as session:
        rows = store.of_account(session, caller.id, before, limit + 1)
    shown = [answer(each) for each in rows[:limit] if _covered(service, caller, each.situation)]
    older = f"{BASE}/materials?before={rows[limit - 1].id}&limit={limit}" if len(rows) > limit else None
    return UploadList(materials=shown, next=older)


def cases_with(service: Service, id_: str) -> Sequence[str]:
    """The numbers of the cases that an upload hangs on."""
    with service.database.reading() as session:
        return store.cases_with(session, UUID(id_)) if _ID.fullmatch(id_) else ()


def file_of(service: Service, caller: Caller, id_: str, case_number: str | None = None) -> File:
    """`case_number`: the case that the upload hangs on, which the caller may see although the upload is not theirs; then the
    look is on record. Raises `Problem` where there is no such upload, or none that the caller may see.
    """
    with service.database.reading() as session:
        row = _any(session, id_) if case_number else _own(service, session, caller, id_)
    if case_number is None and "own" not in caller.reach:
        raise Problem("unknown-upload")
    if case_number or caller.acting is not None:
        service.database.insert([audit.row(service.now(), caller.actor, "material.read", case_number)])
    try:
        content = service.materials.storage.get(str(row.id))
    except StorageFailed as failed:
        raise _not_now(failed) from None
    return File(content, row.name, MEDIA_TYPES[_kind(row)], row.sha256)


def remove(service: Service, caller: Caller, id_: str) -> None:
    """Raises `Problem`, also where it hangs on a case."""
    now = service.now()

    def forget(session: Session) -> str:
        usage = store.usage_held(session, caller.id, day_of(now))
        row = _own(service, session, caller, id_)
        session.delete(row)
        usage.size -= row.size
        session.add(usage)
        audit.record(session, now, caller.actor, "material.removed")
        return str(row.id)

    try:
        key = service.database.write(forget)
    except Conflict:
        raise Problem("upload-in-use") from None
    with suppress(StorageFailed):  # the file without its row is swept away later
        service.materials.storage.remove(key)


def sweep(service: Service, put_before: datetime | None = None) -> int:
    """Removes files of which nothing came, put an hour ago or earlier; how many. Raises `StorageFailed`."""
    until = put_before or datetime.now(UTC) - _ABANDONED
    removed = 0
    for keys in _batches(key for key, put in service.materials.storage.kept() if put < until):
        ids = {key: UUID(key) for key in keys if _ID.fullmatch(key)}
        with service.database.reading() as session:
            known = store.known(session, list(ids.values()))
        for key in keys:
            if ids.get(key) not in known:
                service.materials.storage.remove(key)
                removed += 1
    return removed


def _stored(service: Service, caller: Caller, row: UploadRow, content: bytes) -> Kept:
    storage = service.materials.storage
    try:
        storage.put(str(row.id), content)
    except StorageFailed as failed:
        raise _not_now(failed) from None

    def record(session: Session) -> Kept:
        usage = store.usage_held(session, row.account_id, row.day)
        if found := store.same_upload(session, row):
            return Kept(answer(found), new=False)
        _refuse_over(service, usage.uploads + 1, usage.size + row.size)
        usage.uploads += 1
        usage.size += row.size
        kept = UploadRow(**row.model_dump())
        session.add_all([usage, kept])
        audit.record(session, row.uploaded_at, caller.actor, "material.uploaded")
        return Kept(answer(kept), new=True)

    try:
        try:
            kept = service.database.write(record)
        except Conflict:  # two first uploads of an account met; now the account has its row
            kept = service.database.write(record)
    except Problem:  # after any other failure it is not known whether the row is there
        with suppress(StorageFailed):
            storage.remove(str(row.id))
        raise
    if not kept.new:
        with suppress(StorageFailed):
            storage.remove(str(row.id))
    return kept


def _purpose(service: Service, situation: str, material: str) -> Material | None:
    """The material that a file is for, where that is said. Raises `Problem`."""
    if not situation and not material:
        return None
    found = next((each for each in service.situation(situation).materials if each.id == material), None)
    if found is None:
        faulty = Faulty("unknown-material")
        raise Problem("material-refused", fault=faulty.code, detail=faulty.texts)
    return found


def _refuse_unfit(material: Material | None, kind: Kind) -> None:
    """Raises `Faulty`."""
    if material is None:
        return
    ways = [each for each in material.met_by if each.by == "upload"]
    if not ways:
        raise Faulty("not-uploadable")
    formats = [format_ for each in ways for format_ in each.formats]
    if kind not in formats:
        raise Faulty("wrong-format", formats=", ".join(dict.fromkeys(formats)))


def _refuse_over(service: Service, uploads: int, size: int) -> None:
    limits = service.materials.settings
    if uploads > limits.daily:
        raise Problem("too-many-uploads", limit=limits.daily)
    if size > limits.total:
        raise Problem("vault-full", limit=limits.total)


def _any(session: Session, id_: str) -> UploadRow:
    row = store.upload(session, UUID(id_)) if _ID.fullmatch(id_) else None
    if row is None:
        raise Problem("unknown-upload")
    return row


def _covered(service: Service, caller: Caller, situation: str) -> bool:
    """Whether whoever acts may have to do with what was handed in for this; with what was for nothing, if they may with everything."""
    if caller.acting is None or caller.acting.scope.everything:
        return True
    known = service.catalogue.situations.get(situation)
    return known is not None and caller.covers(situation, service.department_of(known))


def _own(service: Service, session: Session, caller: Caller, id_: str) -> UploadRow:
    row = _any(session, id_)
    if row.account_id != caller.id or not _covered(service, caller, row.situation):
        raise Problem("unknown-upload")
    return row


def _not_now(failed: StorageFailed) -> Problem:
    _logger.error("the storage of materials failed: %s %s", type(failed).__name__, failed)
    return Problem("storage-failed", {"Retry-After": "60"})


def _kind(row: UploadRow) -> Kind:
    return next(kind for kind in MEDIA_TYPES if kind == row.kind)


def answer(row: UploadRow) -> UploadAnswer:
    return UploadAnswer(
        id=str(row.id), name=row.name, type=_kind(row), size=row.size, sha256=row.sha256, uploaded_at=row.uploaded_at,
        situation=row.situation or None, material=row.material or None, link=f"{BASE}/materials/{row.id}",
    )  # fmt: skip


def _batches(keys: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(keys)
    while batch := list(islice(rest, _BATCH)):
        yield batch
