"""Reads the cases beside a ruleset or fragment, `<date>.cases.yaml`: each row of each case whole, or every finding.

It follows `like` and `each` and puts in what a case leaves unsaid. It decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import engine.assurance.case_messages  # noqa: F401 - the texts of findings about cases
from engine.assurance.case_facts import LEFT_OUT, evidence, facts, issued_before, merged, without_removed
from engine.assurance.cases_schema import Vocabulary, WrittenDay, case, ids
from engine.language.json_values import as_json
from engine.language.types import Type
from engine.ruleset import document
from engine.ruleset.document import Node, Scalar, read_document
from engine.ruleset.findings import Finding, Place
from engine.ruleset.loading import dated_files
from engine.ruleset.model import Ruleset
from engine.ruleset.shapes import ANYTHING, Gathering, Key, Shape, keys, list_of, suggestion
from engine.ruleset.values import read_value

_NOT_FACTS = frozenset({"name", "like", "each", "expect"})


@dataclass(frozen=True, slots=True)
class Case:
    """`name` has the row's number under `each`; `facts` is the JSON of `decide`; `expect` has no empty lists."""

    name: str
    on: date
    facts: Mapping[str, Any]
    expect: Mapping[str, Any]

    def day(self, dated_by: str) -> date:
        """The day that picks fragments and parameters."""
        return date.fromisoformat(self.facts["applied_on"]) if dated_by == "applied_on" else self.on


@dataclass(frozen=True, slots=True)
class Term:
    """The first and the last day on which a file is in force; None for no end."""

    first: date | None
    last: date | None

    def __contains__(self, day: date) -> bool:
        return (self.first or date.min) <= day <= (self.last or date.max)


def term_of(path: Path, ruleset: Ruleset) -> Term:
    """From the first day of the ruleset's or fragment's file to its last, which is before that of the next file."""
    later = [each.day for each in dated_files(path.parent) if ruleset.first_day and each.day > ruleset.first_day]
    ends = [each for each in (ruleset.ends, min(later) - timedelta(days=1) if later else None) if each]
    return Term(ruleset.first_day, min(ends, default=None))


def cases_beside(path: Path) -> Path:
    """The cases file of a ruleset's or a fragment's file, whether there is one or not."""
    return path.with_suffix(".cases.yaml")


def read_cases(path: Path, versions: Sequence[Ruleset], term: Term) -> tuple[Case, ...]:
    """The cases in `path`. `versions`: the ruleset with the fragments of each of their days.

    Raises `Refused` with every finding, and `OSError`.
    """
    items = list_of(ANYTHING).read(read_document(str(path), path.read_bytes()))
    return _Reading(vocabulary(versions), versions[0].dated_by, term).cases(items)


def vocabulary(versions: Sequence[Ruleset]) -> Vocabulary:
    """What cases may name: all that any version of a ruleset declares."""
    form = {name: each.type for version in versions for name, each in version.form.items()}
    types = {name: each.type for version in versions for name, each in version.evidence.items()}
    granted = {name: each.type for version in versions for name, each in version.grant.items()}
    conditions = {name: None for version in versions for name in version.conditions}
    return Vocabulary(
        form=facts(form),
        evidence=keys({name: Key(evidence(type_), "", "") for name, type_ in types.items()}),
        grant=keys({name: Key(_granted(type_), "", "", required=True) for name, type_ in granted.items()}),
        grants=bool(granted),
        form_facts=ids(list(form)),
        evidence_names=ids(list(types)),
        conditions=ids(list(conditions)),
    )


def _granted(type_: Type) -> Shape[Any]:
    return Shape(lambda node: as_json(read_value(type_, node), type_), {})


@dataclass(frozen=True, slots=True)
class _Written:
    node: Node
    values: Mapping[str, Any]

    @property
    def facts(self) -> dict[str, Any]:
        return _only_facts(self.values)


