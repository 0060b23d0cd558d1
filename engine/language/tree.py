"""The syntax tree of expressions and of decision-table cells. It holds no meaning: the parser makes it, backends read it.

Every node knows where it stands (`at`, code point offsets into the expression's own text) and is compared by identity,
so that a checker can keep what it found about a node in a dictionary.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Literal as Choice

Comparator = Choice["=", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Node:
    """`at`: first code point and the one after the last, in the expression's text."""

    at: tuple[int, int]


@dataclass(frozen=True, eq=False, slots=True)
class Literal(Node):
    """`12` is an int, `12.5` and `80%` a Decimal (0.8), `"深圳市"` a str, `date("2026-01-01")` a date."""

    value: bool | int | Decimal | str | date


@dataclass(frozen=True, eq=False, slots=True)
class Name(Node):
    """A name on its own: a built-in fact, evidence, parameter, definition, table, quantifier variable, `form`, `item`."""

    name: str


@dataclass(frozen=True, eq=False, slots=True)
class Field(Node):
    """`base.name`. Over a list it is the list of that field."""

    base: Node
    name: str


@dataclass(frozen=True, eq=False, slots=True)
class At(Node):
    """`parameter at day`: the parameter's value on another day."""

    parameter: Name
    day: Node


@dataclass(frozen=True, eq=False, slots=True)
class Call(Node):
    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Filter(Node):
    """`items[test]`; in the test each record is `item`."""

    items: Node
    test: Node


@dataclass(frozen=True, eq=False, slots=True)
class Quantified(Node):
    kind: Choice["some", "every", "no"]
    variable: str
    items: Node
    test: Node


@dataclass(frozen=True, eq=False, slots=True)
class If(Node):
    test: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, eq=False, slots=True)
class Not(Node):
    operand: Node


@dataclass(frozen=True, eq=False, slots=True)
class And(Node):
    operands: tuple[Node, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Or(Node):
    operands: tuple[Node, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Negate(Node):
    operand: Node


@dataclass(frozen=True, eq=False, slots=True)
class Arithmetic(Node):
    operator: Choice["+", "-", "*", "/"]
    left: Node
    right: Node


@dataclass(frozen=True, eq=False, slots=True)
class Compare(Node):
    operator: Comparator
    left: Node
    right: Node


@dataclass(frozen=True, eq=False, slots=True)
class Between(Node):
    """`value between low and high`, both ends included."""

    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, eq=False, slots=True)
class In(Node):
    """`value in container`; the container is a `Range` or a list."""

    value: Node
    container: Node


@dataclass(frozen=True, eq=False, slots=True)
class Range(Node):
    low: Node
    high: Node
    low_included: bool
    high_included: bool


@dataclass(frozen=True, eq=False, slots=True)
class ListOf(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Test(Node):
    """One unary test of an input cell: `< 5` has an operator; a value, a range or a fact has `=` (a range: `in`)."""

    operator: Comparator | Choice["in"]
    operand: Node


@dataclass(frozen=True, eq=False, slots=True)
class Cell(Node):
    """An input cell: any of its tests, or none of them if `negated`. No tests at all is `-`: anything matches."""

    tests: tuple[Test, ...]
    negated: bool


def children(node: Node) -> Iterator[Node]:
    for field in fields(node):
        value = getattr(node, field.name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from (part for part in value if isinstance(part, Node))


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, parents first."""
    yield node
    for child in children(node):
        yield from walk(child)
