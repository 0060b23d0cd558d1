"""Holds the catalogue to what is declared elsewhere: rulesets, and the licences and checks of evidence.yaml."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from engine.catalogue.model import Catalogue, Situation
from engine.language.tree import Node
from engine.language.types import RESIDENT_ID, ListType
from engine.ruleset.document import Place, Scalar
from engine.ruleset.findings import Finding, in_order
from engine.ruleset.model import Expression, Ruleset, TableCell
from engine.ruleset.reading import paths_read
from engine.ruleset.shapes import suggestion


@dataclass(frozen=True, slots=True)
class Needs:
    """What a ruleset takes for granted of its situations: the materials it reads (ids with `_` or `-`), its queues.

    `persons`: its grants that list identity numbers.
    """

    materials: frozenset[str] = frozenset()
    queues: frozenset[str] = frozenset()
    persons: frozenset[str] = frozenset()


def needs_of(ruleset: Ruleset) -> Needs:
    """Whatever its expressions read as `material.<id>`, wherever they stand, and every queue it names."""
    paths = [path for tree in _trees(ruleset) for path in paths_read(tree)]
    queues = [each.queue for each in ruleset.evidence.values()]
    queues += [each.queue for each in ruleset.conditions.values()]
    queues += [each.queue for each in ruleset.conclusions]
    return Needs(
        materials=frozenset(path[1] for path in paths if path[0] == "material" and len(path) > 1),
        queues=frozenset(each for each in queues if each is not None),
        persons=frozenset(name for name, each in ruleset.grant.items() if each.type == ListType(RESIDENT_ID)),
    )


def _trees(part: Any) -> Iterator[Node]:
    """The syntax trees of everything below a part of a ruleset."""
    if isinstance(part, Expression | TableCell):
        yield part.tree
    elif isinstance(part, Mapping):
        for each in part.values():
            yield from _trees(each)
    elif isinstance(part, tuple):
        for each in part:
            yield from _trees(each)
    elif is_dataclass(part) and not isinstance(part, Scalar):
        for each in fields(part):
            yield from _trees(getattr(part, each.name))


def check(
    catalogue: Catalogue, rulesets: Mapping[str, Needs], licences: Collection[str], checks: Collection[str]
) -> tuple[Finding, ...]:
    """What does not fit the rulesets (by id) and the licences and checks of evidence.yaml, in file order."""
    known = {"ruleset": rulesets.keys(), "licence": licences, "check": checks}
    findings = []
    for each in catalogue.references:
        name, place = each.written.text, each.written.place()
        if each.kind == "grant":
            needs = rulesets.get(catalogue.situations[each.situation].ruleset or "")
            if needs is not None and name not in needs.persons:
                findings.append(Finding(place, "unknown-holders", {"name": name, "near": suggestion(name, needs.persons)}))
        elif name not in known[each.kind]:
            near = suggestion(name, known[each.kind])
            findings.append(Finding(place, f"unknown-{each.kind}", {"name": name, "near": near}))
        elif each.kind == "ruleset":
            findings.extend(_unmet(catalogue, catalogue.situations[each.situation], rulesets[name], place))
    used = {each.written.text for each in catalogue.references if each.kind == "ruleset"}
    top = Place(catalogue.path, 1, 1)
    findings.extend(Finding(top, "unused-ruleset", {"name": name}, "warning") for name in sorted(set(rulesets) - used))
    return in_order(findings)


def _unmet(catalogue: Catalogue, situation: Situation, needs: Needs, place: Place) -> Iterator[Finding]:
    ids = {each.id.replace("-", "_"): each.id for each in situation.materials}
    for name in sorted(needs.materials):
        if name.replace("-", "_") not in ids:
            yield Finding(place, "unknown-material", {"name": name, "near": suggestion(name, ids.values())})
    queues = catalogue.departments[catalogue.matters[situation.matter].department].queues
    for name in sorted(needs.queues - set(queues)):
        yield Finding(place, "unknown-queue", {"name": name, "near": suggestion(name, queues)})
