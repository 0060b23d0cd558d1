"""The bases of what comes in and goes out as JSON: nothing that is not declared, either way."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Asked(BaseModel):
    """A body that comes in. Nothing is converted, for a caller should know what they send."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Answer(BaseModel):
    """A body that goes out."""

    model_config = ConfigDict(extra="forbid")
