"""Filters of the queue that somebody keeps under a name."""

from __future__ import annotations

from sqlmodel import Session

from service.accounts.actions import Caller
from service.problems import Problem
from service.review import store
from service.review.desk_models import SavedFilter, SavedFilters
from service.review.tables import SavedFilterRow
from service.state import Service

MOST = 50


def saved(service: Service, caller: Caller) -> SavedFilters:
    with service.database.reading() as session:
        rows = store.filters(session, caller.id)
    return SavedFilters(filters={each.name: SavedFilter.model_validate_json(each.filter) for each in rows})


def save(service: Service, caller: Caller, name: str, wanted: SavedFilter) -> None:
    """Raises `Problem`."""

    def work(session: Session) -> None:
        row = store.filter_(session, caller.id, name)
        if row is None:
            if len(store.filters(session, caller.id)) >= MOST:
                raise Problem("too-many-filters", most=MOST)
            row = SavedFilterRow(account_id=caller.id, name=name, filter="")
        row.filter = wanted.model_dump_json()
        session.add(row)

    service.database.write(work)


def remove(service: Service, caller: Caller, name: str) -> None:
    """Raises `Problem`."""

    def work(session: Session) -> None:
        row = store.filter_(session, caller.id, name)
        if row is None:
            raise Problem("unknown-filter")
        session.delete(row)

    service.database.write(work)
