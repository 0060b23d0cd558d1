"""How the record is sealed: with what keys, how often, and where the heads are anchored. Read from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from service.audit.anchors import Anchored, anchored_at
from service.signing_keys import SigningKeys

ANCHOR, EVERY, KEYS = "MIAOPI_ANCHOR", "MIAOPI_SEAL_SECONDS", "MIAOPI_SEAL_KEYS"
_LONGEST = 86_400


@dataclass(frozen=True, slots=True)
class RecordSettings:
    """`anchor`: a path or an address; `every`: seconds between two batches; `key_file`: `seal-keys.json` in the data folder unless
    given. Several processes of one service share one key file.
    """

    anchor: str | None = None
    every: float = 60
    key_file: Path | None = None

    def keys(self, data: Path) -> SigningKeys:
        """Makes the first key where there is none."""
        return SigningKeys(self.keys_in(data))

    def keys_in(self, data: Path) -> Path:
        return self.key_file or data / "seal-keys.json"

    def anchored(self, data: Path) -> Anchored:
        return anchored_at(self.anchor, data)


def read_settings(environment: Mapping[str, str]) -> RecordSettings:
    """Raises `ValueError`, which names the variable and not its value."""
    anchor = environment.get(ANCHOR) or None
    anchored_at(anchor, Path())
    try:
        every = float(environment.get(EVERY) or 60)
    except ValueError:
        every = 0
    if not 0 < every <= _LONGEST:
        raise ValueError(f"{EVERY} must be a number of seconds, at most {_LONGEST}")
    file = environment.get(KEYS)
    return RecordSettings(anchor, every, Path(file).resolve() if file else None)
