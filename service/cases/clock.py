"""Deadlines in working days (中国工作日), by the calendar that the State Council publishes year by year.

The day of submission does not count; a deadline ends with its day. While an applicant supplements, or a special procedure runs,
the clock stands still: what was left of it then is given from the day it goes on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from engine.language.working_days import add_working_days, last_published_day, working_days_between
from engine.ruleset.model import Duration

_MOST_DAYS = 366 * 20


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day. `provisional`: it lies past the published calendar, so that Mondays to Fridays were counted."""

    day: date
    provisional: bool


def deadline(day: date, working_days: int) -> Deadline:
    """So many working days after `day`."""
    found = add_working_days(day, working_days)
    if found is not None:
        return Deadline(found, False)
    end = last_published_day()
    counted = 0
    if day <= end:
        counted = working_days_between(_untold, day, end) or 0
        day = end
    for _ in range(_MOST_DAYS):
        if counted >= working_days:
            break
        day += timedelta(1)
        counted += day.weekday() < 5
    return Deadline(day, True)


def working_days(start: date, end: date) -> int:
    """After `start` up to `end`; Mondays to Fridays past the published calendar."""
    counted = working_days_between(_untold, start, end)
    if counted is not None:
        return counted
    published = last_published_day()
    split = min(max(start, published), end)
    known = working_days_between(_untold, start, split) or 0
    return known + sum((split + timedelta(each)).weekday() < 5 for each in range(1, (end - split).days + 1))


def after(day: date, duration: Duration) -> Deadline:
    """What a duration of the catalogue comes to."""
    if duration.unit == "working days":
        return deadline(day, duration.count)
    from engine.decision.evidence import after as calendar_after

    return Deadline(calendar_after(day, duration) or date.max, False)


def _untold(_: str) -> None:
    """That a day lies past the calendar is told by `provisional`."""
