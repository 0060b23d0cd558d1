"""Working days of the Chinese calendar, as the State Council publishes them year by year (data: chinesecalendar).

Days outside the published years have no answer: nobody knows yet which days will be made up for.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from datetime import date
from functools import cache
from importlib.metadata import version
from itertools import accumulate

import chinese_calendar
from chinese_calendar.constants import holidays

from engine.language.numbers import Diagnose

_FIRST = date(min(holidays).year, 1, 1).toordinal()
_LAST = date(max(holidays).year, 12, 31).toordinal()


@cache
def _counts() -> array[int]:
    """For each published day, the working days from the first published day up to and with it."""
    days = range(_FIRST, _LAST + 1)
    return array("l", accumulate(chinese_calendar.is_workday(date.fromordinal(day)) for day in days))


def working_days_between(diagnose: Diagnose, a: date, b: date) -> int | None:
    """For a ≤ b the working days after a up to b; for a > b minus that of (b, a).

    Unknown with `calendar` if a day from a to b lies outside the published years.
    """
    start, end = a.toordinal(), b.toordinal()
    if _FIRST <= start <= _LAST and _FIRST <= end <= _LAST:
        counts = _counts()
        return counts[end - _FIRST] - counts[start - _FIRST]
    diagnose("calendar")
    return None


def add_working_days(day: date, count: int) -> date | None:
    """The `count`th working day after `day` (the day itself for 0); None if it is not in the published years.

    Raises ValueError for a negative count.
    """
    if count < 0:
        raise ValueError(count)
    position = day.toordinal() - _FIRST
    counts = _counts()
    if not 0 <= position < len(counts):
        return None
    if count == 0:
        return day
    found = bisect_left(counts, counts[position] + count)
    return date.fromordinal(_FIRST + found) if found < len(counts) else None


def calendar_version() -> str:
    """Which data the answers rest on, for receipts: `chinesecalendar 1.11.0`."""
    return f"chinesecalendar {version('chinesecalendar')}"


def last_published_day() -> date:
    return date.fromordinal(_LAST)
