"""Questions that lead to the right situation of a matter: declared beside the situations, answered one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """`situation`: where it leads; or `next`, a question that stands further down. One of the two."""

    say: str
    situation: str | None = None
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    ask: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """As far as answers lead: those that were given, in order, and then either what is asked next or the situation."""

    given: tuple[tuple[Question, Answer], ...]
    asked: Question | None
    situation: str | None


def follow(questions: tuple[Question, ...], given: Mapping[str, int]) -> Path:
    """From the first question on, by the number of the answer to each. What answers nothing that is asked is passed over: it was given
    before an earlier answer was changed.
    """
    by_id = {each.id: each for each in questions}
    asked, path = questions[0] if questions else None, []
    while asked is not None and 0 <= given.get(asked.id, -1) < len(asked.answers):
        answer = asked.answers[given[asked.id]]
        path.append((asked, answer))
        if answer.next is None:
            return Path(tuple(path), None, answer.situation)
        asked = by_id[answer.next]
    return Path(tuple(path), asked, None)
