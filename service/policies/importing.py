"""What a new database starts from: the rulesets of a folder of files, as published by nobody.

A ruleset the database knows already is left as it is there: from then on its table says what decides, not the files.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import orjson
from sqlmodel import Session

from engine.ruleset.loading import COMMON, EVIDENCE_FILE
from service.database import Database
from service.policies import store
from service.policies.folders import Texts, cases_of, digest, file_of, sources_of, texts_in
from service.policies.following import Following
from service.policies.tables import ActivationRow, EventRow, LibraryRow, PublishedRow
from service.rulesets import Prepared, Rulesets


def follow(database: Database, folder: Path, rulesets: Rulesets, now: datetime) -> Following:
    """What is in force, when the database has what it does not know yet of the files in `folder`, read as `rulesets`."""
    import_missing(database, folder, rulesets, now)
    following = Following(database, (each for several in rulesets.by_id.values() for each in several))
    renew(database, following, now)
    return following


def import_missing(database: Database, folder: Path, rulesets: Rulesets, now: datetime) -> None:
    """Publishes those of `rulesets`, which were read from `folder`, that the database does not know."""
    with database.reading() as session:
        if rulesets.by_id.keys() <= set(store.rulesets(session)):
            return
    texts = texts_in(folder)
    database.write(lambda session: _import(session, texts, rulesets, now))


def renew(database: Database, following: Following, now: datetime) -> None:
    """Publishes again, under the hash of this version's language and calendar, what is in force under an older one.

    Texts and days stay; receipts go on naming what decided them.
    """
    if otherwise := following.read_otherwise():
        database.write(lambda session: _renew(session, otherwise, now))
        following.refresh()


def _renew(session: Session, otherwise: Mapping[str, Prepared], now: datetime) -> None:
    store.alone(session)
    for row in store.activations(session):
        if row.hash not in otherwise:
            continue
        old, hash_ = store.published(session, row.hash), otherwise[row.hash].compiled.ruleset.hash
        assert old is not None
        if store.published(session, hash_) is None:
            session.add(PublishedRow(**{**old.model_dump(), "hash": hash_, "published_at": now}))
            session.flush()
        told = {"old": row.hash, "new": hash_, "since": row.since.isoformat()}
        session.add(EventRow(ruleset=row.ruleset, at=now, kind="renewed", detail=orjson.dumps(told).decode()))
        state, row.state, row.changed_at = row.state, "withdrawn", now
        session.flush()
        session.add(ActivationRow(
            ruleset=row.ruleset, since=row.since, hash=hash_, shadow=row.shadow, state=state, changed_at=now
        ))  # fmt: skip
    store.next_generation(session)


def _import(session: Session, texts: Texts, rulesets: Rulesets, now: datetime) -> None:
    store.alone(session)
    new = sorted(rulesets.by_id.keys() - set(store.rulesets(session)))
    if not new:
        return  # another process was quicker
    _keep_library(session, texts, now)
    for id_ in new:
        session.add(EventRow(ruleset=id_, at=now, kind="imported"))
        for each in rulesets.by_id[id_]:
            _publish(session, texts, each, now)
    store.next_generation(session)


def _keep_library(session: Session, texts: Texts, now: datetime) -> None:
    there = store.library(session)
    shared = {path: body for path, body in texts.items() if path == EVIDENCE_FILE or path.startswith(f"{COMMON}/")}
    store.keep_texts(session, shared.values())
    rows = (LibraryRow(path=path, digest=digest(body), at=now) for path, body in shared.items())
    session.add_all(row for row in rows if there.get(row.path) != row.digest)


def _publish(session: Session, texts: Texts, prepared: Prepared, now: datetime) -> None:
    ruleset = prepared.compiled.ruleset
    assert ruleset.first_day is not None
    own = file_of(ruleset.id, ruleset.first_day)
    cases = texts.get(cases_of(own))
    sources = {path: texts[path] for path in sources_of(ruleset)}
    store.keep_texts(session, [texts[own], *([cases] if cases is not None else []), *sources.values()])
    session.add(PublishedRow(
        hash=ruleset.hash, ruleset=ruleset.id, effective=ruleset.first_day, resolved_for=prepared.since, text=digest(texts[own]),
        cases=None if cases is None else digest(cases), published_at=now,
        sources=orjson.dumps({path: digest(body) for path, body in sources.items()}).decode(),
    ))  # fmt: skip
    session.flush()
    session.add(ActivationRow(ruleset=ruleset.id, since=prepared.since, hash=ruleset.hash, changed_at=now))
