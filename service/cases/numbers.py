"""Case numbers: `LH`, the day of submission, eight digits in order, and an ISO 7064 MOD 11,10 check digit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from threading import Lock

from stdnum.iso7064 import mod_11_10

_LENGTH = len("LH2026112300000001") + 1


class CaseNumbers:
    """Gives each number once. A submission that comes to nothing leaves a gap.

    `latest` answers the highest number in use that starts so, or None; asked once a day.
    """

    def __init__(self, latest: Callable[[str], str | None]) -> None:
        self._latest = latest
        self._lock = Lock()
        self._day: date | None = None
        self._given = 0

    def reserve(self, day: date) -> str:
        with self._lock:
            prefix = f"LH{day:%Y%m%d}"
            if self._day != day:
                found = self._latest(prefix)
                self._given = int(found[len(prefix) : -1]) if found else 0
                self._day = day
            self._given += 1
            digits = f"{day:%Y%m%d}{self._given:08}"
            return f"LH{digits}{mod_11_10.calc_check_digit(digits)}"


def is_case_number(text: str) -> bool:
    """Whether a text is built like a case number, check digit included."""
    digits = text[2:]
    return len(text) == _LENGTH and text[:2] == "LH" and digits.isascii() and digits.isdecimal() and bool(mod_11_10.is_valid(digits))
