"""Days as the people of these pages count them: a machine's own day may be yesterday in Shenzhen."""

from __future__ import annotations

from datetime import UTC, date, datetime

from service.state import day_of


def today() -> date:
    return day_of(datetime.now(UTC))


def next_year(month: int = 1) -> str:
    """The first of a month: a day that is not over by the time a test ends, and soon enough for the people of the rules' cases to be as old
    as they say. A ruleset has one draft for a day, so tests that share a service take a month each.
    """
    return date(today().year + 1, month, 1).isoformat()
