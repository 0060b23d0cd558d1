"""Reading policies: what there is, what is in force, how it came there, and what a submitted draft would change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar

import orjson

from service.accounts.actions import Caller, names_of
from service.policies import answers, store
from service.policies.differences import changes, text_difference
from service.policies.drafts import hold_to_id, hold_to_writer, proposed_by
from service.policies.folders import cases_of, file_of
from service.policies.following import texts_of
from service.policies.models import (
    Activation,
    Event,
    Figures,
    Policy,
    PolicyList,
    PolicySummary,
    Review,
    Version,
    VersionText,
)
from service.policies.observing import figures_of, joined
from service.policies.proving import look_at
from service.policies.tables import ActivationRow, DraftRow, EventRow, PublishedRow
from service.problems import Language, Problem
from service.rulesets import Rulesets
from service.state import Service, day_of

R = TypeVar("R", PublishedRow, ActivationRow, DraftRow)
_MOST_EVENTS = 200


def policies_of(service: Service, caller: Caller) -> PolicyList:
    """Every ruleset that is published or drafted. Raises `Problem`."""
    hold_to_writer(caller)
    rulesets = service.rulesets.refresh()
    with service.database.reading() as session:
        figures = figures_of(session)
        drafts = store.drafts(session)
        names = names_of(session, {each.changed_by for each in drafts})
        versions, activations = _by_ruleset(store.versions(session)), _by_ruleset(store.activations(session))
    begun = _by_ruleset(drafts)
    return PolicyList(policies=[
        _summary(service, rulesets, id_, versions.get(id_, ()), activations.get(id_, ()), begun.get(id_, ()), names, figures)
        for id_ in sorted(versions.keys() | begun.keys())
    ])  # fmt: skip


def policy_of(service: Service, caller: Caller, ruleset: str) -> Policy:
    """Its versions, the newest first, and what happened to it. Raises `Problem`."""
    hold_to_writer(caller)
    hold_to_id(ruleset)
    rulesets = service.rulesets.refresh()
    with service.database.reading() as session:
        versions = store.versions(session, ruleset)
        drafts = store.drafts(session, ruleset)
        if not versions and not drafts:
            raise Problem("unknown-ruleset")
        activations = store.activations(session, ruleset, withdrawn=True)
        events = store.events(session, ruleset, _MOST_EVENTS)
        people = {each.author_id for each in versions} | {each.reviewer_id for each in versions}
        people |= {each.account_id for each in events} | {each.changed_by for each in drafts}
        names = names_of(session, {each for each in people if each is not None})
        figures = figures_of(session, ruleset)
    summary = _summary(service, rulesets, ruleset, versions, activations, drafts, names, figures)
    return Policy(
        **summary.model_dump(), history=[_event(each, names) for each in events],
        versions=[_version(each, activations, names, figures) for each in reversed(versions)],
    )  # fmt: skip


def version_of(service: Service, caller: Caller, ruleset: str, hash_: str) -> VersionText:
    """The texts of a version, however old. Raises `Problem`."""
    hold_to_writer(caller)
    if not re.fullmatch("sha256:[0-9a-f]{64}", hash_):
        raise Problem("unknown-version")
    with service.database.reading() as session:
        row = store.published(session, hash_)
        if row is None or row.ruleset != ruleset:
            raise Problem("unknown-version")
        texts = texts_of(session, row)
    own = file_of(ruleset, row.effective)
    cases = texts.get(cases_of(own))
    return VersionText(
        hash=hash_, reference=_reference(row), text=texts[own].decode(), cases=None if cases is None else cases.decode(),
        sources={path: body.decode() for path, body in texts.items() if path not in (own, cases_of(own))},
    )  # fmt: skip


def review_of(service: Service, caller: Caller, ruleset: str, effective: date, lang: Language) -> Review:
    """What the draft would change on its day, and what was proved of it. Raises `Problem`."""
    hold_to_writer(caller)
    with service.database.reading() as session:
        row = store.draft(session, ruleset, effective)
        if row is None:
            raise Problem("unknown-draft")
        proposed = proposed_by(session, row)
        activations = store.activations(session, ruleset)
        there = [each for each in activations if not each.shadow and each.since <= effective]
        old = store.published(session, there[-1].hash) if there else None
        texts: Mapping[str, bytes] = texts_of(session, old) if old else {}
        job = store.last_job(session, ruleset, effective, proposed.digest)
        draft = answers.draft(session, row, caller)
    own = file_of(ruleset, old.effective) if old else proposed.path
    before, cases = texts.get(own, b""), texts.get(cases_of(own), b"")
    looked = look_at(proposed, service.catalogue, service.rulesets.current)
    own_hash = row.restores or (looked.checked[-1][1].ruleset.hash if looked.checked else None)
    return Review(
        draft=draft, against=old.hash if old else None, changes=changes(before, row.text),
        text=text_difference(before, row.text, proposed.path), cases=text_difference(cases, row.cases, cases_of(proposed.path)),
        check=answers.checked(looked.findings, lang), job=None if job is None else answers.job(job, lang),
        in_shadow=any(each.shadow and each.hash == own_hash for each in activations),
    )  # fmt: skip


def _by_ruleset(rows: Iterable[R]) -> Mapping[str, Sequence[R]]:
    found: dict[str, list[R]] = {}
    for each in rows:
        found.setdefault(each.ruleset, []).append(each)
    return found


def _summary(
    service: Service, rulesets: Rulesets, id_: str, versions: Sequence[PublishedRow], activations: Sequence[ActivationRow],
    drafts: Sequence[DraftRow], names: Mapping[int, str], figures: Mapping[str, Figures],
) -> PolicySummary:  # fmt: skip
    today = day_of(service.now())
    there = rulesets.on(id_, today)
    begun = rulesets.last_day(id_, today) is not None
    state = "draft" if not versions else "coming" if not begun else "ended" if there is None else \
        "stopped" if there.stopped else "active"
    shadow = next((each.hash for each in activations if each.shadow and each.state == "active"), None)
    return PolicySummary(
        ruleset=id_, title=there.compiled.ruleset.title if there else None, state=state,
        in_force=there.compiled.ruleset.hash if there else None, since=there.since if there else None, shadow=shadow,
        situations=[each.id for each in service.catalogue.situations.values() if each.ruleset == id_],
        drafts=answers.draft_summaries(drafts, names),
        figures=joined([figures[each.hash] for each in versions if each.hash in figures]),
    )  # fmt: skip


def _version(
    row: PublishedRow, activations: Sequence[ActivationRow], names: Mapping[int, str], figures: Mapping[str, Figures]
) -> Version:
    return Version(
        hash=row.hash, reference=_reference(row), effective=row.effective, author=_name(names, row.author_id),
        reviewer=_name(names, row.reviewer_id), reason=row.reason, published_at=row.published_at,
        since=[
            Activation(since=each.since, state=each.state, shadow=each.shadow) for each in activations if each.hash == row.hash
        ],
        figures=figures.get(row.hash, Figures()),
    )  # fmt: skip


def _event(row: EventRow, names: Mapping[int, str]) -> Event:
    return Event(at=row.at, by=_name(names, row.account_id), kind=row.kind, detail=orjson.loads(row.detail))


def _name(names: Mapping[int, str], id_: int | None) -> str | None:
    return None if id_ is None else names.get(id_)


def _reference(row: PublishedRow) -> str:
    return f"{row.ruleset}/{row.effective}"

