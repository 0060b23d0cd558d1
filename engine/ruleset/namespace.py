"""The one namespace of a ruleset: what each name is, its type, and who may see it."""

from __future__ import annotations

from collections.abc import Mapping

from engine.language.checker import Group
from engine.language.types import (
    BOOLEAN,
    DATE,
    HOLDER_NUMBER,
    RESIDENT_ID,
    TEXT,
    ListType,
    OneOf,
    Record,
    Type,
)
from engine.ruleset.model import Evidence, Ruleset, Table
from engine.ruleset.reading import Path

STATUSES = ("valid", "suspended", "revoked", "cancelled", "expired", "transferred", "none")
"""The definite statuses of evidence."""

BUILT_IN_ATTRIBUTES: Mapping[str, Type] = {
    "status": OneOf(STATUSES), "valid": BOOLEAN, "issued_on": DATE, "valid_until": DATE,
}
"""What every piece of evidence has besides its type's own attributes."""

MATERIAL = Group({"met": BOOLEAN, "by": OneOf(("licence", "check", "upload", "earlier", "commitment"))})


BUILT_IN: Mapping[str, Type | Group] = {
    "today": DATE,
    "applied_on": DATE,
    "applicant": Group({
        "kind": OneOf(("person", "organisation")), "name": TEXT, "number": HOLDER_NUMBER, "agent_number": RESIDENT_ID,
    }),
    "case": Group({"situation": TEXT}, barred={"number": "case-number", "draw": "case-draw"}),
    "material": Group({}, each=MATERIAL),
}


def is_list(evidence: Evidence) -> bool:
    """Whether the evidence is read as a list of records."""
    return evidence.all or evidence.for_each is not None


def evidence_type(evidence: Evidence) -> Type | Group:
    attributes = {each.name: each.type for each in evidence.type.attributes.values()}
    if is_list(evidence):
        fields = {**attributes, **BUILT_IN_ATTRIBUTES}
        return ListType(Record(tuple(fields.items())))
    return Group({**attributes, **BUILT_IN_ATTRIBUTES})


def table_type(table: Table) -> Type | Group:
    types = {output.id: _output_type(table, output.type) for output in table.outputs}
    return Group(types, table=True) if table.named else next(iter(types.values()))


def _output_type(table: Table, declared: Type) -> Type:
    several = table.hit in ("rule-order", "output-order") or (table.hit == "collect" and table.aggregate is None)
    return ListType(declared) if several else declared


def fact_path(ruleset: Ruleset, path: Path) -> str | None:
    """The fact that a path reads, as receipts name it: `form.x`, `hukou.city`, `applicant.number`, `insurance` (a list),
    `material.id_card.met`; None for a parameter, definition or table.
    """
    first = path[0]
    if first in ruleset.evidence:
        return first if is_list(ruleset.evidence[first]) else ".".join(path[:2])
    if first == "material":
        return ".".join(path[:3])
    if first in ("form", "applicant", "case"):
        return ".".join(path[:2])
    return first if first in ("today", "applied_on") else None


def declared_name(ruleset: Ruleset, path: Path) -> str:
    """The declared name that a path reads: a fact, a parameter, a definition, a table or its output."""
    fact = fact_path(ruleset, path)
    if fact is not None:
        return fact
    table = ruleset.tables.get(path[0])
    return ".".join(path[:2]) if table is not None and table.named else path[0]


def is_approver_only(ruleset: Ruleset, path: Path) -> bool:
    """Whether the value a path reads is kept from the applicant: `shown_to`, and the status of a check."""
    evidence = ruleset.evidence.get(path[0])
    if evidence is None:
        return False
    attributes = evidence.type.attributes
    if len(path) == 1:
        return any(each.shown_to == "approver" for each in attributes.values())
    attribute = attributes.get(path[1])
    return attribute.shown_to == "approver" if attribute else evidence.type.kind == "check"
