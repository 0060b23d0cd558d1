"""The types a policy writer declares, such as `money` or `{list-of: {on: {type: date}}}`, and limits beside them."""

from __future__ import annotations

from typing import Any

from engine.language import types
from engine.language.texts import fold
from engine.language.types import ListType, OneOf, Record, Type
from engine.ruleset.document import Entry, Mapping, Node, Scalar
from engine.ruleset.shapes import (
    MEMBER,
    TEXT,
    Gathering,
    Key,
    Shape,
    keys,
    list_of,
    named,
    parted,
    refuse,
    scalar,
    suggestion,
    text_scalar,
    whole_number,
)

MOST_ELEMENTS = 1000
"""Elements a list may have at most; see `docs/rule-language.md`, reading safely."""


def _written_choice(node: Node) -> Scalar:
    text_scalar(node)
    return scalar(node)


def _one_of(written: tuple[Scalar, ...]) -> OneOf:
    values: list[str] = []
    for each in written:
        value = fold(each.text)
        if value in values:
            refuse(each.place(), "repeated-value", value=value)
        values.append(value)
    return OneOf(tuple(values))


_WRITTEN_CHOICES = list_of(Shape(_written_choice, TEXT.schema))


def _choices(node: Node) -> OneOf:
    parted(node)
    return _one_of(_WRITTEN_CHOICES.read(node))


_CHOICES = Shape(_choices, _WRITTEN_CHOICES.schema)


def _word(node: Scalar) -> Type:
    found = scalar(node)
    if found.text in types.SCALARS:
        return types.SCALARS[found.text]
    near = suggestion(found.text, types.SCALARS)
    refuse(found.place(), "unknown-type", name=found.text, near=near)


def _is_type(node: Node) -> bool:
    """Whether this is a type rather than the mapping of a record's field."""
    return isinstance(node, Scalar) or (isinstance(node, Mapping) and bool({"one-of", "list-of"} & set(node.entries)))


def _without_lists(node: Node) -> Type:
    if isinstance(node, Mapping) and "list-of" in node.entries:
        refuse(node.place(), "nested-list")
    return _type(node)


def _element(node: Node) -> Type:
    if isinstance(node, Scalar):
        return _word(node)
    if isinstance(node, Mapping):
        if _is_type(node):
            refuse(node.place(), "nested-list" if "list-of" in node.entries else "element-type")
        if list(node.entries) == ["type"] and _is_type(node.entries["type"].value):
            return _without_lists(node.entries["type"].value)
    return _RECORD.read(node)


def _type(node: Node) -> Type:
    if isinstance(node, Scalar):
        return _word(node)
    if isinstance(node, Mapping) and len(node.entries) == 1:
        if "one-of" in node.entries:
            return _CHOICES.read(node.entries["one-of"].value)
        if "list-of" in node.entries:
            return ListType(_element(node.entries["list-of"].value))
    refuse(node.place(), "bad-type")


_WORDS: dict[str, Any] = {"enum": list(types.SCALARS)}
_ONE_OF_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "one-of": {"description": "可选的文字，按优先次序\n\nThe texts, in order of priority", **_CHOICES.schema}
    },
    "required": ["one-of"],
    "additionalProperties": False,
}
_WITHOUT_LISTS = Shape(_without_lists, {"anyOf": [_WORDS, _ONE_OF_SCHEMA]})
_FIELD = keys(
    {
        "type": Key(_WITHOUT_LISTS, "类型", "Type", required=True),
        "label": Key(TEXT, "显示名称", "Label"),
    }
)


def _field(entry: Entry, read: dict[str, Any]) -> tuple[str, Type]:
    return entry.key.text, read["type"]


_RECORD: Shape[Type] = named(MEMBER, _FIELD, _field, may_be_empty=False).then(lambda read: Record(tuple(read.values())))
_LIST_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "list-of": {
            "description": "列表元素：类型，或记录的各个字段\n\nThe elements: a type, or the fields of a record",
            "anyOf": [
                _WORDS,
                {
                    "type": "object",
                    "properties": {"type": _WITHOUT_LISTS.schema},
                    "required": ["type"],
                    "additionalProperties": False,
                },
                _RECORD.schema,
            ],
        }
    },
    "required": ["list-of"],
    "additionalProperties": False,
}
TYPE: Shape[Type] = Shape(_type, {"anyOf": [_WORDS, _ONE_OF_SCHEMA, _LIST_SCHEMA]})

TYPE_KEY = Key(
    TYPE,
    "类型：boolean integer number money text date resident-id uscc phone，或 {one-of: […]}、{list-of: …}",
    "Type: boolean integer number money text date resident-id uscc phone, or {one-of: […]}, {list-of: …}",
    required=True,
    holds=("one-of", "list-of"),
)
AT_LEAST = Key(whole_number(0, MOST_ELEMENTS), "列表至少几项", "Fewest elements of the list")
AT_MOST = Key(whole_number(1, MOST_ELEMENTS), "列表至多几项", "Most elements of the list")


def relate_limits(written: Mapping, read: dict[str, Any], gathering: Gathering) -> None:
    """`at_least` and `at_most` are for lists, the first not above the second."""
    for name in ("at_least", "at_most"):
        if name in read and "type" in read and not isinstance(read["type"], ListType):
            gathering.note(written.entries[name].key.place(), "limit-without-list", name=name)
    if read.get("at_least", 0) > read.get("at_most", MOST_ELEMENTS):
        gathering.note(written.entries["at_least"].value.place(), "limits-crossed")
