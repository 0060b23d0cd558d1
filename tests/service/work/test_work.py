"""Work is done at least once, by one at a time, again after a failure, and given up where it never succeeds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import URL

from service.database import Database, open_database
from service.work.actions import ATTEMPTS, LEASE, Later, Work, Worker, later
from tests.service.conftest import NOW, Clock
from tests.service.rows import select


@pytest.fixture
def opened(database: URL) -> Iterator[Database]:
    found = open_database(database)
    yield found
    found.close()


def test_what_is_due_is_done_once_and_what_is_not_waits(opened: Database, clock: Clock) -> None:
    done: list[str] = []
    worker = Worker(opened, {"k": lambda work: done.append(work.subject)}, clock)
    opened.insert([later("k", "now", NOW), later("k", "soon", NOW + timedelta(minutes=1)), later("other", "x", NOW)])
    assert (worker.do_due(), worker.do_due(), done) == (1, 0, ["now"])
    clock.on(minutes=1)
    assert (worker.do_due(), done) == (1, ["now", "soon"])


def test_two_workers_never_have_the_same(opened: Database, clock: Clock) -> None:
    inside: list[str] = []

    def nested(work: Work) -> None:
        inside.append(work.subject)
        other.do_due()

    other = Worker(opened, {"k": lambda work: inside.append(work.subject)}, clock)
    opened.insert([later("k", str(each), NOW) for each in range(30)])
    Worker(opened, {"k": nested}, clock).do_due()
    assert sorted(inside) == sorted({str(each) for each in range(30)})


def test_work_of_a_process_that_is_gone_is_taken_up_when_its_lease_is_over(opened: Database, clock: Clock) -> None:
    opened.insert([later("k", "x", NOW)])
    gone = Worker(opened, {"k": lambda work: None}, clock)
    opened.write(gone._take)
    done: list[int] = []
    worker = Worker(opened, {"k": lambda work: done.append(work.attempts)}, clock)
    assert worker.do_due() == 0
    clock.moment += LEASE
    assert (worker.do_due(), done) == (1, [2])


def test_work_that_fails_is_tried_again_later_and_given_up_in_the_end(opened: Database, database: URL, clock: Clock) -> None:
    def fail(work: Work) -> None:
        raise ValueError("李桂芳")

    worker = Worker(opened, {"k": fail}, clock)
    opened.insert([later("k", "x", NOW)])
    tried = 0
    for _ in range(100):
        tried += worker.do_due()
        clock.on(hours=1)
    assert tried == ATTEMPTS
    [(failed, error)] = select(database, "SELECT failed_at IS NOT NULL, error FROM work")
    assert (bool(failed), error) == (True, "ValueError")


def test_work_may_be_put_off_any_number_of_times(opened: Database, clock: Clock) -> None:
    done: list[bool] = []

    def wait(work: Work) -> None:
        if clock() < NOW + timedelta(hours=ATTEMPTS * 2):
            raise Later(clock() + timedelta(hours=1))
        done.append(True)

    worker = Worker(opened, {"k": wait}, clock)
    opened.insert([later("k", "x", NOW)])
    for _ in range(ATTEMPTS * 3):
        worker.do_due()
        clock.on(hours=1)
    assert done == [True]


def test_a_thread_of_its_own_does_it_and_ends_when_told(opened: Database, database: URL, clock: Clock) -> None:
    worker = Worker(opened, {"k": lambda work: None}, clock)
    opened.insert([later("k", str(each), NOW) for each in range(50)])
    worker.start()
    for _ in range(1200):
        [(left,)] = select(database, "SELECT count(*) FROM work WHERE done_at IS NULL")
        if not left:
            break
        worker._stop.wait(0.05)
    worker.stop()
    assert left == 0
