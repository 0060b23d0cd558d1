"""The name somebody probably meant."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

_NEAR = 0.5  # normalised similarity, 1 being equal


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that `name` was most likely meant to be, capitals aside; None if none is near."""
    found = process.extractOne(
        name, sorted(known), scorer=OSA.normalized_similarity, processor=str.casefold, score_cutoff=_NEAR
    )
    return found[0] if found else None
