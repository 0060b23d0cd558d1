"""Case numbers: `LH`, the day of submission, eight digits in order, and an ISO 7064 MOD 11,10 check digit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from threading import Lock

from anyio import to_thread
from stdnum.iso7064 import mod_11_10

_LENGTH = len("LH2026112300000001") + 1
_BLOCK = 100


class CaseNumbers:
    """Gives each number once, from blocks that this process sets aside. Submissions that come to nothing leave gaps.

    `set_aside(day, count)` answers the last of `count` numbers of the day that nobody else gets.
    """

    def __init__(self, set_aside: Callable[[date, int], int]) -> None:
        self._set_aside = set_aside
        self._lock, self._asking = Lock(), Lock()
        self._day: date | None = None
        self._given = self._last = 0

    async def reserve(self, day: date) -> str:
        while (given := self._next(day)) is None:
            await to_thread.run_sync(self._set_aside_more, day)
        digits = f"{day:%Y%m%d}{given:08}"
        return f"LH{digits}{mod_11_10.calc_check_digit(digits)}"

    def _next(self, day: date) -> int | None:
        """None where all that was set aside is given."""
        with self._lock:
            if self._day != day or self._given == self._last:
                return None
            self._given += 1
            return self._given

    def _set_aside_more(self, day: date) -> None:
        """One at a time; who waited for another finds what that one brought."""
        with self._asking:
            with self._lock:
                if self._day == day and self._given != self._last:
                    return
            last = self._set_aside(day, _BLOCK)
            with self._lock:
                self._day, self._given, self._last = day, last - _BLOCK, last


def is_case_number(text: str) -> bool:
    """Whether a text is built like a case number, check digit included."""
    digits = text[2:]
    return len(text) == _LENGTH and text[:2] == "LH" and digits.isascii() and digits.isdecimal() and bool(mod_11_10.is_valid(digits))
