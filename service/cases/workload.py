"""What the head of a department sees of its work: load, ages, how much is decided at once, and what sends the rest to a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import orjson

from service.accounts.actions import Caller, deciders_of, names_of
from service.cases import store
from service.cases.clock import working_days
from service.state import Service, day_of

WINDOW = timedelta(days=30)
AGES = (1, 5, 10)
"""Bounds of the ages that are counted apart, in working days."""
_MOST_RECEIPTS = 2_000


@dataclass(frozen=True, slots=True)
class Load:
    """`name`: None for what nobody has taken. Whoever decides in the department is there, without a case too."""

    account_id: int | None
    name: str | None
    cases: int


@dataclass(frozen=True, slots=True)
class SentHere:
    """How many submissions this cause of this ruleset sent to a person."""

    ruleset: str | None
    cause: str
    cases: int


@dataclass(frozen=True, slots=True)
class Workload:
    """`ages`: open cases by the working days since they came. `instant`, `submitted`: submissions of the last thirty days."""

    statuses: Mapping[str, int]
    load: list[Load]
    ages: Mapping[str, int]
    overdue: int
    submitted: int
    instant: int
    sent_here: list[SentHere]


def workload(service: Service, caller: Caller) -> Workload:
    """Of the caller's department."""
    now = service.now()
    today = day_of(now)
    with service.database.reading() as session:
        rows = store.every_open_one(session, caller.department)
        firsts = dict(store.first_statuses(session, caller.department, now - WINDOW))
        receipts = store.first_reviews(session, caller.department, now - WINDOW, _MOST_RECEIPTS)
        held = Counter(assignee for _, assignee, _, _ in rows)
        names = {**deciders_of(session, caller.department or ""), **names_of(session, {each for each in held if each is not None})}
        held.update(dict.fromkeys(names, 0))
    causes: Counter[tuple[str | None, str]] = Counter()
    for body in receipts:
        receipt = orjson.loads(body)
        causes.update((receipt["ruleset"], cause) for cause in receipt["causes"])
    return Workload(
        statuses=Counter(status for status, _, _, _ in rows),
        load=[Load(id_, None if id_ is None else names.get(id_), count) for id_, count in held.most_common()],
        ages=Counter(_age(working_days(day_of(received), today)) for _, _, _, received in rows),
        overdue=sum(due is not None and due < today for _, _, due, _ in rows),
        submitted=sum(firsts.values()),
        instant=firsts.get("approved", 0) + firsts.get("rejected", 0),
        sent_here=[SentHere(ruleset, cause, count) for (ruleset, cause), count in causes.most_common(50)],
    )


def _age(days: int) -> str:
    bound = next((each for each in AGES if days <= each), None)
    return f"over {AGES[-1]}" if bound is None else f"up to {bound}"
