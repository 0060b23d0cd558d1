"""Finds matters as people ask for them: by words, department, life event, audience, and whether they are instant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.catalogue.model import Audience, Catalogue, Matter, Searched, as_searched
from engine.catalogue.sounds import is_pinyin
from engine.catalogue.synonyms import others


@dataclass(frozen=True, slots=True)
class Word:
    """One that is looked for. `others`: what means the same."""

    text: str
    others: tuple[str, ...]
    may_be_pinyin: bool

    @classmethod
    def of(cls, text: str) -> Word:
        return cls(text, tuple(others(text)), is_pinyin(text))


def find_matters(
    catalogue: Catalogue,
    query: str = "",
    department: str | None = None,
    life_event: str | None = None,
    audience: Audience | None = None,
    instant: bool | None = None,
) -> tuple[Matter, ...]:
    """The matters that meet everything asked: by how well the query's words fit, else in file order.

    A life event stands for those below it too. A word fits where it is part of what is searched, or a keyword or name
    is part of it, so that `老人补贴怎么领` is answered; a word that means the same counts half; letters may be pinyin or its initials.
    An unknown id finds nothing.
    """
    events = set(_below(catalogue, life_event)) if life_event else None
    words = [Word.of(each) for each in re.findall(r"\w+", as_searched(query))]
    if query.strip() and not words:
        return ()
    scored = [
        (score, matter)
        for matter in catalogue.matters.values()
        if (department is None or matter.department == department)
        and (events is None or not events.isdisjoint(matter.life_events))
        and (audience is None or audience in matter.audience)
        and (instant is None or matter.instant == instant)
        and (score := _fit(words, matter.id, catalogue)) is not None
    ]
    return tuple(matter for _, matter in sorted(scored, key=lambda each: -each[0]))


def _below(catalogue: Catalogue, event: str) -> Iterator[str]:
    yield event
    for each in catalogue.life_events.values():
        if each.parent == event:
            yield from _below(catalogue, each.id)


def _fit(words: list[Word], matter: str, catalogue: Catalogue) -> int | None:
    """None if some word fits nowhere."""
    searched = catalogue.searched[matter]
    total = 0
    for word in words:
        score = _as_written(word.text, searched) or max((_as_written(each, searched) // 2 for each in word.others), default=0)
        if not score and word.may_be_pinyin:
            name, *keywords = catalogue.sounds[matter]
            score = 3 * name.fits(word.text) or 2 * any(each.fits(word.text) for each in keywords)
        if not score:
            return None
        total += score
    return total


def _as_written(word: str, searched: Searched) -> int:
    score = 16 * (word == searched.name) + 8 * (word in searched.name or searched.name in word)
    score += sum(4 for each in searched.keywords if word in each or (len(each) > 1 and each in word))
    return score + (word in searched.rest)