class _Reading(Gathering):
    def __init__(self, known: Vocabulary, dated_by: str, term: Term) -> None:
        super().__init__()
        self.shape = case(known)
        self.dated_by = dated_by
        self.term = term
        self.written: dict[str, _Written | None] = {}  # None: it has findings
        self.whole: dict[str, dict[str, Any] | None] = {}  # facts after `like`; None: not to be had

    def cases(self, items: Sequence[Node]) -> tuple[Case, ...]:
        for item in items:
            self.take(item)
        for name in self.written:
            self.follow(name)
        found = [each for name, written in self.written.items() if written for each in self.rows(name, written)]
        self.findings = _once(self.findings)
        self.finish()
        return tuple(found)

    def take(self, item: Node) -> None:
        read = self.read(self.shape.read, item)
        name = _name_of(item)
        if name is None:
            return
        if name.text in self.written:
            self.note(name.place(), "repeated-case", name=name.text)
        else:
            self.written[name.text] = None if read is None else _Written(item, read)

    def follow(self, name: str | None) -> None:
        """Puts the facts of the case, and of all it is like, into `whole`."""
        chain: dict[str, _Written | None] = {}
        while name is not None and name not in self.whole and name not in chain:
            written = self.written[name]
            chain[name] = written
            name = self.base(written)
        if name in chain:
            names = list(chain)
            self.cycle(names[names.index(name) :])
        for each, written in reversed(chain.items()):
            if each in self.whole:
                continue
            base: dict[str, Any] | None = {}
            if written is not None and "like" in written.values:
                base = self.whole.get(written.values["like"].text)
            self.whole[each] = None if written is None or base is None else merged(base, written.facts)

    def base(self, written: _Written | None) -> str | None:
        like: Scalar | None = written.values.get("like") if written else None
        if like is None:
            return None
        if like.text not in self.written:
            self.note(like.place(), "unknown-case", name=like.text, near=suggestion(like.text, self.written))
            return None
        return like.text

    def cycle(self, names: list[str]) -> None:
        self.whole |= dict.fromkeys(names)
        first = self.written[names[0]]
        assert first
        self.note(first.values["like"].place(), "case-cycle", route=" → ".join([*names, names[0]]))

    def rows(self, name: str, written: _Written) -> Iterator[Case]:
        shared = self.whole[name]
        if shared is None:
            return
        each = written.values.get("each")
        if each is None:
            yield from self.made(name, written, shared, written.values["expect"])
        for number, row in enumerate(each or (), 1):
            yield from self.made(f"{name} [{number}]", written, merged(shared, _only_facts(row)), row["expect"])

    def made(self, name: str, written: _Written, given: Mapping[str, Any], expect: Mapping[str, Any]) -> Iterator[Case]:
        """The case, if its days are right."""
        on = given.get("on", LEFT_OUT)
        applied_on = given.get("applied_on", LEFT_OUT)
        if on is LEFT_OUT:
            self.note(written.node.place(), "missing-key", name="on")
            return
        assert isinstance(on, WrittenDay)
        applied = applied_on if isinstance(applied_on, WrittenDay) else on
        deciding = applied if self.dated_by == "applied_on" else on
        if deciding.day not in self.term:
            term = {"first": str(self.term.first or "…"), "last": str(self.term.last or "…")}
            self.note(deciding.scalar.place(), "case-not-in-force", day=str(deciding.day), **term)
        elif applied.day > on.day:
            days = {"applied_on": str(applied.day), "on": str(on.day)}
            self.note(applied.scalar.place(), "applied-after-on", **days)
        else:
            yield Case(name, on.day, _document(given, on.day, applied.day), expect)


def _document(given: Mapping[str, Any], on: date, applied_on: date) -> dict[str, Any]:
    """The facts as JSON, with what the case leaves unsaid."""
    sections = {name: value for name, value in given.items() if value is not LEFT_OUT and name != "on"}
    answers = sections.get("evidence", {})
    sections["evidence"] = {name: issued_before(on, answer) for name, answer in answers.items()}
    sections["applied_on"] = applied_on.isoformat()
    if "commitments" in sections:
        sections["commitments"] = list(sections["commitments"])
    found: dict[str, Any] = without_removed(sections)
    return found


def _only_facts(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in _NOT_FACTS}


def _name_of(item: Node) -> Scalar | None:
    """The name of a case, also of one that has findings."""
    entry = item.entries.get("name") if isinstance(item, document.Mapping) else None
    return entry.value if entry and isinstance(entry.value, Scalar) else None


def _once(findings: Sequence[Finding]) -> list[Finding]:
    """What several cases took over from one is found once."""
    first: dict[tuple[Place, str], Finding] = {}
    for each in findings:
        first.setdefault((each.place, each.code), each)
    return list(first.values())
