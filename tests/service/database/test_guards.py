"""Rows that rest on something are kept where it still holds, in their very transaction, and not otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from threading import Event

import pytest
from sqlalchemy import URL, Connection, func
from sqlmodel import Session, select

from service.cases.tables import CaseCounterRow
from service.database import Conflict, Database, Overtaken, open_database
from service.database.sqlite import Sqlite
from service.policies.following import Unchanged
from service.policies.store import next_generation
from tests.service.rows import select as rows

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def opened(database: URL) -> Iterator[Database]:
    found = open_database(database)
    yield found
    found.close()


@dataclass(frozen=True)
class AtMost:
    """So many rows are there already."""

    count: int
    asked: list[int] = field(default_factory=list, compare=False)

    def holds(self, connection: Connection) -> bool:
        found = connection.execute(select(func.count()).select_from(CaseCounterRow)).scalar_one()
        self.asked.append(found)
        return found <= self.count


def counter(day: int) -> CaseCounterRow:
    return CaseCounterRow(day=date(2026, 1, day), last=day)


def kept(database: URL) -> list[int]:
    return [last for (last,) in rows(database, "SELECT last FROM case_counter ORDER BY day")]


def test_where_the_guard_does_not_hold_nothing_is_kept(opened: Database, database: URL) -> None:
    opened.insert([counter(1)], AtMost(0))
    with pytest.raises(Overtaken):
        opened.insert([counter(2), counter(3)], AtMost(0))
    opened.insert([counter(4)], AtMost(1))
    assert kept(database) == [1, 4]


def test_a_conflict_is_still_one(opened: Database, database: URL) -> None:
    opened.insert([counter(1)])
    with pytest.raises(Conflict):
        opened.insert([counter(1)], AtMost(1))


def test_of_a_group_each_has_its_own_answer_and_equal_guards_are_asked_once(opened: Database, database: URL) -> None:
    if not isinstance(opened, Sqlite):
        pytest.skip("a matter of SQLite's one writer")
    begun, go_on = Event(), Event()

    def hold_up(session: Session) -> None:
        begun.set()
        go_on.wait()

    guard, broken = AtMost(0), AtMost(-1)
    with ThreadPoolExecutor(12) as pool:
        held = pool.submit(opened.write, hold_up)
        begun.wait()
        fine = [pool.submit(opened.insert, [counter(day)], guard) for day in range(1, 6)]
        overtaken = [pool.submit(opened.insert, [counter(day)], broken) for day in range(6, 9)]
        while opened._waiting.qsize() < 8:
            pass
        go_on.set()
        held.result()
        assert [each.result() for each in fine] == [None] * 5
        assert [type(each.exception()) for each in overtaken] == [Overtaken] * 3
    assert kept(database) == [1, 2, 3, 4, 5]
    assert (guard.asked, broken.asked) == ([0], [0])


def test_what_is_in_force_is_unchanged_until_it_is_changed(opened: Database) -> None:
    opened.insert([counter(1)], Unchanged(0))
    opened.write(next_generation)
    with pytest.raises(Overtaken):
        opened.insert([counter(2)], Unchanged(0))
    opened.insert([counter(2)], Unchanged(1))
