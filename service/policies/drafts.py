"""Writing rulesets: drafts that are kept however wrong they are, looked at, tried on cases, and submitted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from math import inf
from typing import Any

import orjson
from sqlmodel import Session

from engine.ruleset.findings import Refused
from engine.ruleset.loading import COMMON
from engine.ruleset.shapes import ID_PATTERN
from service import audit
from service.accounts.actions import Caller, names_of
from service.database import Conflict
from service.policies import answers, store
from service.policies.folders import cases_of, file_of
from service.policies.following import texts_of
from service.policies.models import Checked, Draft, DraftGiven
from service.policies.moving_cases import moved
from service.policies.proving import Proposal, look_at, proposal, run
from service.policies.tables import DraftRow, EventRow
from service.problems import Language, Problem
from service.state import Service


def hold_to_writer(caller: Caller) -> None:
    """Raises `Problem`."""
    if not caller.writes_policies:
        raise Problem("not-policy-writer")


def hold_to_id(ruleset: str) -> None:
    """Raises `Problem` for what could never be a ruleset's id."""
    if not re.fullmatch(ID_PATTERN, ruleset) or ruleset == COMMON or len(ruleset) > 100:
        raise Problem("unknown-ruleset")


def draft_of(service: Service, caller: Caller, ruleset: str, effective: date) -> Draft:
    """Raises `Problem`."""
    hold_to_writer(caller)
    with service.database.reading() as session:
        return answers.draft(session, _found(store.draft(session, ruleset, effective)), caller)


def keep_draft(
    service: Service, caller: Caller, ruleset: str, effective: date, version: int | None, given: DraftGiven
) -> Draft:
    """Keeps the texts as they are. `version`: the one that was seen, None for a draft that is new. Raises `Problem`."""
    hold_to_writer(caller)
    hold_to_id(ruleset)
    now = service.now()
    text, cases = given.text.encode(), given.cases.encode()

    def work(session: Session) -> Draft:
        row = store.draft_to_change(session, ruleset, effective)
        if row is None:
            if version is not None:
                raise Problem("unknown-draft")
            row = DraftRow(ruleset=ruleset, effective=effective, text=text, cases=cases, changed_by=caller.id, changed_at=now)
        else:
            if row.state != "published" or version is not None:
                hold_to_version(session, row, version)
            if row.state == "published":
                store.forget_writers(session, ruleset, effective)
            row.text, row.cases, row.changed_by, row.changed_at = text, cases, caller.id, now
            row.state, row.reason, row.restores = "draft", None, None
            row.version += 1
        session.add(row)
        session.flush()
        store.add_writer(session, ruleset, effective, caller.id)
        note(session, ruleset, caller.id, "drafted", now, effective=effective.isoformat(), version=row.version)
        session.flush()
        return answers.draft(session, row, caller)

    try:
        return service.database.write(work)
    except Conflict:  # somebody began the same draft at the same moment
        raise Problem("draft-changed") from None


def begin_draft(service: Service, caller: Caller, ruleset: str, effective: date) -> Draft:
    """A draft from what would decide on that day, with cases moved to days on which it decides. Raises `Problem`.

    Where nothing would, it is from what decides first after that; of a ruleset that decides on no day, from its newest draft.
    """
    hold_to_writer(caller)
    hold_to_id(ruleset)
    with service.database.reading() as session:
        row = store.draft(session, ruleset, effective)
        text, cases = _beginning(session, ruleset, effective)
        if row is not None and row.state != "published":
            raise Problem("draft-changed", version=row.version)
        proposed = [proposal(session, ruleset, effective, text, each.encode()) for each in moved(cases.decode(), effective)]
    best = min(proposed, key=_wrong)
    given = DraftGiven(text=text.decode(), cases=best.texts.get(cases_of(best.path), b"").decode())
    return keep_draft(service, caller, ruleset, effective, None if row is None else row.version, given)


def _beginning(session: Session, ruleset: str, effective: date) -> tuple[bytes, bytes]:
    """Rules and cases to begin with. Raises `Problem`."""
    there = [each for each in store.activations(session, ruleset) if not each.shadow]
    nearest = next((each for each in reversed(there) if each.since <= effective), there[0] if there else None)
    old = store.published(session, nearest.hash) if nearest else None
    if old is not None:
        texts, own = texts_of(session, old), file_of(ruleset, old.effective)
        return texts[own], texts.get(cases_of(own), b"")
    newest = max(store.drafts(session, ruleset), key=lambda each: each.changed_at, default=None)
    if newest is None:
        raise Problem("unknown-ruleset")
    return newest.text, newest.cases


def _wrong(proposed: Proposal) -> float:
    """How many cases fail, and how much is left unseen."""
    try:
        found = run(proposed)
    except Refused:
        return inf
    return sum(not each.passed for each in found.cases) + len(found.coverage)


def check_draft(service: Service, caller: Caller, ruleset: str, effective: date, lang: Language) -> Checked:
    """Every finding with its place. Raises `Problem`."""
    draft = draft_of(service, caller, ruleset, effective)
    return check_texts(service, caller, ruleset, effective, DraftGiven(text=draft.text, cases=draft.cases), lang)


def check_texts(
    service: Service, caller: Caller, ruleset: str, effective: date, given: DraftGiven, lang: Language
) -> Checked:
    """The same of texts that nobody has kept yet. Raises `Problem`."""
    proposed = proposed_texts(service, caller, ruleset, effective, given)
    return answers.checked(look_at(proposed, service.catalogue, service.rulesets.current).findings, lang)


def proposed_texts(service: Service, caller: Caller, ruleset: str, effective: date, given: DraftGiven) -> Proposal:
    """Raises `Problem`."""
    hold_to_writer(caller)
    hold_to_id(ruleset)
    with service.database.reading() as session:
        return proposal(session, ruleset, effective, given.text.encode(), given.cases.encode())


def proposed_by(session: Session, row: DraftRow) -> Proposal:
    return proposal(session, row.ruleset, row.effective, row.text, row.cases)


def draft_to_change(session: Session, ruleset: str, effective: date, version: int | None) -> DraftRow:
    """Raises `Problem` where it is not of the version that was seen."""
    row = _found(store.draft_to_change(session, ruleset, effective))
    hold_to_version(session, row, version)
    return row


def hold_to_version(session: Session, row: DraftRow, version: int | None) -> None:
    if version is None:
        raise Problem("version-missing", version=row.version)
    if row.version != version:
        by = names_of(session, [row.changed_by]).get(row.changed_by)
        raise Problem("draft-changed", version=row.version, by=by, at=row.changed_at.isoformat())


def note(session: Session, ruleset: str, account_id: int | None, kind: str, at: datetime, **detail: Any) -> None:
    """Puts on record what was done to a ruleset: in its history, and in the audit."""
    told: Mapping[str, Any] = {name: value for name, value in detail.items() if value is not None}
    session.add(EventRow(ruleset=ruleset, at=at, account_id=account_id, kind=kind, detail=orjson.dumps(told).decode()))
    audit.record(session, at, account_id, f"policy.{kind}", about=ruleset, detail=told)


def _found(row: DraftRow | None) -> DraftRow:
    if row is None:
        raise Problem("unknown-draft")
    return row
