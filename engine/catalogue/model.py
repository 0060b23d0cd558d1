"""The catalogue's values: matters, their situations and materials, departments and life events.

Type names and codes follow the national implementation list (实施清单) of the integrated government service platform.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from engine.catalogue.questions import Question
from engine.catalogue.sounds import Sound
from engine.language.texts import fold
from engine.ruleset.document import Scalar
from engine.ruleset.model import Duration

Audience = Literal["person", "organisation"]

TYPE_CODES: Mapping[str, str] = {
    "行政许可": "01", "行政处罚": "02", "行政强制": "03", "行政征收": "04", "行政给付": "05", "行政检查": "06",
    "行政确认": "07", "行政奖励": "08", "行政裁决": "09", "其他行政权力": "10", "公共服务": "20",
}  # fmt: skip
"""The types of matters and their codes (事项类型)."""


@dataclass(frozen=True, slots=True)
class Department:
    id: str
    name: str
    queues: tuple[str, ...]  # of its approvers; always `general` among them


@dataclass(frozen=True, slots=True)
class LifeEvent:
    id: str
    name: str
    audience: Audience
    parent: str | None


@dataclass(frozen=True, slots=True)
class Way:
    """One way to meet a material. `what`: the id of the licence or check, or the words of the commitment;
    `formats`: of an upload; `within`: how long ago an earlier upload may be, or by when a commitment is checked.
    """

    by: Literal["licence", "check", "upload", "earlier", "commitment"]
    what: str | None = None
    formats: tuple[str, ...] = ()
    within: Duration | None = None


@dataclass(frozen=True, slots=True)
class Material:
    """`met_by`: any of these ways, the first the most convenient."""

    id: str
    name: str
    met_by: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class SpecialProcedure:
    """An expert assessment, say: it stops the clock of the promise. `working_days` is None where unknown."""

    name: str
    working_days: int | None


@dataclass(frozen=True, slots=True)
class Result:
    """The licence that an approval issues, by its id. `valid_for`: None is without end. `replaces`: an earlier one ends with it.

    `to`: the grant that lists whom it is issued to, by identity number; None is the applicant. `once`: nobody is given it again while
    they have it, whoever applies.
    """

    licence: str
    valid_for: Duration | None = None
    replaces: bool = False
    to: str | None = None
    once: bool = False


NOT_AT_ALL = Duration(0, "working days")


@dataclass(frozen=True, slots=True)
class Situation:
    """The unit of decision. `statutory`, `promised`: working days, its own or the matter's; None is unknown.

    `ends`: the licence of its applicant that an approval ends, by its id.
    What a person decides is confirmed by another: always with `second_person`, else where a money grant is over `second_person_above`.
    """

    id: str
    matter: str
    name: str
    statutory: int | None
    promised: int | None
    materials: tuple[Material, ...] = ()
    ruleset: str | None = None  # None: goes to review
    automatic: Literal["approve-only", "approve-or-reject"] = "approve-only"
    effect: Literal["benefit", "burden"] = "benefit"
    awaiting_evidence: Duration = NOT_AT_ALL
    visits: int | None = None
    special_procedure: SpecialProcedure | None = None
    results: tuple[Result, ...] = ()
    ends: str | None = None
    second_person: bool = False
    second_person_above: int | None = None  # yuan

    @property
    def instant(self) -> bool:
        return self.ruleset is not None

    @property
    def result(self) -> Result | None:
        """What its applicant gets."""
        return next((each for each in self.results if each.to is None), None)


@dataclass(frozen=True, slots=True)
class Matter:
    """`code`: the 实施编码 (31 or 33 characters), or the 基本编码 (12 or 14 digits) where that alone is known.

    `questions`: they lead to one of the situations; the first is asked first.
    """

    id: str
    name: str
    department: str
    type: str
    audience: tuple[Audience, ...]
    life_events: tuple[str, ...]
    keywords: tuple[str, ...]
    situations: tuple[Situation, ...]
    code: str | None = None
    basis: str | None = None
    eligibility: str | None = None
    statutory: int | None = None
    promised: int | None = None
    questions: tuple[Question, ...] = ()

    @property
    def type_code(self) -> str:
        return TYPE_CODES[self.type]

    @property
    def instant(self) -> bool:
        """Whether any of its situations is decided at once."""
        return any(each.instant for each in self.situations)


@dataclass(frozen=True, slots=True)
class Searched:
    """The texts of a matter that a search looks at, folded, the weightiest first."""

    name: str
    keywords: tuple[str, ...]  # and the names of its situations
    rest: str

    @classmethod
    def of(cls, matter: Matter, department: str) -> Searched:
        rest = (matter.id, matter.code, department, matter.basis, matter.eligibility)
        return cls(
            as_searched(matter.name),
            tuple(as_searched(each) for each in (*matter.keywords, *(each.name for each in matter.situations))),
            as_searched(" ".join(each for each in rest if each)),
        )


def as_searched(text: str) -> str:
    return fold(text).casefold()


@dataclass(frozen=True, slots=True)
class Reference:
    """Where the file names something that is declared elsewhere."""

    kind: Literal["licence", "check", "ruleset", "grant"]
    written: Scalar
    situation: str


@dataclass(frozen=True)
class Catalogue:
    """All mappings are by id, in file order."""

    path: str
    departments: Mapping[str, Department]
    life_events: Mapping[str, LifeEvent]
    matters: Mapping[str, Matter]
    references: tuple[Reference, ...] = field(repr=False)

    @cached_property
    def situations(self) -> Mapping[str, Situation]:
        return {each.id: each for matter in self.matters.values() for each in matter.situations}

    @cached_property
    def searched(self) -> Mapping[str, Searched]:
        return {each.id: Searched.of(each, self.departments[each.department].name) for each in self.matters.values()}

    @cached_property
    def sounds(self) -> Mapping[str, tuple[Sound, ...]]:
        """How the name of each matter sounds, and then its keywords."""
        return {id_: tuple(Sound.of(text) for text in (each.name, *each.keywords)) for id_, each in self.searched.items()}
