"""A ruleset with its fragments and evidence types: what must hold between them, and the `Ruleset` they make."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from typing import Any

from engine.language.faults import Part
from engine.language.nearest import nearest
from engine.language.tree import walk
from engine.language.types import assignable
from engine.ruleset import document
from engine.ruleset.document import Mapping, Node, Scalar
from engine.ruleset.evidence_types import EvidenceTypes, KnownTypes
from engine.ruleset.files import Declarations, FragmentFile, RulesetFile
from engine.ruleset.hashing import ruleset_hash
from engine.ruleset.model import EvidenceType, Expression, Ruleset
from engine.ruleset.sections import WrittenEvidence
from engine.ruleset.shapes import Gathering, suggestion

MOST_EXPRESSION_NODES = 10_000
"""Of one ruleset, fragments included, tables aside."""
_ONE_NAMESPACE = ("evidence", "parameters", "define", "tables")


@dataclass(frozen=True, slots=True, eq=False)
class Included:
    """A fragment's file, and where the ruleset includes it."""

    at: Scalar
    day: date
    root: Node
    file: FragmentFile


def check_resolved(
    root: Node,
    written: RulesetFile | None,
    included: Sequence[Included],
    types: KnownTypes,
    first_day: date | None,
    next_day: date | None,
    gathering: Gathering,
) -> None:
    """Notes what is wrong between a ruleset and what it stands on. Sections that could not be read are passed over."""
    _check_repeats(root, included, gathering)
    for each in included:
        _check_evidence_types(each.root, types, gathering)
    _check_evidence_types(root, types, gathering)
    if written is None:
        return
    parts: list[Declarations] = [*(each.file for each in included), written]
    for each in included:
        _check_needs(each, written, gathering)
        _check_first_day(each.file, max(each.day, first_day) if first_day else None, gathering)
    _check_first_day(written, first_day, gathering)
    _check_ends(root, written, first_day, next_day, gathering)
    if "include" not in written.unread and len(included) == len(written.include):
        _check_enough(root, written, parts, gathering)
    _check_size(root, parts, gathering)


def check_alone(
    root: Node, written: FragmentFile | None, types: KnownTypes, first_day: date | None, gathering: Gathering
) -> None:
    """The same for a fragment by itself, which may lack conditions and required evidence."""
    _check_repeats(root, (), gathering)
    _check_evidence_types(root, types, gathering)
    if written:
        _check_first_day(written, first_day, gathering)
        _check_size(root, [written], gathering)


def merge(
    path: str,
    root: Node,
    written: RulesetFile,
    included: Sequence[Included],
    types: KnownTypes,
    first_day: date | None,
) -> Ruleset:
    """The ruleset, once nothing is wrong."""
    names = [f"{each.file.id.text}/{each.day}" for each in included]
    return Ruleset(
        id=written.id.text,
        path=path,
        title=written.title or written.id.text,
        basis=written.basis,
        dated_by=written.dated_by,
        first_day=first_day,
        ends=written.ends,
        self_declared=written.self_declared,
        form=written.form,
        conclusions=written.conclusions,
        grant=written.grant,
        fragments=tuple(names),
        **_merged(
            root, [*(each.file for each in included), written], types, first_day,
            [(name, each.root) for name, each in zip(names, included, strict=True)],
        ),
    )


def merge_alone(
    path: str, root: Node, written: FragmentFile, types: KnownTypes, first_day: date | None
) -> Ruleset:
    """A fragment as a ruleset of its own."""
    return Ruleset(
        id=f"common/{written.id.text}",
        path=path,
        title=written.title or written.id.text,
        basis=written.basis,
        dated_by="today",
        first_day=first_day,
        ends=None,
        self_declared=None,
        form=written.needs,
        conclusions=(),
        grant={},
        fragments=(),
        **_merged(root, [written], types, first_day, []),
    )


def _merged(
    root: Node,
    parts: Sequence[Declarations],
    types: KnownTypes,
    first_day: date | None,
    fragments: Iterable[tuple[str, Node]],
) -> dict[str, Any]:
    evidence = {}
    used = []
    for name, asked in chain.from_iterable(part.evidence.items() for part in parts):
        assert isinstance(types, EvidenceTypes)
        type_ = _types_of(types, asked.kind)[asked.id.text]
        evidence[name] = asked.resolved(type_)
        used.append((type_, _written_type(types, asked)))
    return {
        "evidence": evidence,
        "parameters": dict(chain.from_iterable(part.parameters.items() for part in parts)),
        "definitions": dict(chain.from_iterable(part.definitions.items() for part in parts)),
        "tables": dict(chain.from_iterable(part.tables.items() for part in parts)),
        "conditions": dict(chain.from_iterable(part.conditions.items() for part in parts)),
        "hash": ruleset_hash(root, first_day, fragments, used),
    }


def _types_of(types: EvidenceTypes, kind: str) -> dict[str, EvidenceType]:
    return types.licences if kind == "licence" else types.checks


def _written_type(types: EvidenceTypes, asked: WrittenEvidence) -> Node:
    section = _section(types.written, "licences" if asked.kind == "licence" else "checks")
    return section[asked.id.text].value


def _section(root: Node, name: str) -> dict[str, document.Entry]:
    """The entries of a mapping that stands under a top-level key; none if it is missing or no mapping."""
    entry = root.entries.get(name) if isinstance(root, Mapping) else None
    return entry.value.entries if entry and isinstance(entry.value, Mapping) else {}


def _names(root: Node) -> list[Scalar]:
    return [entry.key for section in _ONE_NAMESPACE for entry in _section(root, section).values()]


def _condition_ids(root: Node) -> list[Scalar]:
    return [entry.key for entry in _section(root, "conditions").values()]


