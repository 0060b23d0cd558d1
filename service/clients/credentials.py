"""Secrets of clients and the tokens they are given: made here, and kept as hashes.

They are random, 256 bits, so a plain SHA-256 of them tells nothing and needs no salt; only what people make up needs Argon2.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

SECRET, TOKEN = "mps_", "mpt_"
"""How they begin: so that a search finds one that was published by mistake, and a token is told from a person's."""


def new_secret() -> str:
    return SECRET + secrets.token_urlsafe(32)


def new_token() -> str:
    return TOKEN + secrets.token_urlsafe(32)


def is_token(text: str) -> bool:
    return text.startswith(TOKEN)


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def is_right(text: str, kept: str | None) -> bool:
    """In the same time wherever it differs."""
    return kept is not None and hmac.compare_digest(hashed(text), kept)
