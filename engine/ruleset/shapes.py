"""What a YAML file may look like: shapes that read nodes and say the same as JSON Schema. Knows no ruleset.

A shape reads a node to a value or raises `Refused` with every defect below it, each at its place. Compound shapes
gather their parts' findings, so one defect is one finding and no part hides another's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, NoReturn, TypeVar

from engine.language.faults import Faults, Part
from engine.language.nearest import nearest
from engine.language.parser import KEYWORDS, parse_cell, parse_expression
from engine.ruleset import document
from engine.ruleset.document import Entry, Node, Place, Scalar, Sequence
from engine.ruleset.findings import Finding, Refused
from engine.ruleset.model import Expression, TableCell

T = TypeVar("T")
U = TypeVar("U")
Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shape(Generic[T]):
    """`read` raises `Refused`; `schema` accepts at least what `read` accepts, read as YAML 1.2."""

    read: Callable[[Node], T]
    schema: Schema

    def then(self, make: Callable[[T], U]) -> Shape[U]:
        """The same shape, read on to something else; `make` may raise `Refused`."""
        return Shape(lambda node: make(self.read(node)), self.schema)


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a mapping: what stands behind it and what an editor shows about it, in Chinese and English.

    `holds`: keys of its value that are easily written beside it.
    """

    shape: Shape[Any]
    zh: str
    en: str
    required: bool = False
    holds: tuple[str, ...] = ()


