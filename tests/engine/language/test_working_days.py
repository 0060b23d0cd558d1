"""Working days are those of the published calendar; where it ends, nobody guesses."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.language.working_days import (
    add_working_days,
    calendar_version,
    last_published_day,
    working_days_between,
)

LAST = last_published_day()
published = st.dates(date(2004, 1, 1), LAST)


def nothing(code: str) -> None:
    raise AssertionError(code)


@given(published, st.integers(0, 60))
def test_counts_the_calendars_working_days_after_the_first_up_to_the_last(a: date, length: int) -> None:
    b = min(a + timedelta(days=length), LAST)
    after = [a + timedelta(days=n) for n in range(1, (b - a).days + 1)]
    assert working_days_between(nothing, a, b) == sum(map(chinese_calendar.is_workday, after))


@given(published, published, published)
def test_spans_add_up_and_turn_around(a: date, b: date, c: date) -> None:
    whole, first, second = (working_days_between(nothing, *span) for span in ((a, c), (a, b), (b, c)))
    assert first is not None
    assert second is not None
    assert whole == first + second
    assert working_days_between(nothing, b, a) == -first


def test_national_day_week_and_its_made_up_days() -> None:
    assert working_days_between(nothing, date(2025, 9, 30), date(2025, 10, 8)) == 0
    assert working_days_between(nothing, date(2025, 9, 30), date(2025, 10, 11)) == 3  # Saturday the 11th is worked


@given(published, st.integers(1, 300))
def test_the_nth_working_day_is_a_working_day_with_n_up_to_it(day: date, n: int) -> None:
    found = add_working_days(day, n)
    assume(found is not None)
    assert found is not None
    assert chinese_calendar.is_workday(found)
    assert working_days_between(nothing, day, found) == n


def test_no_working_days_later_is_the_same_day() -> None:
    holiday = date(2025, 10, 3)
    assert add_working_days(holiday, 0) == holiday
    with pytest.raises(ValueError, match="-1"):
        add_working_days(holiday, -1)


def test_outside_the_published_years_nothing_is_known() -> None:
    codes: list[str] = []
    late = LAST + timedelta(days=1)
    assert working_days_between(codes.append, LAST, late) is None
    assert working_days_between(codes.append, late, late) is None
    assert working_days_between(codes.append, date(2003, 12, 31), date(2004, 1, 5)) is None
    assert codes == ["calendar"] * 3
    assert add_working_days(LAST, 1) is None
    assert add_working_days(late, 1) is None
    assert add_working_days(date(2003, 12, 31), 1) is None


def test_the_calendar_says_which_data_it_is() -> None:
    assert calendar_version().startswith("chinesecalendar 1.")
    assert (LAST.month, LAST.day) == (12, 31)
