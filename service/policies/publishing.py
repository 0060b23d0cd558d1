"""A draft on its way into force: submitted when all is proved that can be, published by somebody who had no hand in it.

What changes what is in force holds every decision off until it has committed, and raises the generation that decisions
are kept by. So each decision is made by what is in force at its moment, in every process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import TypeVar

import orjson
from sqlmodel import Session

from engine.assurance.running import CaseReport
from service.accounts.actions import Caller, persons_of
from service.policies import answers, store
from service.policies.drafts import draft_to_change, hold_to_id, hold_to_writer, note, proposed_by
from service.policies.folders import cases_of, digest, sources_of
from service.policies.jobs import proved_at_once, shown
from service.policies.models import Draft, Publication, RollBack
from service.policies.proving import Looked, Proposal, look_at
from service.policies.tables import ActivationRow, DraftRow, PublishedRow
from service.problems import Language, Problem
from service.state import Service, day_of

T = TypeVar("T")


def submit(
    service: Service, caller: Caller, ruleset: str, effective: date, version: int | None, reason: str | None, lang: Language
) -> Draft:
    """Hands a draft to a second person. Raises `Problem` with what stands in the way."""
    hold_to_writer(caller)
    with service.database.reading() as session:
        seen = store.draft(session, ruleset, effective)
        if seen is None:
            raise Problem("unknown-draft")
        proposed = proposed_by(session, seen)
        proved = store.proved(session, proposed.digest)
    if seen.state != "draft":
        raise Problem("draft-submitted")
    _hold_to_future(service, effective)
    looked = look_at(proposed, service.catalogue, service.rulesets.current)
    if not looked.right:
        raise Problem("policy-refused", findings=[each.model_dump() for each in answers.checked(looked.findings, lang).findings])
    report = None if proved else _hold_to_cases(proposed)
    if not (reason or "").strip():
        raise Problem("reason-missing")
    now = service.now()

    def work(session: Session) -> Draft:
        row = draft_to_change(session, ruleset, effective, version)
        if row.version != seen.version or row.state != "draft":
            raise Problem("draft-changed", version=row.version)
        row.state, row.reason, row.remark, row.changed_by, row.changed_at = "submitted", reason, None, caller.id, now
        row.version += 1
        store.add_writer(session, ruleset, effective, caller.id)
        if report is not None:
            proved_at_once(session, row, caller.id, service, report)
        note(session, ruleset, caller.id, "submitted", now, effective=effective.isoformat(), reason=reason)
        session.flush()
        return answers.draft(session, row, caller)

    return service.database.write(work)


def send_back(service: Service, caller: Caller, ruleset: str, effective: date, version: int | None, remark: str) -> Draft:
    """Gives a submitted draft back to its writers; whoever does so has no hand in it by that. Raises `Problem`."""
    hold_to_writer(caller)
    now = service.now()

    def work(session: Session) -> Draft:
        row = draft_to_change(session, ruleset, effective, version)
        if row.state != "submitted":
            raise Problem("draft-not-submitted")
        row.state, row.restores, row.remark, row.changed_by, row.changed_at = "draft", None, remark, caller.id, now
        row.version += 1
        note(session, ruleset, caller.id, "sent-back", now, effective=effective.isoformat(), reason=remark)
        session.flush()
        return answers.draft(session, row, caller)

    return service.database.write(work)


def roll_back(service: Service, caller: Caller, ruleset: str, given: RollBack) -> Draft:
    """Asks that an older version decide again from a day on; a second person publishes it. Raises `Problem`."""
    hold_to_writer(caller)
    _hold_to_future(service, given.effective)
    now = service.now()

    def work(session: Session) -> Draft:
        old = store.published(session, given.hash)
        if old is None or old.ruleset != ruleset:
            raise Problem("unknown-version")
        bodies = store.texts(session, {old.text, *([old.cases] if old.cases else [])})
        row = store.draft_to_change(session, ruleset, given.effective)
        if row is not None and row.state != "published":
            raise Problem("draft-changed", version=row.version)
        store.forget_writers(session, ruleset, given.effective)
        row = row or DraftRow(
            ruleset=ruleset, effective=given.effective, version=0, text=b"", cases=b"", changed_by=caller.id, changed_at=now
        )
        row.text, row.cases = bodies[old.text], bodies[old.cases] if old.cases else b""
        row.restores, row.reason, row.remark, row.state = old.hash, given.reason, None, "submitted"
        row.changed_by, row.changed_at = caller.id, now
        row.version += 1
        session.add(row)
        session.flush()
        store.add_writer(session, ruleset, given.effective, caller.id)
        note(session, ruleset, caller.id, "roll-back-asked", now, effective=given.effective.isoformat(), hash=old.hash,
             reason=given.reason)
        session.flush()
        return answers.draft(session, row, caller)

    return service.database.write(work)


def publish(
    service: Service, caller: Caller, ruleset: str, effective: date, version: int | None, given: Publication
) -> Draft:
    """Puts a submitted draft into force from its day on, or beside what is in force from today. Raises `Problem`."""
    hold_to_writer(caller)
    _hold_to_future(service, effective)
    with service.database.reading() as session:
        seen = store.draft(session, ruleset, effective)
        if seen is None:
            raise Problem("unknown-draft")
        proposed = proposed_by(session, seen)
    looked = Looked((), ()) if seen.restores else look_at(proposed, service.catalogue, service.rulesets.current)
    now = service.now()

    def work(session: Session) -> Draft:
        store.alone(session)
        row = draft_to_change(session, ruleset, effective, version)
        if row.state != "submitted":
            raise Problem("draft-not-submitted")
        if caller.person in persons_of(session, store.writers(session, ruleset, effective)):
            raise Problem("own-draft")
        if row.version != seen.version or proposed_by(session, row).digest != proposed.digest or not looked.right:
            raise Problem("draft-changed", version=row.version)  # or what it is read with has
        days = [(effective, row.restores)] if row.restores else [(day, each.ruleset.hash) for day, each in looked.checked]
        if given.shadow and any(each.shadow and each.hash == days[-1][1] for each in store.activations(session, ruleset)):
            raise Problem("nothing-to-change")  # it answers already
        if not row.restores:
            _keep(session, row, proposed, looked, caller, now)
        if given.shadow:
            _put(session, ruleset, [(day_of(now), days[-1][1])], now, shadow=True)
        else:
            _put(session, ruleset, days, now)
            _end_shadow(session, ruleset, {hash_ for _, hash_ in days}, now)
            row.state, row.changed_by, row.changed_at = "published", caller.id, now
            row.version += 1
        kind = "shadowed" if given.shadow else "rolled-back" if row.restores else "published"
        hashes = [hash_ for _, hash_ in days]
        note(session, ruleset, caller.id, kind, now, effective=effective.isoformat(), hashes=hashes, reason=row.reason)
        store.next_generation(session)
        session.flush()
        return answers.draft(session, row, caller)

    return _changed(service, work)


def stop(service: Service, caller: Caller, ruleset: str, reason: str) -> None:
    """From now on a person decides whatever the ruleset would have. Raises `Problem`."""
    _switch(service, caller, ruleset, "active", "stopped", reason)


def resume(service: Service, caller: Caller, ruleset: str, reason: str) -> None:
    """Raises `Problem`."""
    _switch(service, caller, ruleset, "stopped", "active", reason)


def end_shadow(service: Service, caller: Caller, ruleset: str) -> None:
    """Raises `Problem`."""
    hold_to_writer(caller)
    now = service.now()

    def work(session: Session) -> None:
        store.alone(session)
        if not _end_shadow(session, ruleset, None, now):
            raise Problem("nothing-to-change")
        note(session, ruleset, caller.id, "shadow-ended", now)
        store.next_generation(session)

    _changed(service, work)


def withdraw(service: Service, caller: Caller, ruleset: str, since: date, reason: str) -> None:
    """Takes back what is published but has not begun yet; what was in force before stays so. Raises `Problem`."""
    hold_to_writer(caller)
    now = service.now()

    def work(session: Session) -> None:
        store.alone(session)
        rows = [each for each in store.activations(session, ruleset) if each.since == since and not each.shadow]
        if not rows or since <= day_of(now):
            raise Problem("nothing-to-change")
        _become(session, rows, "withdrawn", now)
        note(session, ruleset, caller.id, "withdrawn", now, since=since.isoformat(), hash=rows[0].hash, reason=reason)
        store.next_generation(session)

    _changed(service, work)


def _switch(service: Service, caller: Caller, ruleset: str, before: str, after: str, reason: str) -> None:
    hold_to_writer(caller)
    hold_to_id(ruleset)
    now = service.now()

    def work(session: Session) -> None:
        store.alone(session)
        rows = [each for each in store.activations(session, ruleset) if not each.shadow]
        if not rows:
            raise Problem("unknown-ruleset")
        if not (found := [each for each in rows if each.state == before]):
            raise Problem("nothing-to-change")
        _become(session, found, after, now)
        kind = "stopped" if after == "stopped" else "resumed"
        note(session, ruleset, caller.id, kind, now, reason=reason, hashes=[each.hash for each in found])
        store.next_generation(session)

    _changed(service, work)


def _changed(service: Service, work: Callable[[Session], T]) -> T:
    try:
        return service.database.write(work)
    finally:
        service.rulesets.refresh()


def _keep(session: Session, row: DraftRow, proposed: Proposal, looked: Looked, reviewer: Caller, now: datetime) -> None:
    """The published rows, one for each day on which a fragment changes; those that are there already stay as they are."""
    texts = proposed.texts
    cases = texts.get(cases_of(proposed.path))
    for day, each in looked.checked:
        if store.published(session, each.ruleset.hash) is not None:
            continue
        sources = {path: texts[path] for path in sources_of(each.ruleset)}
        store.keep_texts(session, [row.text, *([cases] if cases is not None else []), *sources.values()])
        session.add(PublishedRow(
            hash=each.ruleset.hash, ruleset=row.ruleset, effective=row.effective, resolved_for=day, text=digest(row.text),
            cases=None if cases is None else digest(cases), author_id=row.changed_by, reviewer_id=reviewer.id, reason=row.reason,
            sources=orjson.dumps({path: digest(body) for path, body in sources.items()}).decode(), published_at=now,
        ))  # fmt: skip
    session.flush()


def _put(session: Session, ruleset: str, days: Iterable[tuple[date, str]], now: datetime, shadow: bool = False) -> None:
    """Into force from these days on, in place of what would have begun on just the same."""
    days = list(days)
    there = [each for each in store.activations(session, ruleset) if each.shadow == shadow]
    _become(session, [each for each in there if shadow or each.since in dict(days)], "withdrawn", now)
    session.flush()
    session.add_all(ActivationRow(ruleset=ruleset, since=day, hash=hash_, shadow=shadow, changed_at=now) for day, hash_ in days)


def _end_shadow(session: Session, ruleset: str, hashes: set[str] | None, now: datetime) -> bool:
    """Of these, or of all."""
    rows = [each for each in store.activations(session, ruleset) if each.shadow and (hashes is None or each.hash in hashes)]
    _become(session, rows, "withdrawn", now)
    return bool(rows)


def _become(session: Session, rows: Iterable[ActivationRow], state: str, now: datetime) -> None:
    for each in rows:
        each.state, each.changed_at = state, now
        session.add(each)


def _hold_to_future(service: Service, effective: date) -> None:
    if effective < day_of(service.now()):
        raise Problem("effective-past")


def _hold_to_cases(proposed: Proposal) -> CaseReport:
    """Raises `Problem` with the cases that fail, or what none of them shows."""
    found = shown(proposed)
    if not isinstance(found, CaseReport):
        raise Problem("policy-refused")
    if not found.passed:
        raise Problem("cases-failed", cases=[each.as_json() for each in found.cases if not each.passed])
    if not found.covered:
        raise Problem("coverage-missing", coverage=[each.as_json() for each in found.coverage])
    return found