class Gathering:
    """The findings of something that is read part by part. `meant`: the keys that unknown ones were taken for."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.meant: set[str] = set()

    def note(self, place: Place, code: str, **params: Part) -> None:
        self.findings.append(Finding(place, code, params))

    def read(self, read: Callable[..., T], *arguments: Any) -> T | None:
        """What `read` returns, or None with its findings kept."""
        try:
            return read(*arguments)
        except Refused as refused:
            self.findings.extend(refused.findings)
            return None

    def finish(self) -> None:
        """Raises `Refused` with whatever was found."""
        if self.findings:
            raise Refused(tuple(self.findings))


def refuse(place: Place, code: str, **params: Part) -> NoReturn:
    raise Refused((Finding(place, code, params),))


def suggestion(name: str, known: Iterable[str]) -> Part:
    """The nearest known name, or all of them (the first dozen) where none is near."""
    known = tuple(known)
    return nearest(name, known) or (known if len(known) <= 12 else (*known[:12], "…"))


def scalar(node: Node) -> Scalar:
    if not isinstance(node, Scalar):
        refuse(node.place(), "expected-scalar")
    if not node.text.strip():
        refuse(node.place(), "empty-value")
    return node


def mapping(node: Node) -> document.Mapping:
    if not isinstance(node, document.Mapping):
        refuse(node.place(), "expected-mapping")
    return node


def sequence(node: Node) -> Sequence:
    if not isinstance(node, Sequence):
        refuse(node.place(), "expected-list")
    return node


_NUMBER_LIKE = re.compile(
    r"[-+]?(\.?[0-9][0-9_.]*([eE][-+]?[0-9]+)?|0x[0-9a-fA-F]+|0o[0-7]+|\.(inf|Inf|INF|nan|NaN|NAN))"
)


def parted(node: Node) -> tuple[Node, ...]:
    """The items of a list of texts; a full-width comma in brackets parts none of them, and would be part of a text."""
    found = sequence(node)
    for item in found.items:
        if found.flow and isinstance(item, Scalar) and not item.quoted and (comma := re.search("[，、]", item.text)):
            refuse(item.place(comma.start()), "full-width-comma", found=comma[0])
    return found.items


def text_scalar(node: Node) -> Scalar:
    """A text; digits go in quotes, so that no reader of the file takes them for a number."""
    found = scalar(node)
    if not found.quoted and _NUMBER_LIKE.fullmatch(found.text):
        refuse(found.place(), "unquoted-digits", value=found.text)
    return found


_TEXT_SCHEMA: Schema = {"type": ["string", "boolean", "null"]}
TEXT: Shape[str] = Shape(lambda node: text_scalar(node).text.strip(), _TEXT_SCHEMA)


def choice(*values: str) -> Shape[str]:
    """One of some words."""

    def read(node: Node) -> str:
        found = scalar(node)
        if found.text not in values:
            refuse(found.place(), "not-a-choice", value=found.text, near=suggestion(found.text, values))
        return found.text

    return Shape(read, {"enum": list(values)})


def _flag(node: Node) -> bool:
    found = scalar(node)
    if found.text not in ("true", "false"):
        refuse(found.place(), "bad-boolean", value=found.text)
    if found.quoted:
        refuse(found.place(), "quoted-boolean", value=found.text)
    return found.text == "true"


FLAG: Shape[bool] = Shape(_flag, {"type": "boolean"})


def whole_number(least: int, most: int) -> Shape[int]:
    def read(node: Node) -> int:
        found = scalar(node)
        if not re.fullmatch("[0-9]{1,9}", found.text) or not least <= int(found.text) <= most:
            refuse(found.place(), "bad-whole-number", value=found.text, least=str(least), most=str(most))
        if found.quoted:
            refuse(found.place(), "quoted-number", value=found.text)
        return int(found.text)

    return Shape(read, {"type": "integer", "minimum": least, "maximum": most})


DAY_PATTERN = "[0-9]{4}-[0-9]{2}-[0-9]{2}"


def _day(node: Node) -> date:
    found = scalar(node)
    try:
        if re.fullmatch(DAY_PATTERN, found.text):
            return date.fromisoformat(found.text)
    except ValueError:
        pass
    refuse(found.place(), "bad-date", value=found.text)


DAY: Shape[date] = Shape(_day, {"type": "string", "pattern": f"^{DAY_PATTERN}$"})


def _worded(pattern: str, code: str) -> Shape[Scalar]:
    """A scalar of one pattern, kept with its place."""
    compiled = re.compile(pattern)

    def read(node: Node) -> Scalar:
        found = scalar(node)
        if not compiled.fullmatch(found.text):
            refuse(found.place(), code, value=found.text)
        return found

    return Shape(read, {"type": "string", "pattern": f"^(?:{pattern})$"})


ID_PATTERN = "[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
ID = _worded(ID_PATTERN, "bad-id")
CHECK_ID = _worded(f"{ID_PATTERN}(?:/{ID_PATTERN})*", "bad-id")

NAME_PATTERN = r"(?!__)[A-Za-z_\u3400-\u4dbf\u4e00-\u9fff][0-9A-Za-z_\u3400-\u4dbf\u4e00-\u9fff]*"
BUILT_INS = frozenset({"item", "form", "today", "applied_on", "applicant", "case", "material", "date"})


def _name(reserved: frozenset[str]) -> Shape[Scalar]:
    written = _worded(NAME_PATTERN, "bad-name")

    def read(node: Node) -> Scalar:
        found = written.read(node)
        if found.text in reserved:
            refuse(found.place(), "reserved-name", name=found.text)
        return found

    return Shape(read, {**written.schema, "not": {"enum": sorted(reserved)}})


NAME = _name(KEYWORDS | BUILT_INS)
"""A name read on its own: evidence, a parameter, a definition, a table."""
MEMBER = _name(KEYWORDS)
"""A name read after a dot: a form fact, an attribute, a field, an output."""


def _fault_findings(found: Scalar, faults: Faults) -> Refused:
    return Refused(Finding(found.place(fault.at[0]), fault.code, fault.params) for fault in faults.faults)


def parsed_expression(text: str, found: Scalar, skipped: int = 0) -> Expression:
    """The expression `text`, which stands `skipped` code points into its scalar. Raises `Refused`."""
    try:
        # Spaces in front make the tree's offsets those of the scalar, so that its places are right.
        return Expression(text, parse_expression(" " * skipped + text), found)
    except Faults as faults:
        raise _fault_findings(found, faults) from None


def _expression(node: Node) -> Expression:
    found = scalar(node)
    return parsed_expression(found.text, found)


def _cell(node: Node) -> TableCell:
    found = scalar(node)
    try:
        return TableCell(found.text, parse_cell(found.text), found)
    except Faults as faults:
        raise _fault_findings(found, faults) from None


_EXPRESSION_SCHEMA: Schema = {"type": ["string", "boolean", "number"]}
EXPRESSION: Shape[Expression] = Shape(_expression, _EXPRESSION_SCHEMA)
CELL: Shape[TableCell] = Shape(_cell, _EXPRESSION_SCHEMA)
ANYTHING: Shape[Node] = Shape(lambda node: node, {})
"""Read later, by a type that is declared beside it."""


def list_of(item: Shape[T]) -> Shape[tuple[T, ...]]:
    """A list of one or more."""

    def read(node: Node) -> tuple[T, ...]:
        items = sequence(node).items
        if not items:
            refuse(node.place(), "no-items")
        gathering = Gathering()
        values = [gathering.read(item.read, each) for each in items]
        gathering.finish()
        return tuple(values)  # type: ignore[arg-type]  # finish() leaves no None that was a refusal

    return Shape(read, {"type": "array", "items": item.schema, "minItems": 1})


Relate = Callable[[document.Mapping, dict[str, Any], Gathering], None]
"""What keys mean together. Sees those that were read well, also where others were not; may read on in their values."""


def keys(
    known: Mapping[str, Key], relate: Relate | None = None, elsewhere: Iterable[str] = ()
) -> Shape[dict[str, Any]]:
    """A mapping of known keys; the value has those that were written. `elsewhere`: keys of rulesets, not fragments."""
    required = [name for name, key in known.items() if key.required]
    misplaced = frozenset(elsewhere) - frozenset(known)

    def read(node: Node) -> dict[str, Any]:
        written = mapping(node)
        gathering = Gathering()
        values = {}
        for name, entry in written.entries.items():
            if name in known:
                value = gathering.read(known[name].shape.read, entry.value)
                if value is not None:
                    values[name] = value
            elif name in misplaced:
                gathering.note(entry.key.place(), "not-in-a-fragment", name=name)
            else:
                _note_unknown(entry, {each: known[each] for each in known if each not in written.entries}, gathering)
        for name in required:
            if name not in written.entries and name not in gathering.meant:  # a misspelt key is one defect, not two
                gathering.note(written.place(), "missing-key", name=name)
        if relate:
            relate(written, values, gathering)
        gathering.finish()
        return values

    properties = {
        name: {"description": f"{key.zh}\n\n{key.en}", **key.shape.schema} for name, key in known.items()
    }
    return Shape(
        read, {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    )


def _note_unknown(entry: Entry, left: Mapping[str, Key], gathering: Gathering) -> None:
    """A key that is unknown: which of those not written it was meant to be, the first required one if none is near."""
    name = entry.key.text
    for outer, key in left.items():
        if name in key.holds:
            gathering.meant.add(outer)
            gathering.note(entry.key.place(), "key-inside", name=name, of=outer)
            return
    lacking = [each for each, key in left.items() if key.required and each not in gathering.meant]
    near = nearest(name, left) or next(iter(lacking), None)
    if near:
        gathering.meant.add(near)
    gathering.note(entry.key.place(), "unknown-key", name=name, near=near or suggestion(name, left))


def named(
    key: Shape[Scalar], value: Shape[T], make: Callable[[Entry, T], U], may_be_empty: bool = True
) -> Shape[dict[str, U]]:
    """A mapping of the writer's own names; `make` may raise `Refused`."""

    def one(entry: Entry) -> U:
        gathering = Gathering()
        gathering.read(key.read, entry.key)
        made = gathering.read(lambda: make(entry, value.read(entry.value)))
        gathering.finish()
        return made  # type: ignore[return-value]  # finish() leaves no None that was a refusal

    def read(node: Node) -> dict[str, U]:
        written = mapping(node).entries
        if not written and not may_be_empty:
            refuse(node.place(), "no-entries")
        gathering = Gathering()
        values = {name: gathering.read(one, entry) for name, entry in written.items()}
        gathering.finish()
        return values  # type: ignore[return-value]

    return Shape(
        read,
        {
            "type": "object",
            "propertyNames": key.schema,
            "additionalProperties": value.schema,
            "minProperties": 0 if may_be_empty else 1,
        },
    )


def days(value: Shape[T]) -> Shape[tuple[tuple[date, T], ...]]:
    """`{2024-10-01: …, 2025-10-01: …}`: dated values, ascending."""

    def make(entry: Entry, read: T) -> tuple[date, T]:
        return DAY.read(entry.key), read

    by_day = named(Shape(scalar, DAY.schema), value, make, may_be_empty=False)
    return by_day.then(lambda read: tuple(sorted(read.values(), key=lambda dated: dated[0])))
