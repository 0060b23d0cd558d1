"""The hall's pages for finding: the start, the list of matters with its filters, a matter, and the guide to a situation."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import Annotated, cast
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Response

from engine.catalogue import Audience, Catalogue, LifeEvent, Matter, find_matters, follow
from service.accounts.people import people
from service.cases.actions import held as held_by
from service.catalogue.wording import EVENT_ICONS, NO_ICON, WAYS
from service.problems import Language, Problem
from service.state import day_of
from service.web.forms import Posted
from service.web.page import Here, Page, said
from service.web.translation import mark

router = APIRouter(include_in_schema=False)
PER_PAGE = 20
_LONGEST = 100
_SHOWN_AT_START = 9
_Text = Annotated[str, Query(max_length=_LONGEST)]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for; empty texts ask for nothing."""

    query: str = ""
    department: str = ""
    life_event: str = ""
    audience: str = ""
    instant: bool = False

    def found(self, catalogue: Catalogue, lang: Language) -> tuple[Matter, ...]:
        """By the catalogue's own words, and on an English page by their English before."""
        audience = cast(Audience, self.audience) if self.audience in ("person", "organisation") else None

        def finding(query: str) -> tuple[Matter, ...]:
            return find_matters(
                catalogue, query, self.department or None, self.life_event or None, audience, True if self.instant else None
            )

        words = self.query.casefold().split()
        english = [each for each in finding("") if _is_in_english(each, words)] if lang == "en" and words else []
        return (*english, *(each for each in finding(self.query) if each not in english))

    def address(self, page: int = 1, **changed: str) -> str:
        """The list for this with something changed."""
        asked = {"query": self.query, "department": self.department, "life_event": self.life_event, "audience": self.audience,
                 "instant": "yes" if self.instant else "", "page": str(page) if page > 1 else "", **changed}  # fmt: skip
        written = urlencode({name: value for name, value in asked.items() if value})
        return f"/matters?{written}" if written else "/matters"

    @property
    def filters(self) -> int:
        """How many of the filters are set, the words aside."""
        return sum(map(bool, (self.department, self.life_event, self.audience, self.instant)))


@dataclass(frozen=True, slots=True)
class Branch:
    """A life event with those below it. `count`: matters that belong to any of them."""

    event: LifeEvent
    icon_name: str
    count: int
    below: tuple[Branch, ...]


@router.get("/")
def start(page: Here) -> Response:
    catalogue = page.service.catalogue
    matters = list(catalogue.matters.values())
    instant = [each for each in matters if each.instant]
    return page.show(
        "catalogue/start.html",
        person=_branches(catalogue, "person"), organisation=_branches(catalogue, "organisation"),
        instant=instant[:_SHOWN_AT_START], instant_count=len(instant), matter_count=len(matters),
        situation_count=len(catalogue.situations), departments=catalogue.departments, people=people(page.service),
    )  # fmt: skip


@router.get("/matters")
def matters(
    page: Here, query: _Text = "", department: _Text = "", life_event: _Text = "", audience: _Text = "", instant: _Text = "",
    number: Annotated[int, Query(ge=1, le=1000, alias="page")] = 1,
) -> Response:  # fmt: skip
    """Without scripts the form is sent by its button; with them the list follows what is typed."""
    catalogue = page.service.catalogue
    asked = Asked(query.strip(), department, life_event, audience, bool(instant))
    found = asked.found(catalogue, page.lang)
    last = max(1, -(-len(found) // PER_PAGE))
    number = min(number, last)
    return page.show(
        "catalogue/_found.html" if page.part_only else "catalogue/matters.html",
        asked=asked, count=len(found), found=found[(number - 1) * PER_PAGE : number * PER_PAGE], number=number, last=last,
        departments=catalogue.departments, events=catalogue.life_events,
        trees={"person": _branches(catalogue, "person"), "organisation": _branches(catalogue, "organisation")},
        by_department=Counter(each.department for each in catalogue.matters.values()),
    )  # fmt: skip


@router.get("/matters/{matter}")
def matter(matter: str, page: Here) -> Response:
    catalogue = page.service.catalogue
    found = _matter(page, matter)
    return page.show(
        "catalogue/matter.html", matter=found, department=catalogue.departments[found.department],
        events=[catalogue.life_events[each] for each in found.life_events], question=next(iter(found.questions), None),
    )  # fmt: skip


@router.get("/matters/{matter}/questions")
def questions(matter: str, page: Here) -> Response:
    return _asked(page, _matter(page, matter), {})


@router.post("/matters/{matter}/questions")
def answer(matter: str, page: Here, fields: Posted) -> Response:
    """Fields: `answer.<question>`, the number of the answer to each; `change`, a question to ask again."""
    given = {key.removeprefix("answer."): int(value) for key, value in fields.below("answer.") if value.isdecimal() and value.isascii()}
    given.pop(fields.get("change"), None)
    return _asked(page, _matter(page, matter), given)


def _asked(page: Page, matter: Matter, given: dict[str, int]) -> Response:
    """The next question, or on to the situation that the answers lead to."""
    path = follow(matter.questions, given)
    if path.situation is not None:
        return page.go(f"/situations/{path.situation}", mark("按您的回答，这是适合您的情形。"))
    if path.asked is None:
        return page.go(f"/matters/{matter.id}")
    return page.show("catalogue/questions.html", matter=matter, question=path.asked, given=path.given, answers=given)


def _matter(page: Page, id_: str) -> Matter:
    found = page.service.catalogue.matters.get(id_)
    if found is None:
        raise Problem("unknown-matter")
    return found


@router.get("/situations/{situation}")
def guide(situation: str, page: Here, held: _Text = "") -> Response:
    """Who may apply, what is needed and where it comes from, by which conditions it is decided, and what it gives.

    `held`: the person asks to see which of the licences they have; that looks them up, and so goes on record.
    """
    catalogue = page.service.catalogue
    here = page.service.situation(situation)
    matter = catalogue.matters[here.matter]
    prepared = page.service.rulesets.on(here.ruleset, day_of(page.service.now())) if here.ruleset else None
    return page.show(
        "catalogue/guide.html", situation=here, matter=matter, department=catalogue.departments[matter.department],
        ruleset=prepared.compiled.ruleset if prepared else None, ways=WAYS,
        held=held_by(page.service, here.id, page.person) if held and prepared else None,
    )  # fmt: skip


def _is_in_english(matter: Matter, words: list[str]) -> bool:
    """Whether every word begins one of the English words that the matter and its situations are called by."""
    names = (matter.name, matter.eligibility or "", *(each.name for each in matter.situations))
    known = [word for name in names for word in _english(name)]
    return all(any(each.startswith(word) for each in known) for word in words)


@cache
def _english(text: str) -> tuple[str, ...]:
    """The words that one of the catalogue's texts has in English."""
    return tuple(re.findall(r"\w+", said(text, "en").casefold()))


def _branches(catalogue: Catalogue, audience: str) -> tuple[Branch, ...]:
    events = [each for each in catalogue.life_events.values() if each.audience == audience]
    belongs = {each.id: {matter.id for matter in catalogue.matters.values() if each.id in matter.life_events} for each in events}

    def branch(event: LifeEvent) -> tuple[Branch, set[str]]:
        below = [branch(each) for each in events if each.parent == event.id]
        whole = set(belongs[event.id]).union(*(ids for _, ids in below))
        return Branch(event, EVENT_ICONS.get(event.id, NO_ICON), len(whole), tuple(each for each, _ in below)), whole

    return tuple(branch(each)[0] for each in events if each.parent is None)

