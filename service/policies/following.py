"""What is in force, followed without a restart: the prepared rulesets as the database's table of activations has them.

Each is compiled once and kept by its hash. A process looks at most every `LOOK` seconds whether the table was changed by
another; and whoever keeps a decision asks in the same transaction whether it was, so that no decision rests on what is no
longer in force.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from threading import Lock

import orjson
from prometheus_client import Counter
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from engine.decision.decide import compile_ruleset
from engine.decision.receipt import ReceiptWriter
from engine.ruleset.checking import check_ruleset
from engine.ruleset.findings import Refused
from engine.ruleset.loading import load
from service.database import Database
from service.operation.alarms import engine_alarm
from service.policies import store
from service.policies.folders import cases_of, digest, file_of, written
from service.policies.tables import ActivationRow, PublishedRow
from service.protection.keyring import Undecipherable
from service.rulesets import Prepared, Rulesets

LOOK = 0.5
_logger = logging.getLogger(__name__)
_unreadable = Counter("miaopi_policies_unreadable", "Published rulesets that this version of the engine cannot read", ["ruleset"])


class Tampered(Exception):
    """A text is not the one that was published."""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A guard: what is in force has not been changed since."""

    generation: int

    def holds(self, connection: Connection) -> bool:
        return store.held_generation(connection) == self.generation


class Following:
    """Answers as `Rulesets` does, by the table as it is. `known`: prepared already, by hash."""

    def __init__(self, database: Database, known: Iterable[Prepared]) -> None:
        self.database = database
        self._known = {each.compiled.ruleset.hash: each for each in known}
        self._current = Rulesets({}, -1)
        self._looked = 0.0
        self._lock = Lock()
        self.refresh()

    @property
    def current(self) -> Rulesets:
        """All of one moment, not longer ago than `LOOK` seconds."""
        if time.monotonic() - self._looked > LOOK and self._lock.acquire(blocking=False):
            try:
                self._refresh()
            except SQLAlchemyError as error:  # whoever keeps a decision will notice
                _logger.error("what is in force could not be looked up: %s", type(error).__name__)
                self._looked = time.monotonic()
            finally:
                self._lock.release()
        return self._current

    def refresh(self) -> Rulesets:
        """All as it is now."""
        with self._lock:
            self._refresh()
        return self._current

    def on(self, id_: str, day: date) -> Prepared | None:
        return self.current.on(id_, day)

    def last_day(self, id_: str, day: date) -> date | None:
        return self.current.last_day(id_, day)

    def first_day(self, id_: str) -> date:
        return self.current.first_day(id_)

    def read_otherwise(self) -> Mapping[str, Prepared]:
        """What is in force and has another hash now than the one it was published by, which it stands under here."""
        current = self.refresh()
        there = [each for several in (*current.by_id.values(), *current.shadows.values()) for each in several]
        hashes = {each.compiled.ruleset.hash for each in there}
        return {name: each for name, each in self._known.items() if each.compiled.ruleset.hash in hashes - {name}}

    def by_hash(self, hash_: str | None) -> Prepared | None:
        """Any that was ever published."""
        if hash_ is None or hash_ in self._known:
            return None if hash_ is None else self._known[hash_]
        with self.database.reading() as session:
            row = store.published(session, hash_)
            return None if row is None else self._prepared(session, row)

    def _refresh(self) -> None:
        with self.database.reading() as session:
            generation = store.generation(session)
            if generation != self._current.generation:
                self._current = self._read(session, generation)
        self._looked = time.monotonic()

    def _read(self, session: Session, generation: int) -> Rulesets:
        deciding: dict[str, tuple[Prepared, ...]] = {}
        shadows: dict[str, tuple[Prepared, ...]] = {}
        rows = store.activations(session)
        new = {each.hash: each for each in store.published_among(session, {each.hash for each in rows} - self._known.keys())}
        for row in rows:
            into = shadows if row.shadow else deciding
            before = into.get(row.ruleset, ())
            found = self._activated(session, row, new.get(row.hash), generation, before)
            if found is not None:
                into[row.ruleset] = (*before, found)
        return Rulesets(deciding, generation, shadows)

    def _activated(
        self, session: Session, row: ActivationRow, new: PublishedRow | None, generation: int, before: tuple[Prepared, ...]
    ) -> Prepared | None:
        """What cannot be read stops the ruleset: a person decides, by what was in force `before`."""
        try:
            found = self._known[row.hash] if new is None else self._prepared(session, new)
            return replace(found, since=row.since, stopped=row.state == "stopped", generation=generation)
        except (Refused, Tampered) as error:
            why = error.findings[0].code if isinstance(error, Refused) else "tampered"
            _logger.error("ALARM: published ruleset %s %s cannot be read: %s", row.ruleset, row.hash, why)
            _unreadable.labels(row.ruleset).inc()
            if row.shadow or not before:
                return None
            return replace(before[-1], since=row.since, stopped=True, generation=generation)

    def _prepared(self, session: Session, row: PublishedRow) -> Prepared:
        if row.hash not in self._known:
            self._known[row.hash] = prepared_from(row, texts_of(session, row))
        return self._known[row.hash]


def texts_of(session: Session, row: PublishedRow) -> Mapping[str, bytes]:
    """Everything a published ruleset was read with, its cases too. Raises `Tampered`."""
    own = file_of(row.ruleset, row.effective)
    wanted: dict[str, str] = {**orjson.loads(row.sources), own: row.text}
    if row.cases is not None:
        wanted[cases_of(own)] = row.cases
    try:
        bodies = store.texts(session, set(wanted.values()))
    except Undecipherable:
        raise Tampered(row.hash) from None
    if any(digest(bodies.get(name, b"")) != name for name in wanted.values()):
        raise Tampered(row.hash)
    return {path: bodies[name] for path, name in wanted.items()}


def prepared_from(row: PublishedRow, texts: Mapping[str, bytes]) -> Prepared:
    """Compiled anew from what is kept. Raises `Refused`."""
    with written(texts) as folder:
        compiled = compile_ruleset(check_ruleset(load(folder / file_of(row.ruleset, row.effective), row.resolved_for)), engine_alarm)
    if compiled.ruleset.hash != row.hash:  # by another version of the language or of the calendar
        _logger.warning("published ruleset %s %s is read as %s now", row.ruleset, row.hash, compiled.ruleset.hash)
    return Prepared(row.resolved_for, compiled, ReceiptWriter(compiled))
