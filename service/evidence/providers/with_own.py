"""What the service issued itself, beside another provider: one matter's result is the next one's evidence.

Its own licences are verified like any other. Where one of them is in force, nobody else is asked; otherwise what others have is
put beside what is left of its own, so that a revoked one hides nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy.exc import SQLAlchemyError

from service.evidence.alarms import raise_alarm
from service.evidence.providers.interface import UNAVAILABLE, Provider, Question, Reply, together, unavailable
from service.evidence.providers.statements import ALARMING, IssuerKey, Untrusted, checked, header_of, verified

_logger = logging.getLogger(__name__)


class Own(Protocol):
    """The service as an issuer."""

    code: str

    def tokens(self, asked: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], Sequence[str]]: ...

    def key(self, kid: str) -> IssuerKey | None: ...


class WithOwn:
    def __init__(self, provider: Provider, own: Own) -> None:
        self._provider = provider
        self._own = own
        self.outside = provider.outside

    def ask(self, questions: Sequence[Question], within: float) -> Sequence[Reply]:
        own = self._held(questions)
        others = [each for each in questions if not _in_force(own.get(_key(each)), each)]
        told = iter(self._provider.ask(others, within) if others else ())
        replies = []
        for question in questions:
            held = own.get(_key(question))
            if _in_force(held, question):
                assert held is not None
                replies.append(held)
            else:
                other = next(told)
                replies.append(other if held is None else _beside(held, other))
        return replies

    def close(self) -> None:
        self._provider.close()

    def _held(self, questions: Sequence[Question]) -> Mapping[tuple[str, str], Reply]:
        """What the service issued, as replies to those questions that it can answer."""
        asked = {_key(each): each for each in questions if each.type.kind == "licence"}
        if not asked:
            return {}
        try:
            found = self._own.tokens(asked)
        except SQLAlchemyError as error:
            _logger.error("the service's own licences could not be read: %s", type(error).__name__)
            return dict.fromkeys(asked, unavailable("failed"))
        return {key: together([self._rely_on(each, asked[key]) for each in tokens]) for key, tokens in found.items()}

    def _rely_on(self, token: str, question: Question) -> Reply:
        named: tuple[str, ...] = ()
        try:
            header = header_of(token)
            key = self._own.key(header.kid)
            if key is None:
                raise Untrusted("unknown-key")
            statement = verified(token, key, question)
            named = (statement.named,) if statement.named else ()
            return Reply(checked(statement, header, key, frozenset({self._own.code}), question), None, named)
        except Untrusted as untrusted:
            if untrusted.reason in ALARMING:
                raise_alarm(question.type.id, untrusted.reason)
            return Reply(untrusted.answer, untrusted.reason, named)


def _key(question: Question) -> tuple[str, str]:
    return question.type.id, question.subject


def _in_force(held: Reply | None, question: Question) -> bool:
    """Whether one of them is valid on the day, or cannot be told to be anything."""
    if held is None:
        return False
    answers = held.answer if isinstance(held.answer, list) else [held.answer]
    return held.answer == UNAVAILABLE or any(_valid(each, question.today.isoformat()) for each in answers)


def _valid(answer: Any, day: str) -> bool:
    return isinstance(answer, dict) and answer.get("status") == "valid" and answer.get("valid_until", day) >= day


def _beside(held: Reply, other: Reply) -> Reply:
    """What is left of the service's own, and what others say."""
    if other.answer == UNAVAILABLE:
        return other
    return held if other.answer == "none" else together([held, other])
