"""For how long, and by what law: read from a file with a legal basis for each line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from service.unusable import Unusable

SETTING = "MIAOPI_RETENTION"
Closed = Literal["approved", "revoked", "rejected", "withdrawn", "lapsed"]
_SHORTEST = timedelta(days=180)
"""Of a closed case: longer than an appeal may be made, and than figures look back."""
_OURS = Path(__file__).with_name("periods.yaml")


class Period(BaseModel):
    """`years` or `days`, and the law that says so."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    years: Annotated[int, Field(ge=1, le=100)] | None = None
    days: Annotated[int, Field(ge=1, le=36_500)] | None = None
    basis: Annotated[str, Field(min_length=4)]

    @model_validator(mode="after")
    def _one(self) -> Period:
        if (self.years is None) == (self.days is None):
            raise ValueError("either years or days")
        return self

    def before(self, now: datetime) -> datetime:
        """What ended by then has been kept long enough now."""
        if self.days is not None:
            return now - timedelta(days=self.days)
        year = now.year - (self.years or 0)
        try:
            return now.replace(year=year)
        except ValueError:  # the 29th of February
            return now.replace(year=year, day=28)


class Periods(BaseModel):
    """`cases`: by the status in which they were closed; `situations`: those that are kept otherwise."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cases: Mapping[Closed, Period]
    situations: Mapping[str, Mapping[Closed, Period]] = {}
    drafts: Period
    uploads: Period
    licence_uses: Period

    @model_validator(mode="after")
    def _all(self) -> Periods:
        if missing := set(Closed.__args__) - set(self.cases):  # type: ignore[attr-defined]
            raise ValueError(f"cases: {', '.join(sorted(missing))} missing")
        now = datetime(2000, 1, 1)
        for each in [*self.cases.values(), *(one for some in self.situations.values() for one in some.values())]:
            if each.before(now) > now - _SHORTEST:
                raise ValueError(f"a closed case is kept for {_SHORTEST.days} days at least")
        return self

    def of_case(self, situation: str, status: Closed) -> Period:
        return self.situations.get(situation, {}).get(status) or self.cases[status]


def read_periods(environment: Mapping[str, str]) -> Periods:
    """Raises `Unusable`."""
    path = Path(environment.get(SETTING) or _OURS)
    try:
        return Periods.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Unusable(f"{SETTING}: {path} cannot be read: {type(error).__name__}") from None
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()[:5])
        raise Unusable(f"{SETTING}: {path}: {told}") from None
