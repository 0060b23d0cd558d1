"""Calendar arithmetic keeps its definitions on every day there is, 29 February and month ends included."""

from __future__ import annotations

from calendar import isleap
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.language.dates import (
    add_days,
    add_months,
    add_years,
    age,
    days_between,
    end_of_month,
    months_between,
    months_covered,
    months_in_a_row,
    start_of_month,
    start_of_year,
    years_between,
)

days = st.one_of(
    st.dates(),
    st.dates(date(1990, 1, 1), date(2030, 12, 31)),
    st.sampled_from([date(year, 2, 29) for year in range(1904, 2100, 4)]),
    st.dates(date(1990, 1, 1), date(2030, 12, 31)).map(end_of_month),
)


def nothing(code: str) -> None:
    raise AssertionError(code)


def reached(start: date, months: int) -> date | None:
    return add_months(lambda code: None, start, months)


@given(days, days)
def test_months_between_is_the_most_that_fit(a: date, b: date) -> None:
    a, b = sorted((a, b))
    n = months_between(a, b)
    after = reached(a, n + 1)
    assert n >= 0
    assert add_months(nothing, a, n) <= b  # type: ignore[operator]
    assert after is None or after > b
    assert a == b or months_between(b, a) == -n


@given(days, days)
def test_years_between_is_the_most_that_fit(a: date, b: date) -> None:
    a, b = sorted((a, b))
    n = years_between(a, b)
    after = reached(a, 12 * (n + 1))
    assert n >= 0
    assert add_years(nothing, a, n) <= b  # type: ignore[operator]
    assert after is None or after > b
    assert a == b or years_between(b, a) == -n


@given(days, st.integers(-200_000, 200_000))
def test_adding_months_keeps_the_day_or_takes_the_months_last(day: date, n: int) -> None:
    codes: list[str] = []
    result = add_months(codes.append, day, n)
    if result is None:
        assert codes == ["overflow"]
        assert not 1 <= (day.year * 12 + day.month - 1 + n) // 12 <= 9999
        return
    assert (result.year - day.year) * 12 + result.month - day.month == n
    assert result.day == day.day or (result.day < day.day and result == end_of_month(result))


@given(days, st.integers(-4_000_000, 4_000_000))
def test_adding_days_counts_days(day: date, n: int) -> None:
    codes: list[str] = []
    result = add_days(codes.append, day, n)
    if result is None:
        assert codes == ["overflow"]
        with pytest.raises(OverflowError):
            day + timedelta(days=n)
    else:
        assert days_between(day, result) == n


@given(days, days)
def test_age_grows_on_the_birthday_alone(birth: date, on: date) -> None:
    birth, on = sorted((birth, on))
    if on == date.max:
        return
    next_day = on + timedelta(days=1)
    grows = age(nothing, birth, next_day) != age(nothing, birth, on)
    on_1_march = (birth.month, birth.day) == (2, 29) and not isleap(next_day.year)
    assert grows == ((next_day.month, next_day.day) == ((3, 1) if on_1_march else (birth.month, birth.day)))


@pytest.mark.parametrize(
    ("birth", "on", "years"),
    [
        ("1956-05-01", "2026-04-30", 69),
        ("1956-05-01", "2026-05-01", 70),
        ("2000-02-29", "2018-02-28", 17),
        ("2000-02-29", "2018-03-01", 18),
        ("2000-02-29", "2020-02-28", 19),
        ("2000-02-29", "2020-02-29", 20),
        ("2026-05-01", "2026-05-01", 0),
    ],
)
def test_completed_years(birth: str, on: str, years: int) -> None:
    assert age(nothing, date.fromisoformat(birth), date.fromisoformat(on)) == years


def test_before_birth_there_is_no_age() -> None:
    codes: list[str] = []
    assert age(codes.append, date(2026, 5, 2), date(2026, 5, 1)) is None
    assert codes == ["before-birth"]


@pytest.mark.parametrize(
    ("a", "b", "months"),
    [
        ("2026-01-31", "2026-02-28", 1),
        ("2026-01-31", "2026-02-27", 0),
        ("2024-01-31", "2024-02-28", 0),
        ("2024-02-29", "2025-02-28", 12),
        ("2026-03-31", "2026-02-28", -1),
        ("2026-05-01", "2026-05-01", 0),
    ],
)
def test_month_ends_complete_a_month(a: str, b: str, months: int) -> None:
    assert months_between(date.fromisoformat(a), date.fromisoformat(b)) == months


def test_29_february_clamps() -> None:
    assert add_years(nothing, date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert add_years(nothing, date(2024, 2, 29), 4) == date(2028, 2, 29)
    assert years_between(date(2024, 2, 29), date(2025, 2, 28)) == 1


def test_what_leaves_the_calendar_overflows() -> None:
    codes: list[str] = []
    assert add_years(codes.append, date(9999, 1, 1), 1) is None
    assert add_months(codes.append, date(1, 1, 1), -1) is None
    assert add_days(codes.append, date.max, 1) is None
    assert add_days(codes.append, date.min, -(10**15)) is None
    assert add_years(codes.append, date.min, 10**15 - 1) is None
    assert codes == ["overflow"] * 5


@given(days)
def test_starts_and_ends_enclose_the_day(day: date) -> None:
    assert start_of_year(day) <= start_of_month(day) <= day <= end_of_month(day)
    assert (start_of_month(day).day, start_of_month(day).month) == (1, day.month)
    assert end_of_month(day) == date.max or (end_of_month(day) + timedelta(days=1)).day == 1
    assert (start_of_year(day).month, start_of_year(day).day, start_of_year(day).year) == (1, 1, day.year)


def test_a_run_of_months_ends_with_the_month_before() -> None:
    paid = (date(2025, 11, 3), date(2025, 12, 31), date(2025, 12, 1), date(2026, 1, 15), date(2025, 9, 1))
    assert months_in_a_row(paid, date(2026, 2, 28)) == 3
    assert months_in_a_row(paid, date(2026, 1, 1)) == 2
    assert months_in_a_row(paid, date(2026, 3, 1)) == 0
    assert months_in_a_row((), date(2026, 3, 1)) == 0
    assert months_in_a_row((*paid, None), date(2026, 2, 1)) is None


def test_covered_months_are_counted_once() -> None:
    paid = (date(2025, 11, 3), date(2025, 12, 31), date(2025, 12, 1), date(2026, 1, 15))
    assert months_covered(paid, date(2025, 11, 30), date(2026, 1, 1)) == 3
    assert months_covered(paid, date(2025, 12, 31), date(2025, 12, 31)) == 1
    assert months_covered(paid, date(2026, 1, 2), date(2026, 1, 1)) == 0
    assert months_covered((), date(2025, 1, 1), date(2026, 1, 1)) == 0
    assert months_covered((None,), date(2025, 1, 1), date(2026, 1, 1)) is None
