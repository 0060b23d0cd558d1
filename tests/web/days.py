"""Days as the people of these pages count them: a machine's own day may be yesterday in Shenzhen."""

from __future__ import annotations

from datetime import UTC, date, datetime

from service.state import day_of


def today() -> date:
    return day_of(datetime.now(UTC))


def next_year() -> str:
    """A day that is not over by the time a test ends, and that no other draft of today's is for."""
    return date(today().year + 1, 1, 1).isoformat()
