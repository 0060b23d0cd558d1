"""Keeping half-filled forms: one for a person and situation, until it is submitted, thrown away, or untouched too long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlmodel import Session
from uuid_utils.compat import uuid7

from engine.decision.strict_json import canonical, jsonable
from service.accounts.actions import Caller
from service.drafts import store
from service.drafts.models import DraftAnswer, DraftList
from service.drafts.tables import DraftRow
from service.materials.actions import Given
from service.problems import Problem
from service.state import BASE, Service

LARGEST = 200_000
"""Bytes of one draft."""


def drafts_of(service: Service, caller: Caller) -> DraftList:
    with service.database.reading() as session:
        rows = [each for each in store.of(session, caller) if _covered(service, caller, each.situation)]
    return DraftList(drafts=[_answer(service, each) for each in rows])


def draft_of(service: Service, caller: Caller, id_: UUID) -> DraftAnswer:
    """Raises `Problem`."""
    with service.database.reading() as session:
        return _answer(service, _own(service, session, caller, id_))


def draft_for(service: Service, caller: Caller, situation: str) -> DraftAnswer | None:
    """The person's draft for a situation."""
    with service.database.reading() as session:
        found = store.for_situation(session, caller, situation)
        return None if found is None else _answer(service, found)


def begin(
    service: Service, caller: Caller, situation: str, form: Mapping[str, Any], commitments: Sequence[str], materials: Given
) -> DraftAnswer:
    """Raises `Problem`, also where there is a draft for the situation."""
    service.situation_for(caller, situation)
    return _put(service, caller, situation, form, commitments, materials, only_new=True)


def keep(
    service: Service, caller: Caller, situation: str, form: Mapping[str, Any], commitments: Sequence[str], materials: Given
) -> DraftAnswer:
    """Begins the person's draft for the situation, or changes it. Raises `Problem`."""
    service.situation_for(caller, situation)
    return _put(service, caller, situation, form, commitments, materials, only_new=False)


def change(
    service: Service, caller: Caller, id_: UUID, form: Mapping[str, Any], commitments: Sequence[str], materials: Given
) -> DraftAnswer:
    """Raises `Problem`."""
    content, now = _content(form, commitments, materials), service.now()

    def work(session: Session) -> DraftRow:
        found = _own(service, session, caller, id_)
        found.content, found.changed_at, found.version = content, now, found.version + 1
        return found

    return _answer(service, service.database.write(work))


def throw_away(service: Service, caller: Caller, id_: UUID) -> None:
    """Raises `Problem`."""
    service.database.write(lambda session: session.delete(_own(service, session, caller, id_)))


def erase_untouched(session: Session, since: datetime) -> None:
    """Drafts that nobody has changed since then."""
    store.remove_untouched(session, since)


def _put(
    service: Service, caller: Caller, situation: str, form: Mapping[str, Any], commitments: Sequence[str], materials: Given,
    only_new: bool,
) -> DraftAnswer:
    content, now = _content(form, commitments, materials), service.now()

    def work(session: Session) -> DraftRow:
        found = store.for_situation(session, caller, situation)
        if found is None:
            found = DraftRow(
                id=uuid7(), account_id=caller.id, kept_by=store.kept_by(caller), situation=situation, content=content, begun_at=now,
                changed_at=now,
            )  # fmt: skip
            session.add(found)
        elif only_new:
            raise Problem("draft-exists", id=str(found.id))
        else:
            found.content, found.changed_at, found.version = content, now, found.version + 1
        return found

    return _answer(service, service.database.write(work))


def _content(form: Mapping[str, Any], commitments: Sequence[str], materials: Given) -> bytes:
    content = canonical(jsonable({"form": dict(form), "commitments": list(commitments), "materials": dict(materials)}))
    if len(content) > LARGEST:
        raise Problem("too-large", limit=LARGEST)
    return content


def _covered(service: Service, caller: Caller, situation: str) -> bool:
    """Whether whoever acts may still go on with it; what the catalogue no longer has is their own business alone."""
    known = service.catalogue.situations.get(situation)
    return caller.acting is None or (known is not None and caller.may_apply(situation, service.department_of(known)))


def _own(service: Service, session: Session, caller: Caller, id_: UUID) -> DraftRow:
    found = store.draft(session, caller, id_)
    if found is None or not _covered(service, caller, found.situation):
        raise Problem("unknown-draft")
    return found


def _answer(service: Service, row: DraftRow) -> DraftAnswer:
    known = row.model_dump(include={"id", "situation", "begun_at", "changed_at"})
    content = orjson.loads(row.content)
    return DraftAnswer.model_validate(
        {**known, **content, "title": service.title(row.situation), "link": f"{BASE}/drafts/{row.id}"}
    )
