"""evidence.yaml as written: the licences and checks that rulesets may ask for, with their attributes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from engine.ruleset.declared_types import AT_MOST, TYPE_KEY, relate_limits
from engine.ruleset.document import Entry, Mapping, Node, Scalar
from engine.ruleset.model import Attribute, EvidenceType
from engine.ruleset.shapes import (
    ANYTHING,
    CHECK_ID,
    ID,
    MEMBER,
    TEXT,
    Gathering,
    Key,
    Shape,
    choice,
    keys,
    named,
    refuse,
)
from engine.ruleset.values import read_fields

RESERVED = ("status", "valid", "holder", "issued_on", "valid_until", "signature_valid")
"""What an answer says about itself; no attribute may be called so."""


@dataclass(frozen=True, slots=True)
class EvidenceTypes:
    """By id. `written` are the nodes they were read from, for hashing."""

    licences: dict[str, EvidenceType]
    checks: dict[str, EvidenceType]
    written: Node


def _attribute(entry: Entry, read: dict[str, Any]) -> Attribute:
    return Attribute(entry.key.text, read["type"], read.get("shown_to", "approver"), read.get("at_most"))


def _attribute_name(node: Node) -> Scalar:
    name = MEMBER.read(node)
    if name.text in RESERVED:
        refuse(name.place(), "reserved-attribute", name=name.text)
    return name


_ATTRIBUTE_NAME = Shape(_attribute_name, {"allOf": [MEMBER.schema, {"not": {"enum": list(RESERVED)}}]})
_ATTRIBUTES = named(
    _ATTRIBUTE_NAME,
    keys(
        {
            "type": TYPE_KEY,
            "at_most": AT_MOST,
            "shown_to": Key(
                choice("applicant", "approver"),
                "谁可以看到它的值（不写为 approver）",
                "Who may see its value (approver unless written)",
            ),
        },
        relate_limits,
    ),
    _attribute,
)


def _relate_none_means(written: Mapping, read: dict[str, Any], gathering: Gathering) -> None:
    """An answer "none" stands for these values, so each must be one of its attribute."""
    if "none_means" in read and "attributes" in read:
        types = {name: attribute.type for name, attribute in read["attributes"].items()}
        read["none_means"] = gathering.read(lambda: read_fields(types, read["none_means"], all_of_them=False))


_TITLE = Key(TEXT, "名称（不写为其编号）", "Title (its id unless written)")
_ATTRIBUTES_KEY = Key(_ATTRIBUTES, "属性", "Attributes", required=True)
_NONE_MEANS = Key(
    Shape(ANYTHING.read, {"type": "object"}),
    "回答“没有”时各属性的值",
    "What the attributes are when the answer is “none”",
)
_LICENCE = keys(
    {
        "title": _TITLE,
        "type_code": Key(TEXT, "证照类型代码", "Licence type code"),
        "attributes": _ATTRIBUTES_KEY,
        "none_means": _NONE_MEANS,
    },
    _relate_none_means,
)
_CHECK = keys(
    {"title": _TITLE, "attributes": _ATTRIBUTES_KEY, "none_means": _NONE_MEANS},
    _relate_none_means,
)


def _type(kind: Literal["licence", "check"], entry: Entry, read: dict[str, Any]) -> EvidenceType:
    return EvidenceType(
        kind=kind,
        id=entry.key.text,
        title=read.get("title", entry.key.text),
        type_code=read.get("type_code"),
        attributes=read["attributes"],
        none_means=read.get("none_means"),
    )


_FILE = keys(
    {
        "licences": Key(
            named(ID, _LICENCE, lambda entry, read: _type("licence", entry, read)), "电子证照", "Licences"
        ),
        "checks": Key(named(CHECK_ID, _CHECK, lambda entry, read: _type("check", entry, read)), "数据核验", "Checks"),
    }
)


def _read(node: Node) -> EvidenceTypes:
    read = _FILE.read(node)
    return EvidenceTypes(read.get("licences", {}), read.get("checks", {}), node)


KnownTypes = EvidenceTypes | Literal["missing", "unreadable"]
"""Those above a file: `missing` where there is no evidence.yaml, `unreadable` where it has findings."""

EVIDENCE_TYPES: Shape[EvidenceTypes] = Shape(_read, _FILE.schema)
