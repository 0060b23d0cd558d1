"""Calendar arithmetic of the language. Month ends clamp; what leaves the years 1 to 9999 is unknown with `overflow`."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Sequence
from datetime import MAXYEAR, MINYEAR, date

from engine.language.numbers import Diagnose

_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LAST_ORDINAL = date.max.toordinal()


def _days_in_month(year: int, month: int) -> int:
    return 29 if month == 2 and isleap(year) else _DAYS[month - 1]


def _clamped(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, _days_in_month(year, month)))


def _month(day: date) -> int:
    """Months since January of the year 0."""
    return day.year * 12 + day.month - 1


def add_years(diagnose: Diagnose, day: date, years: int) -> date | None:
    """The same day of the year `years` later; 29 February becomes 28 February in common years."""
    return add_months(diagnose, day, years * 12)


def add_months(diagnose: Diagnose, day: date, months: int) -> date | None:
    """The same day of the month `months` later, or that month's last day."""
    year, month = divmod(_month(day) + months, 12)
    if MINYEAR <= year <= MAXYEAR:
        return _clamped(year, month + 1, day.day)
    diagnose("overflow")
    return None


def add_days(diagnose: Diagnose, day: date, days: int) -> date | None:
    ordinal = day.toordinal() + days
    if 1 <= ordinal <= _LAST_ORDINAL:
        return date.fromordinal(ordinal)
    diagnose("overflow")
    return None


def age(diagnose: Diagnose, birth: date, on: date) -> int | None:
    """Completed years; the birthday counts. One born on 29 February ages on 1 March in common years.

    Unknown with `before-birth` if `on` is before `birth`.
    """
    if on < birth:
        diagnose("before-birth")
        return None
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def months_between(a: date, b: date) -> int:
    """For a ≤ b the largest n with `add_months(a, n) <= b`; for a > b minus that of (b, a)."""
    if a > b:
        return -months_between(b, a)
    return _month(b) - _month(a) - (_clamped(b.year, b.month, a.day) > b)


def years_between(a: date, b: date) -> int:
    """For a ≤ b the largest n with `add_years(a, n) <= b`; for a > b minus that of (b, a)."""
    if a > b:
        return -years_between(b, a)
    return b.year - a.year - (_clamped(b.year, a.month, a.day) > b)


def days_between(a: date, b: date) -> int:
    """b − a."""
    return b.toordinal() - a.toordinal()


def start_of_month(day: date) -> date:
    return day.replace(day=1)


def end_of_month(day: date) -> date:
    return day.replace(day=_days_in_month(day.year, day.month))


def start_of_year(day: date) -> date:
    return date(day.year, 1, 1)


def months_in_a_row(dates: Sequence[date | None], day: date) -> int | None:
    """How many months, back one at a time from the month before `day`'s, are among the dates' months.

    Unknown if an element is unknown.
    """
    if None in dates:
        return None
    months = {_month(each) for each in dates if each is not None}
    newest = month = _month(day) - 1
    while month in months:
        month -= 1
    return newest - month


def months_covered(dates: Sequence[date | None], start: date, end: date) -> int | None:
    """How many distinct months of the dates lie from `start`'s month to `end`'s, both included.

    0 if `start` is after `end`; unknown if an element is unknown.
    """
    if None in dates:
        return None
    if start > end:
        return 0
    first, last = _month(start), _month(end)
    return len({month for each in dates if each is not None if first <= (month := _month(each)) <= last})
