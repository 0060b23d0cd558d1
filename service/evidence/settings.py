"""How evidence is fetched: from where, within which time, and whose licences are believed. Read from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, TypeAdapter, ValidationError

ANY = "*"
_DEMO_ISSUER = "11440309MA5XQY1239"
_VARIABLES = {
    "MIAOPI_AUTHORITY": "authority",
    "MIAOPI_SOURCE_DEADLINE": "source_deadline",
    "MIAOPI_EVIDENCE_DEADLINE": "evidence_deadline",
}
_ISSUERS = "MIAOPI_ISSUERS"
_ISSUERS_FILE = TypeAdapter(dict[str, frozenset[str]])
Seconds = Annotated[float, Field(gt=0, le=60)]


class EvidenceSettings(BaseModel):
    """`issuers`: trusted for each type of evidence, `*` for the types not named. Deadlines are seconds,
    and so is `source_rest`, for which a source that keeps failing is left alone.
    """

    model_config = ConfigDict(frozen=True)

    authority: HttpUrl | None = None
    source_deadline: Seconds = 3
    evidence_deadline: Seconds = 5
    issuers: Mapping[str, frozenset[str]] = {ANY: frozenset({_DEMO_ISSUER})}
    source_rest: Seconds = 10
    connections: int = 50

    def issuers_of(self, type_: str) -> frozenset[str]:
        return self.issuers.get(type_, self.issuers.get(ANY, frozenset()))


def read_settings(environment: Mapping[str, str]) -> EvidenceSettings:
    """Raises `ValueError`, which names the variable and not its value."""
    given: dict[str, Any] = {name: environment[each] for each, name in _VARIABLES.items() if environment.get(each)}
    try:
        if file := environment.get(_ISSUERS):
            given["issuers"] = _ISSUERS_FILE.validate_json(Path(file).read_bytes())
    except (OSError, ValidationError):
        raise ValueError(f'{_ISSUERS} must name a JSON file such as {{"resident-id-card": ["{_DEMO_ISSUER}"]}}') from None
    try:
        return EvidenceSettings.model_validate(given)
    except ValidationError as error:
        wrong = {str(each["loc"][0]) for each in error.errors()}
        named = ", ".join(sorted(each for each, name in _VARIABLES.items() if name in wrong))
        raise ValueError(f"not usable as they are set: {named}") from None
