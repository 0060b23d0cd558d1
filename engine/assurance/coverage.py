"""What the cases of a ruleset have shown: outcomes of its conditions, rows of its tables. Meaning: docs/meaning.md, "Coverage".

Only what a file declares itself is asked of its cases; a fragment's conditions and tables are for the fragment's cases.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from engine.decision.compiler import Function, compile_answers
from engine.decision.decide import CompiledRuleset, Decision
from engine.language.types import INTEGER, ListType, Record, Type, Uscc
from engine.ruleset.checking import Checked
from engine.ruleset.model import Condition, FormFact, Output, Ruleset, Table
from engine.ruleset.namespace import fact_path
from engine.ruleset.reading import paths_read

_ALWAYS_KNOWN = frozenset({"today", "applied_on", "applicant.kind", "case.draw"})


@dataclass(frozen=True, slots=True)
class Unseen:
    """What no case has shown: outcomes of a condition, or rows of a table, counted from 1 (`2024-10-01/3` where dated)."""

    ruleset: str
    kind: Literal["condition", "table"]
    name: str
    never_seen: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {"ruleset": self.ruleset, self.kind: self.name, "never_seen": list(self.never_seen)}


class Coverage:
    """Gathers what is seen of one file, whichever of its versions decides."""

    def __init__(self, checked: Checked, last_day: date | None) -> None:
        ruleset = checked.ruleset
        self.reference = ruleset.reference
        conditions = [each for each in ruleset.conditions.values() if _is_own(ruleset, each)]
        self.outcomes = {each.id: _outcomes(checked, each) for each in conditions}
        self.rows = {each.name: _reachable(each, ruleset.first_day, last_day) for each in _own_tables(ruleset)}
        self.outcomes_seen: set[tuple[str, str]] = set()
        self.rows_seen: set[tuple[str, str]] = set()

    def see(self, decision: Decision, rows: TableRows) -> None:
        """Takes a decision that came out as its case expects."""
        self.outcomes_seen |= set(zip(decision.ruleset.ids, decision.outcomes, strict=True))
        self.rows_seen |= set(rows.hit_by(decision))

    def unseen(self) -> tuple[Unseen, ...]:
        """Conditions, then tables, in the order of the file; those of which all has been seen are left out."""
        return (
            *self._unseen("condition", self.outcomes, self.outcomes_seen),
            *self._unseen("table", self.rows, self.rows_seen),
        )

    def _unseen(
        self, kind: Literal["condition", "table"], demanded: Mapping[str, Sequence[str]], seen: set[tuple[str, str]]
    ) -> Iterator[Unseen]:
        for name, wanted in demanded.items():
            if never_seen := tuple(each for each in wanted if (name, each) not in seen):
                yield Unseen(self.reference, kind, name, never_seen)


class TableRows:
    """Tells which rows of a ruleset's own tables a decision hit.

    The function that decides does not tell, and is not slowed down for it: each row is compiled once more, as a table of
    its own that counts whether it matches.
    """

    def __init__(self, compiled: CompiledRuleset) -> None:
        self.settlers = compiled.settlers
        checked = compiled.checked
        self.tables = _own_tables(checked.ruleset)
        counters = [list(_counters(table)) for table in self.tables]
        tables = {**checked.ruleset.tables, **{one.name: one for several in counters for one in several}}
        counting = replace(checked, ruleset=replace(checked.ruleset, tables=tables))
        self.count: Function = compile_answers(counting, [[(one.name,) for one in several] for several in counters])

    def hit_by(self, decision: Decision) -> Iterator[tuple[str, str]]:
        """Each table's name with the row's; of a table that takes the first row that matches, that row alone."""
        if not self.tables:
            return
        values = dict(decision.facts.values)
        for settler in self.settlers:
            settler.settle(values, decision.facts, [])
        for table, counts in zip(self.tables, self.count(values, []), strict=True):
            for (row, _), count in zip(_named_rows(table), counts, strict=True):
                if count == 1:
                    yield table.name, row
                if count != 0 and table.hit == "first":
                    break


def _own_tables(ruleset: Ruleset) -> list[Table]:
    return [each for each in ruleset.tables.values() if _is_own(ruleset, each)]


def _is_own(ruleset: Ruleset, declared: Condition | Table) -> bool:
    return declared.scalar.place().path == ruleset.path


def _named_rows(table: Table) -> Iterator[tuple[str, int]]:
    """The name of each row, and which of the table's periods it is of."""
    for period, (start, rows) in enumerate(table.periods):
        for number in range(1, len(rows) + 1):
            yield (f"{start}/{number}" if start else str(number)), period


def _counters(table: Table) -> Iterator[Table]:
    """For each row a table that is 1 where the row is in force and matches, 0 where not, else unknown."""
    counter = replace(
        table, hit="collect", aggregate="count", outputs=(Output("hits", INTEGER, ""),), named=False, default=None
    )
    for place, (start, rows) in enumerate(table.periods):
        later = tuple((after, ()) for after, _ in table.periods[place + 1 : place + 2])
        for number, row in enumerate(rows):
            # No name that a policy writer gives has a space in it.
            yield replace(counter, name=f"{table.name} {place} {number}", periods=((start, (row,)), *later))


def _reachable(table: Table, first_day: date | None, last_day: date | None) -> tuple[str, ...]:
    """The rows of the periods that lie, at least in part, within the days on which the file is in force."""
    starts = [start or date.min for start, _ in table.periods]
    ends = [*starts[1:], date.max]
    in_force = [
        start <= (last_day or date.max) and (end == date.max or end > (first_day or date.min))
        for start, end in zip(starts, ends, strict=True)
    ]
    return tuple(row for row, period in _named_rows(table) if in_force[period])


def _outcomes(checked: Checked, condition: Condition) -> tuple[str, ...]:
    """The outcomes that cases must show: unknown only of a condition that reads a fact that may be unknown."""
    facts = checked.facts_read(condition.require.tree)
    known = all(_is_known(checked.ruleset, each) for each in facts)
    return ("pass", "fail") if known else ("pass", "fail", "unknown")


def _is_known(ruleset: Ruleset, fact: str) -> bool:
    section, _, name = fact.partition(".")
    return fact in _ALWAYS_KNOWN or (section == "form" and _is_answered(ruleset, ruleset.form[name]))


def _is_answered(ruleset: Ruleset, fact: FormFact) -> bool:
    """Whether the form is refused without the fact, at least where it is asked and is known to be asked."""
    if _holds_uscc(fact.type) or (fact.optional and fact.default is None):
        return False
    asked_when = paths_read(fact.asked_when.tree) if fact.asked_when is not None else ()
    return all(_is_known(ruleset, fact_path(ruleset, path) or "") for path in asked_when)


def _holds_uscc(type_: Type) -> bool:
    """A uscc whose check character is wrong is unknown, and not refused."""
    match type_:
        case ListType():
            return _holds_uscc(type_.element)
        case Record():
            return any(_holds_uscc(field) for _, field in type_.fields)
    return isinstance(type_, Uscc)
