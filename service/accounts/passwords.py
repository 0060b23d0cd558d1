"""Passwords: what is good enough for one, how it is kept, and whether one is right.

Argon2id (RFC 9106) with what OWASP's password storage guide asks at least: 19 MiB, two passes, one lane.
"""

from __future__ import annotations

import os
import unicodedata
from functools import cache

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from service.problems import Problem

SHORTEST, LONGEST = 10, 128
_MEMORY, _PASSES, _LANES, _LENGTH = 19_456, 2, 1, 32


def hold_to_policy(password: str, name: str, number: str) -> None:
    """Long rather than contrived (NIST SP 800-63B 3.1.1), and not what anybody knows of them. Raises `Problem`."""
    plain = _normal(password)
    known = {number.casefold(), number[-SHORTEST:].casefold(), name.casefold()}
    if not SHORTEST <= len(plain) <= LONGEST or plain.casefold() in known or len(set(plain)) < 5:
        raise Problem("password-weak")


def kept(password: str) -> str:
    """As it is stored: its parameters and salt stand in it."""
    made = Argon2id(salt=os.urandom(16), length=_LENGTH, iterations=_PASSES, lanes=_LANES, memory_cost=_MEMORY)
    return made.derive_phc_encoded(_normal(password).encode())


def is_right(password: str, stored: str | None) -> bool:
    """The same work is done where nothing is stored, so that the time does not tell who has an account."""
    nobodys = _nobodys()  # made by the first of all tries, whosever it is
    try:
        Argon2id.verify_phc_encoded(_normal(password).encode(), stored or nobodys)
    except InvalidKey:
        return False
    return stored is not None


def _normal(password: str) -> str:
    """One form of what different keyboards send as different characters (RFC 8265)."""
    return unicodedata.normalize("NFC", password)


@cache
def _nobodys() -> str:
    return kept(os.urandom(16).hex())
