"""Deadlines in working days: holidays, make-up days, stops, and years that are not published yet."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from chinese_calendar import is_workday
from hypothesis import given
from hypothesis import strategies as st

from engine.language.working_days import last_published_day
from service.cases.clock import Deadline, deadline, working_days
from service.cases.moves import resume_clock, start_clock, stop_clock
from service.cases.tables import CaseRow

PUBLISHED = st.dates(date(2020, 1, 1), last_published_day() - timedelta(days=120))


def naive(day: date, count: int) -> date:
    """Day by day, as a clerk counts on the wall calendar."""
    while count:
        day += timedelta(1)
        count -= is_workday(day)
    return day


@pytest.mark.parametrize(
    ("day", "count", "last"),
    [
        (date(2026, 2, 13), 1, date(2026, 2, 14)),  # a Saturday made up for the Spring Festival
        (date(2026, 2, 14), 1, date(2026, 2, 24)),  # the festival between
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
    ],
)
def test_holidays_do_not_count_and_make_up_days_do(day: date, count: int, last: date) -> None:
    assert deadline(day, count) == Deadline(last, False)


@given(PUBLISHED, st.integers(0, 60))
def test_a_deadline_is_what_a_clerk_counts(day: date, count: int) -> None:
    assert deadline(day, count) == Deadline(naive(day, count), False)


@given(st.dates(date(2024, 1, 1), date(2040, 1, 1)), st.integers(1, 200))
def test_past_the_published_calendar_a_deadline_is_provisional_and_still_so_many_days_on(day: date, count: int) -> None:
    found = deadline(day, count)
    assert found.provisional == (found.day > last_published_day())
    assert working_days(day, found.day) == count


def case() -> CaseRow:
    day = datetime(2026, 11, 2, tzinfo=UTC)
    return CaseRow(
        number="LH", account_id=1, submitted_by=1, situation="s", department="d", status="in_review", conclusion="review",
        received_at=day, decided_for=day.date(),
    )  # fmt: skip


@given(PUBLISHED, st.integers(1, 20), st.lists(st.tuples(st.integers(0, 9), st.integers(0, 30)), max_size=4))
def test_the_days_that_a_clock_runs_add_up_to_the_promise_whatever_stops_it(
    day: date, promised: int, stops: list[tuple[int, int]]
) -> None:
    running = case()
    start_clock(running, day, promised)
    counted = 0
    for after, still in stops:
        stop = day + timedelta(after)
        if running.due_on is None or stop >= running.due_on:
            break
        counted += working_days(day, stop)
        stop_clock(running, stop)
        assert running.clock_days == promised - counted
        day = stop + timedelta(still)
        resume_clock(running, day)
    assert running.due_on is not None
    assert counted + working_days(day, running.due_on) == promised


def test_a_clock_that_stood_still_past_its_end_has_nothing_left_and_ends_with_the_day_it_goes_on() -> None:
    late = case()
    start_clock(late, date(2026, 11, 2), 1)
    stop_clock(late, date(2026, 11, 9))
    assert late.clock_days == 0
    resume_clock(late, date(2026, 11, 16))
    assert late.due_on == date(2026, 11, 16)


def test_nothing_promised_is_no_deadline_and_stopping_it_is_nothing() -> None:
    open_ended = case()
    start_clock(open_ended, date(2026, 11, 2), None)
    stop_clock(open_ended, date(2026, 11, 3))
    resume_clock(open_ended, date(2026, 11, 4))
    assert open_ended.due_on is None