def _review_ids(root: Node) -> list[Scalar]:
    entry = root.entries.get("conclusions") if isinstance(root, Mapping) else None
    items = entry.value.items if entry and isinstance(entry.value, document.Sequence) else ()
    written = [item.entries.get("review") for item in items if isinstance(item, Mapping)]
    return [each.value for each in written if each and isinstance(each.value, Scalar)]


def _check_repeats(root: Node, included: Sequence[Included], gathering: Gathering) -> None:
    """Each name and each id is declared once, whoever declares it."""
    for code, declared in (
        ("name-twice", _names),
        ("id-twice", lambda node: [*_condition_ids(node), *_review_ids(node)]),
    ):
        seen: dict[str, Scalar] = {}
        for each in included:
            for key in declared(each.root):
                if key.text in seen:
                    _note_repeat(code, each.at, key.text, seen[key.text], gathering)
                seen.setdefault(key.text, key)
        for key in sorted(declared(root), key=lambda key: key.place()):
            if key.text in seen:
                _note_repeat(code, key, key.text, seen[key.text], gathering)
            seen.setdefault(key.text, key)


def _note_repeat(code: str, at: Scalar, name: str, first: Scalar, gathering: Gathering) -> None:
    where = first.place()
    gathering.note(at.place(), code, name=name, where=f"{where.path}:{where.line}")


def _check_evidence_types(root: Node, types: KnownTypes, gathering: Gathering) -> None:
    if types == "unreadable":
        return
    for entry in _section(root, "evidence").values():
        asked = entry.value.entries if isinstance(entry.value, Mapping) else {}
        for kind, code in (("licence", "unknown-licence"), ("check", "unknown-check")):
            id_ = asked[kind].value if kind in asked else None
            if not isinstance(id_, Scalar) or not id_.text:
                continue
            if types == "missing":
                gathering.note(id_.place(), "no-evidence-file")
                return
            known = _types_of(types, kind)
            if id_.text not in known:
                gathering.note(id_.place(), code, name=id_.text, near=_meant(id_.text, known))


def _meant(name: str, known: dict[str, EvidenceType]) -> Part:
    """The ids that come to mind, by their titles too."""
    titles = {type_.title: id_ for id_, type_ in known.items()}
    title = nearest(name, titles)
    return nearest(name, known) or (titles[title] if title else suggestion(name, known))


def _check_needs(each: Included, written: RulesetFile, gathering: Gathering) -> None:
    if "form" in written.unread:
        return
    for name, need in each.file.needs.items():
        fact = written.form.get(name)
        if fact is None:
            gathering.note(each.at.place(), "fragment-needs", fragment=each.at.text, name=name, type=str(need.type))
        elif not assignable(fact.type, need.type):
            gathering.note(
                each.at.place(), "fragment-needs-type",
                fragment=each.at.text, name=name, type=str(need.type), found=str(fact.type),
            )


def _check_first_day(part: Declarations, day: date | None, gathering: Gathering) -> None:
    """A file whose name is no day is judged by its earliest values, so there is nothing to miss."""
    if day is None:
        return
    for parameter in part.parameters.values():
        if (first := parameter.values[0][0]) > day:
            gathering.note(
                parameter.scalar.place(), "parameter-not-in-force", name=parameter.name, day=str(day), first=str(first)
            )
    for table in part.tables.values():
        starts = table.periods[0][0]
        if starts and starts > day:
            gathering.note(table.scalar.place(), "table-not-in-force", name=table.name, day=str(day), first=str(starts))


def _check_ends(
    root: Node, written: RulesetFile, first_day: date | None, next_day: date | None, gathering: Gathering
) -> None:
    if written.ends is None:
        return
    assert isinstance(root, Mapping)
    place = root.entries["ends"].value.place()
    if first_day and written.ends < first_day:
        gathering.note(place, "ends-before-first-day", ends=str(written.ends), day=str(first_day))
    if next_day and written.ends >= next_day:
        last = next_day - timedelta(days=1)
        gathering.note(place, "ends-after-next", ends=str(written.ends), day=str(next_day), last=str(last))


def _check_enough(
    root: Node, written: RulesetFile, parts: Sequence[Declarations], gathering: Gathering
) -> None:
    """Without a condition that counts, or without required evidence, anything would be approved."""
    conditions = chain.from_iterable(part.conditions.values() for part in parts)
    if "conditions" not in written.unread and not any(condition.counts for condition in conditions):
        gathering.note(root.place(), "no-conditions")
    evidence = chain.from_iterable(part.evidence.values() for part in parts)
    required = any(asked.make.keywords.get("required") for asked in evidence)
    if not {"evidence", "self_declared"} & written.unread and not written.self_declared and not required:
        gathering.note(root.place(), "no-required-evidence")


def _check_size(root: Node, parts: Sequence[Declarations], gathering: Gathering) -> None:
    count = 0
    for expression in chain.from_iterable(_expressions(part) for part in parts):
        count += sum(1 for _ in walk(expression.tree))
        if count > MOST_EXPRESSION_NODES:
            gathering.note(root.place(), "too-many-expression-nodes", limit=str(MOST_EXPRESSION_NODES))
            return


def _expressions(part: Declarations) -> Iterator[Expression]:
    """Those of everything but tables and messages."""
    written: list[object] = [definition.expression for definition in part.definitions.values()]
    written += [condition.require for condition in part.conditions.values()]
    for asked in part.evidence.values():
        written += asked.make.keywords.values()
    if isinstance(part, RulesetFile):
        for fact in part.form.values():
            written += [fact.asked_when, fact.prefill]
        written += [review.when for review in part.conclusions]
        written += [granted.value for granted in part.grant.values()]
    yield from (each for each in written if isinstance(each, Expression))
