"""Ways in which the repository misbehaves on purpose, one switch a licence type or check, so that a service can be tried on them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

FaultKind = Literal[
    "slow", "down", "half-open", "wrong-holder", "forged", "malformed", "several", "expired", "unknown-key"
]


class Fault(BaseModel):
    """`half-open`: takes the request and never answers. `milliseconds`: how long `slow` waits before a proper answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: FaultKind
    milliseconds: Annotated[int, Field(ge=0, le=600_000)] = 0


Faults = Mapping[str, Fault]
"""By the id of a licence or check in evidence.yaml."""
_FILE = TypeAdapter(dict[str, Fault])


def read_faults(path: Path) -> dict[str, Fault]:
    """A JSON file of faults by type. Raises `OSError`, and `ValueError` where it is none."""
    return _FILE.validate_json(path.read_bytes())
