"""The embedded provider: licences and register entries in the service's own database. They carry no signature."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from engine.decision.strict_json import read_json
from service.database import Database
from service.evidence import store
from service.evidence.providers.interface import Question, Reply, unavailable
from service.evidence.store import Entry, Licence
from service.evidence.watched import watch

_logger = logging.getLogger(__name__)
_Key = tuple[str, str]
"""What type of evidence, about whom."""


class EmbeddedProvider:
    outside = False

    def __init__(self, database: Database) -> None:
        self._database = database

    def ask(self, questions: Sequence[Question], within: float) -> Sequence[Reply]:
        """All questions by one statement for licences and one for registers."""
        began = time.perf_counter()
        try:
            licences, entries = self._found(questions)
            replies = [_reply(each, licences, entries) for each in questions]
        except SQLAlchemyError as error:
            _logger.error("evidence could not be fetched: %s", type(error).__name__)
            replies = [unavailable("failed")] * len(questions)
        taken = time.perf_counter() - began
        for question, reply in zip(questions, replies, strict=True):
            watch(question.type.id, reply, taken)
        return replies

    def close(self) -> None:
        """The database is closed by whoever opened it."""

    def _found(self, questions: Sequence[Question]) -> tuple[Mapping[_Key, Sequence[Licence]], Mapping[_Key, Entry]]:
        licences: dict[_Key, list[Licence]] = {}
        entries: dict[_Key, Entry] = {}
        of_licences = [each for each in questions if each.type.kind == "licence"]
        of_registers = [each for each in questions if each.type.kind != "licence"]
        if of_licences:
            for each in store.licences(self._database, *_asked(of_licences)):
                licences.setdefault((each.type, each.holder), []).append(each)
        if of_registers:
            for entry in store.register_entries(self._database, *_asked(of_registers)):
                entries[entry.check, entry.subject] = entry
        return licences, entries


def _asked(questions: Sequence[Question]) -> tuple[set[str], set[str]]:
    return {each.type.id for each in questions}, {each.subject for each in questions}


def _reply(question: Question, licences: Mapping[_Key, Sequence[Licence]], entries: Mapping[_Key, Entry]) -> Reply:
    key = question.type.id, question.subject
    try:
        if question.type.kind == "licence":
            return _licences(licences.get(key, ()))
        return _register(entries.get(key), question)
    except ValueError as error:
        _logger.error("evidence %s could not be read: %s", question.type.id, type(error).__name__)
        return unavailable("failed")


def _licences(held: Sequence[Licence]) -> Reply:
    found: list[dict[str, Any]] = [
        {
            **read_json(each.attributes),
            "holder": each.holder,
            "status": each.status,
            "issued_on": each.issued_on.isoformat(),
            **({"valid_until": each.valid_until.isoformat()} if each.valid_until else {}),
        }
        for each in held
    ]
    return Reply("none" if not found else found[0] if len(found) == 1 else found)


def _register(entry: Entry | None, question: Question) -> Reply:
    if entry is None:
        return Reply("none")
    if entry.silent:
        return unavailable("down")
    return Reply({**read_json(entry.attributes), "holder": question.subject, "issued_on": question.today.isoformat()})
