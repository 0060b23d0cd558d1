"""Erasing uploads: with the last case they hang on, or by themselves where they hang on none.

Here their rows go; the files go afterwards, and what is left of them after a crash is swept away.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from sqlmodel import Session

from service.materials import store
from service.materials.storage.interface import StorageFailed
from service.materials.tables import UploadRow
from service.state import Service, day_of


def erase_case(session: Session, number: str, now: datetime) -> Sequence[str]:
    """The keys of the files that have to go once this is committed."""
    return _forget(session, store.on_no_case(session, store.unhook(session, number)), now)


def erase_idle(session: Session, before: datetime, now: datetime, limit: int) -> Sequence[str]:
    """The same, of uploads of before then that hang on no case, as many at most."""
    return _forget(session, store.idle(session, before, limit), now)


def remove_files(service: Service, keys: Sequence[str]) -> None:
    with suppress(StorageFailed):  # the files without their rows are swept away later
        for each in keys:
            service.materials.storage.remove(each)


def _forget(session: Session, rows: Sequence[UploadRow], now: datetime) -> Sequence[str]:
    for row in rows:
        usage = store.usage_held(session, row.account_id, day_of(now))
        usage.size -= row.size
        session.add(usage)
        session.delete(row)
    return [str(each.id) for each in rows]
