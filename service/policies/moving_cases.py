"""The cases of an older version for a newer one, which decides nothing before its first day."""

from __future__ import annotations

import re
from datetime import date

_DECIDED = re.compile(r"(\b(?:applied_)?on: )(\d{4}-\d\d-\d\d)\b")
_MOST_YEARS = 5
"""Calendars and dated values are no longer the same beyond."""
_DAY = re.compile(r"(?<![\w-])(\d{4})-(\d\d)-(\d\d)(?![\w-])")


def moved(cases: str, first_day: date) -> tuple[str, ...]:
    """Ways to move them, of which the caller takes the one that leaves most of them right: nothing knows what a case is about.

    Cases about birthdays and terms stay right where all their days go on by whole years; cases about one certain day do where
    only the days of decision and application do.
    """
    return redated(cases, first_day), _by_years(cases, first_day)


def redated(cases: str, first_day: date) -> str:
    """With every day of decision or application that is before `first_day` put to it."""
    return _DECIDED.sub(lambda found: f"{found[1]}{max(found[2], first_day.isoformat())}", cases)


def _by_years(cases: str, first_day: date) -> str:
    """With every day moved on by as many whole years as bring all decisions and applications to `first_day` or after it."""
    days = [date.fromisoformat(day) for _, day in _DECIDED.findall(cases) if _is_day(day)]
    years = next((n for n in range(_MOST_YEARS + 1) if all(_later(each, n) >= first_day for each in days)), 0)
    return _DAY.sub(lambda found: _later(date.fromisoformat(found[0]), years).isoformat() if _is_day(found[0]) else found[0], cases)


def _later(day: date, years: int) -> date:
    """29 February is 1 March in common years."""
    year = min(day.year + years, date.max.year)
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
