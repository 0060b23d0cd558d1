"""Writing: what is answered is kept, what fails leaves nothing, and those that wait together do not spoil each other's."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Event

import pytest
from sqlalchemy import URL
from sqlmodel import Session

from service.audit import row
from service.cases.tables import CaseCounterRow
from service.database import Conflict, Database, add_rows, open_database
from service.database.sqlite import Sqlite
from tests.service.databases import beside
from tests.service.rows import select

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def opened(database: URL) -> Iterator[Database]:
    found = open_database(database)
    yield found
    found.close()


def counter(day: int, last: int = 1) -> CaseCounterRow:
    return CaseCounterRow(day=date(2026, 1, day), last=last)


def kept(database: URL) -> list[int]:
    return [last for (last,) in select(database, "SELECT last FROM case_counter ORDER BY day")]


def test_rows_are_kept_when_insert_has_returned(opened: Database, database: URL) -> None:
    opened.insert([counter(1, 7), row(NOW, None, "x")])
    assert kept(database) == [7]
    assert select(database, "SELECT action FROM audit") == [("x",)]


def test_rows_that_meet_kept_ones_are_refused_whole(opened: Database, database: URL) -> None:
    opened.insert([counter(1)])
    with pytest.raises(Conflict):
        opened.insert([row(NOW, None, "x"), counter(2), counter(1)])
    assert kept(database) == [1]
    assert select(database, "SELECT count(*) FROM audit") == [(0,)]


def test_a_member_of_a_group_that_is_refused_does_not_take_the_others_with_it(opened: Database, database: URL) -> None:
    """Held up until all wait, they are written together."""
    going = Event()

    def wait(_: Session) -> None:
        going.wait()

    with ThreadPoolExecutor(32) as pool:
        holding = pool.submit(opened.write, wait)
        waiting = [pool.submit(opened.insert, [counter(day % 10 + 1, day)]) for day in range(20)]
        failing = pool.submit(opened.write, lambda session: 1 / 0)
        adding = pool.submit(opened.write, lambda session: session.add(counter(20, 99)))
        going.set()
        outcomes = [each.exception() for each in waiting]
        assert isinstance(failing.exception(), ZeroDivisionError)
        assert (holding.exception(), adding.exception()) == (None, None)
    assert sum(each is None for each in outcomes) == 10
    assert sum(isinstance(each, Conflict) for each in outcomes) == 10
    assert len(kept(database)) == 11


def test_what_work_answers_comes_back_and_what_it_meets_is_a_conflict(opened: Database) -> None:
    assert opened.write(lambda session: (session.add(counter(1)), 42)[1]) == 42  # type: ignore[func-returns-value]
    with pytest.raises(Conflict):
        opened.write(lambda session: session.add(counter(1)))


def test_rows_that_refer_to_each_other_are_added_in_their_order(opened: Database, database: URL) -> None:
    def work(session: Session) -> None:
        add_rows(session, [row(NOW, None, "x"), counter(3)])

    opened.write(work)
    assert kept(database) == [1]


def test_a_reader_sees_one_moment_whatever_is_written_meanwhile(opened: Database) -> None:
    opened.insert([counter(1)])
    with opened.reading() as session:
        before = len(session.connection().exec_driver_sql("SELECT 1 FROM case_counter").all())
        opened.insert([counter(2)])
        after = len(session.connection().exec_driver_sql("SELECT 1 FROM case_counter").all())
    assert (before, after) == (1, 1)


def test_nothing_is_told_kept_when_the_disk_is_full(opened: Database, database: URL) -> None:
    """A file that may not grow any more stands in for a disk without room."""
    if not isinstance(opened, Sqlite):
        pytest.skip("PostgreSQL's own files are not this process's")
    opened.insert([counter(1)])
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = max(each.stat().st_size for each in opened.path.parent.iterdir())
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        with ThreadPoolExecutor(8) as pool:
            told = list(pool.map(lambda day: _outcome(opened, day), range(2, 28)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    opened.insert([counter(29)])
    with beside(database) as connection:
        there = {int(day[-2:]) for (day,) in connection.exec_driver_sql("SELECT day FROM case_counter")}
    assert {day for day in told if day} == there - {1, 29}
    assert not all(told)


def _outcome(database: Database, day: int) -> int:
    """The day where it was told kept, else 0."""
    try:
        database.insert([counter(day), *(row(NOW, None, "x" * 4000) for _ in range(50))])
    except Exception:
        return 0
    return day


def test_what_waits_is_still_written_when_it_is_closed_and_nothing_after(database: URL) -> None:
    opened = open_database(database)
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(opened.insert, [counter(day)]) for day in range(1, 9)]
        for each in waiting:
            each.result()
        opened.close()
    assert len(kept(database)) == 8


def test_two_processes_may_open_one_postgresql_at_once(database: URL) -> None:
    if database.get_backend_name() == "sqlite":
        pytest.skip("a SQLite file has one process")
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(lambda _: open_database(database), range(4)))
    for each in opened:
        each.close()
