"""A ruleset as read: fragments merged in, expressions parsed, types resolved to `language.types`. Not yet type-checked.

`loading` makes it from files; `checking` types it; `decision` compiles it. Everything here is a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from engine.language.tree import Cell, Node
from engine.language.types import Type
from engine.ruleset.document import Scalar

Consequence = Literal["reject", "review"]
Audience = Literal["applicant", "approver"]


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """A parsed expression and the YAML scalar it stands in; `scalar.place(offset)` says where a node is in the file."""

    text: str
    tree: Node
    scalar: Scalar


@dataclass(frozen=True, slots=True, eq=False)
class TableCell:
    text: str
    tree: Cell
    scalar: Scalar


@dataclass(frozen=True, slots=True)
class Duration:
    """`30 days`, `60 working days`, `6 months`, `2 years`."""

    count: int
    unit: Literal["days", "working days", "months", "years"]


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a message: fixed text, or the value of a declared name or path such as `minimum_age`, `hukou.city`."""

    text: str | None = None
    expression: Expression | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """`en` is None where the policy writer gave Chinese alone."""

    zh: tuple[Part, ...]
    en: tuple[Part, ...] | None


@dataclass(frozen=True, slots=True, eq=False)
class FormFact:
    name: str
    type: Type
    label: str
    scalar: Scalar
    optional: bool = False
    default: Any = None  # a typed value
    asked_when: Expression | None = None
    prefill: Expression | None = None
    pattern: str | None = None
    at_least: int | None = None  # elements of a list
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class Attribute:
    name: str
    type: Type
    shown_to: Audience
    at_most: int | None = None  # elements of a list


@dataclass(frozen=True, slots=True)
class EvidenceType:
    """`id` is the licence's or check's id in evidence.yaml."""

    kind: Literal["licence", "check"]
    id: str
    title: str
    type_code: str | None
    attributes: Mapping[str, Attribute]
    none_means: Mapping[str, Any] | None = None  # typed values


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    name: str
    type: EvidenceType
    scalar: Scalar  # its name in the file
    of: Expression | None = None  # None: the applicant
    ground: str | None = None  # mandate, guardian, household, or "duty: <clause>"
    required: bool | Expression = False
    when: Expression | None = None
    for_each: Expression | None = None
    all: bool = False
    accept: tuple[str, ...] = ("valid",)
    fresh: Duration | None = None
    otherwise: Consequence = "review"
    message: Message | None = None
    queue: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    name: str
    type: Type
    label: str
    basis: str | None
    values: tuple[tuple[date, Any], ...]  # ascending; typed values
    scalar: Scalar


@dataclass(frozen=True, slots=True, eq=False)
class Definition:
    name: str
    expression: Expression
    scalar: Scalar


@dataclass(frozen=True, slots=True)
class Output:
    id: str
    type: Type
    label: str


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    inputs: tuple[TableCell, ...]
    outputs: tuple[Expression, ...]
    scalar: Scalar  # the first cell


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """`named`: `outputs:` was written, so the outputs are read as `table.id`; else the one output is read as `table`."""

    name: str
    hit: str
    aggregate: str | None
    inputs: tuple[Expression, ...]
    outputs: tuple[Output, ...]
    named: bool
    default: tuple[Expression, ...] | None
    periods: tuple[tuple[date | None, tuple[Row, ...]], ...]  # ascending; a single None where rows are not dated
    scalar: Scalar


@dataclass(frozen=True, slots=True)
class Commitment:
    check_within: Duration
    unless: tuple[Scalar, ...]  # condition ids


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    id: str
    label: str
    require: Expression
    scalar: Scalar
    otherwise: Consequence | None = None  # None only where it does not count
    message: Message | None = None
    message_unknown: Message | None = None
    basis: str | None = None
    queue: str | None = None
    counts: bool = True
    commitment: Commitment | None = None


@dataclass(frozen=True, slots=True)
class Outcomes:
    """`when: {fails: [...], passes: [...]}`: all of them."""

    fails: tuple[Scalar, ...] = ()
    passes: tuple[Scalar, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class WrittenReview:
    id: str
    when: Outcomes | Expression
    queue: str | None
    scalar: Scalar


@dataclass(frozen=True, slots=True, eq=False)
class GrantValue:
    id: str
    value: Expression
    type: Type
    label: str
    scalar: Scalar


@dataclass(frozen=True, slots=True, eq=False)
class Ruleset:
    """All mappings are in order: included fragments first, in `include` order, then the file's own, in file order."""

    id: str
    path: str
    title: str
    basis: str | None
    dated_by: Literal["today", "applied_on"]
    first_day: date | None  # None: the file's name is not a day, so it is in force until `ends`
    ends: date | None  # the last day in force
    self_declared: str | None
    form: Mapping[str, FormFact]
    evidence: Mapping[str, Evidence]
    parameters: Mapping[str, Parameter]
    definitions: Mapping[str, Definition]
    tables: Mapping[str, Table]
    conditions: Mapping[str, Condition]
    conclusions: tuple[WrittenReview, ...]
    grant: Mapping[str, GrantValue]
    fragments: tuple[str, ...]  # "identity/2020-01-01"
    hash: str  # "sha256:…" over everything that decides: see loading

    @property
    def reference(self) -> str:
        """`senior-allowance/2019-10-01`, as receipts name it."""
        return f"{self.id}/{self.first_day}" if self.first_day else self.id
