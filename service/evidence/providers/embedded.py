"""The embedded provider: licences and register entries in the service's own database. They carry no signature."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from engine.decision.strict_json import read_json
from service.database import Database
from service.evidence import store
from service.evidence.providers.interface import Question, Reply, unavailable
from service.evidence.watched import watch

_logger = logging.getLogger(__name__)


class EmbeddedProvider:
    outside = False

    def __init__(self, database: Database) -> None:
        self._database = database

    def ask(self, questions: Sequence[Question], within: float) -> Sequence[Reply]:
        with self._database.reading() as session:
            return [_timed(session, each) for each in questions]

    def close(self) -> None:
        """The database is closed by whoever opened it."""


def _timed(session: Session, question: Question) -> Reply:
    began = time.perf_counter()
    reply = _answer(session, question)
    watch(question.type.id, reply, time.perf_counter() - began)
    return reply


def _answer(session: Session, question: Question) -> Reply:
    try:
        if question.type.kind == "licence":
            return _licences(session, question.type.id, question.subject)
        return _register(session, question.type.id, question.subject, question.today)
    except (SQLAlchemyError, ValueError) as error:
        _logger.error("evidence %s could not be fetched: %s", question.type.id, type(error).__name__)
        return unavailable("failed")


def _licences(session: Session, type_: str, holder: str) -> Reply:
    rows = store.licences(session, type_, holder)
    found: list[dict[str, Any]] = [
        {
            **read_json(each.attributes),
            "holder": each.holder,
            "status": each.status,
            "issued_on": each.issued_on.isoformat(),
            **({"valid_until": each.valid_until.isoformat()} if each.valid_until else {}),
        }
        for each in rows
    ]
    return Reply("none" if not found else found[0] if len(found) == 1 else found)


def _register(session: Session, check: str, subject: str, today: date) -> Reply:
    entry = store.register_entry(session, check, subject)
    if entry is None:
        return Reply("none")
    if entry.silent:
        return unavailable("down")
    return Reply({**read_json(entry.attributes), "holder": subject, "issued_on": today.isoformat()})
