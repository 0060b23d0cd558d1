"""Calendar arithmetic of the oracle: clamped months, completed years, working days. None where there is no answer."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from functools import cache

import chinese_calendar


def add_days(day: date, count: int) -> date | None:
    try:
        return day + timedelta(days=count)
    except OverflowError:
        return None


def add_months(day: date, count: int) -> date | None:
    months = day.year * 12 + day.month - 1 + count
    year, month = months // 12, months % 12 + 1
    if not 1 <= year <= 9999:
        return None
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def add_years(day: date, count: int) -> date | None:
    return add_months(day, 12 * count)


def months_between(a: date, b: date) -> int:
    """The largest n with `add_months(a, n) <= b` for a <= b; minus that of (b, a) otherwise."""
    if a > b:
        return -months_between(b, a)
    n = (b.year - a.year) * 12 + b.month - a.month
    while (reached := add_months(a, n)) is None or reached > b:
        n -= 1
    return n


def years_between(a: date, b: date) -> int:
    if a > b:
        return -years_between(b, a)
    n = b.year - a.year
    while (reached := add_years(a, n)) is None or reached > b:
        n -= 1
    return n


def age(birth: date, on: date) -> int | None:
    """Completed years; the birthday counts, that of 29 February is 1 March in common years."""
    if on < birth:
        return None
    completed = on.year - birth.year
    return completed if (on.month, on.day) >= (birth.month, birth.day) else completed - 1


@cache
def is_working_day(day: date) -> bool | None:
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None


def working_days_between(a: date, b: date) -> int | None:
    if a > b:
        backwards = working_days_between(b, a)
        return None if backwards is None else -backwards
    if is_working_day(a) is None or is_working_day(b) is None:
        return None  # the published years have no gap, so looking at both ends is enough
    return sum(is_working_day(a + timedelta(days=n)) is True for n in range(1, (b - a).days + 1))


def nth_working_day(after: date, n: int) -> date | None:
    day: date | None = after
    while n > 0:
        day = add_days(day, 1) if day is not None else None
        if day is None or (working := is_working_day(day)) is None:
            return None
        n -= working
    return day


def add_duration(day: date, duration: str) -> date | None:
    """`60 working days`, `30 days`, `6 months`, `2 years` after a day."""
    count, unit = duration.split(" ", 1)
    if unit == "working days":
        return nth_working_day(day, int(count))
    return {"days": add_days, "months": add_months, "years": add_years}[unit](day, int(count))


def month_number(day: date) -> int:
    return day.year * 12 + day.month


def months_in_a_row(dates: list[date], day: date) -> int:
    months = {month_number(each) for each in dates}
    run = 0
    while month_number(day) - run - 1 in months:
        run += 1
    return run


def months_covered(dates: list[date], first: date, last: date) -> int:
    if first > last:
        return 0
    return len({month_number(each) for each in dates} & set(range(month_number(first), month_number(last) + 1)))
