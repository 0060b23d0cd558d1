"""The draw for spot checks: fixed for an applicant and a situation for 90 days, so that trying again does not help."""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

_WINDOW = 90  # days


@dataclass(frozen=True, slots=True)
class Draw:
    """HMAC-SHA256 (RFC 2104) under a secret."""

    secret: bytes

    def of(self, applicant: str, situation: str, day: date) -> str:
        """A number from 0 to below 100, with two places."""
        drawn = f"{applicant}|{situation}|{day.toordinal() // _WINDOW}"
        hundredths = int.from_bytes(hmac.digest(self.secret, drawn.encode(), hashlib.sha256), "big") % 10_000
        return f"{hundredths // 100}.{hundredths % 100:02}"


def kept_secret(path: Path, first: bytes) -> bytes:
    """The secret in the file, which only its owner may read; a new file starts with `first`."""
    if not path.exists():
        begun = path.with_suffix(".new")  # a crash leaves the whole secret or none
        with os.fdopen(os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(first)
            file.flush()
            os.fsync(file.fileno())
        begun.replace(path)
    return path.read_bytes()
