"""Where files are kept, and how much an account may hand in. Read from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

_VARIABLES = {
    "MIAOPI_MATERIALS": "place",
    "MIAOPI_MATERIALS_LARGEST": "largest",
    "MIAOPI_MATERIALS_DAILY": "daily",
    "MIAOPI_MATERIALS_TOTAL": "total",
}
_S3 = "s3://"
Bytes = Annotated[int, Field(gt=0, le=1 << 40)]


class MaterialsSettings(BaseModel):
    """`place`: a folder, or `s3://bucket/prefix`; None is `materials/` in the data folder.

    `largest`: bytes of one file; `daily`: uploads of an account in a day; `total`: bytes that an account may keep.
    """

    model_config = ConfigDict(frozen=True)

    place: str | None = None
    largest: Annotated[int, Field(gt=0, le=100 << 20)] = 20 << 20
    daily: Annotated[int, Field(gt=0, le=10_000)] = 100
    total: Bytes = 1 << 30

    @field_validator("place")
    @classmethod
    def _known_place(cls, place: str | None) -> str | None:
        if place is not None and "://" in place and not (place.startswith(_S3) and place.removeprefix(_S3).strip("/")):
            raise ValueError("neither a folder nor s3://bucket/prefix")
        return place

    @property
    def bucket(self) -> tuple[str, str] | None:
        """The bucket and what keys in it begin with; None for a folder."""
        if self.place is None or not self.place.startswith(_S3):
            return None
        bucket, _, prefix = self.place.removeprefix(_S3).partition("/")
        return bucket, f"{prefix.strip('/')}/" if prefix.strip("/") else ""

    def folder(self, data: Path) -> Path:
        return data / "materials" if self.place is None else Path(self.place)


def read_settings(environment: Mapping[str, str]) -> MaterialsSettings:
    """Raises `ValueError`, which names the variable and not its value."""
    given: dict[str, Any] = {name: environment[each] for each, name in _VARIABLES.items() if environment.get(each)}
    try:
        return MaterialsSettings.model_validate(given)
    except ValidationError as error:
        wrong = {str(each["loc"][0]) for each in error.errors()}
        named = ", ".join(sorted(each for each, name in _VARIABLES.items() if name in wrong))
        raise ValueError(f"not usable as they are set: {named}") from None
