"""Types a resolved ruleset: every expression against the one namespace, cycles, and what must hold between its parts.

The result, `Checked`, is all that a backend needs beside the ruleset itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import TypeAlias

from engine.language.checker import Group, Typing, check_cell, check_expression
from engine.language.nearest import nearest
from engine.language.tree import Name, Node, walk
from engine.language.types import (
    BOOLEAN,
    FAULTY,
    MONEY,
    HolderNumber,
    ListType,
    Money,
    Record,
    ResidentId,
    Type,
    Uscc,
)
from engine.ruleset.document import Place, Scalar
from engine.ruleset.findings import Finding, Refused
from engine.ruleset.model import Evidence, Expression, FormFact, Message, Outcomes, Ruleset, Table
from engine.ruleset.namespace import BUILT_IN, evidence_type, fact_path, is_approver_only, table_type
from engine.ruleset.reading import Path, paths_read
from engine.ruleset.warnings import warnings_of


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """A ruleset that may be compiled. `order`: definitions and tables, each after what it reads; likewise evidence."""

    ruleset: Ruleset
    types: Mapping[Node, Type]
    names: Mapping[str, Type | Group]
    order: tuple[str, ...]
    evidence_order: tuple[str, ...]
    approver_only: frozenset[str]  # definitions and tables that rest on what the applicant may not see
    warnings: tuple[Finding, ...]

    def facts_read(self, *roots: Node) -> tuple[str, ...]:
        """Every fact that the expressions read, through definitions and tables, in the order first read."""
        return tuple(dict.fromkeys(fact for root in roots for fact in self._facts(root, set())))

    def _facts(self, root: Node, seen: set[str]) -> Iterator[str]:
        for path in paths_read(root):
            fact = fact_path(self.ruleset, path)
            if fact is not None:
                yield fact
            elif path[0] not in seen:
                seen.add(path[0])
                for inner in expressions_of(self.ruleset, path[0]):
                    yield from self._facts(inner, seen)

    def is_approver_only(self, path: Path) -> bool:
        return path[0] in self.approver_only or is_approver_only(self.ruleset, path)


def check_ruleset(ruleset: Ruleset) -> Checked:
    """Types the whole ruleset. Raises `Refused` with every finding."""
    checking = _Checking(ruleset)
    checking.run()
    if checking.findings:
        raise Refused(tuple(checking.findings))
    order = tuple(TopologicalSorter(checking.dependences()).static_order())
    approver_only: set[str] = set()
    for name in order:
        roots = expressions_of(ruleset, name)
        if any(p[0] in approver_only or is_approver_only(ruleset, p) for root in roots for p in paths_read(root)):
            approver_only.add(name)
    return Checked(
        ruleset,
        checking.typing.types,
        checking.scope.declared(),
        order,
        tuple(TopologicalSorter(checking.evidence_dependences()).static_order()),
        frozenset(approver_only),
        tuple(warnings_of(ruleset, checking.typing.types)),
    )


def expressions_of(ruleset: Ruleset, name: str) -> Sequence[Node]:
    """The trees that a definition or table consists of; none for other names."""
    if definition := ruleset.definitions.get(name):
        return [definition.expression.tree]
    if table := ruleset.tables.get(name):
        return list(_table_trees(table))
    return []


def _table_trees(table: Table) -> Iterator[Node]:
    yield from (each.tree for each in table.inputs)
    yield from (each.tree for each in table.default or ())
    for _, rows in table.periods:
        for row in rows:
            yield from (cell.tree for cell in row.inputs)
            yield from (output.tree for output in row.outputs)


MOST_LEVELS = 64
"""Definitions and tables, each read by the next."""
MOST_TO_CONCLUDE = 1_600
"""Conditions that count, required evidence, grant values and written reviews: what one conclusion rests on."""


class _RulesetScope:
    """Names on demand: a definition is typed when first asked for; one that is asked for while being typed is a cycle."""

    def __init__(self, ruleset: Ruleset, type_definition: Callable[[str], Type]) -> None:
        self.ruleset = ruleset
        self.type_definition = type_definition
        self.known: dict[str, Type | Group] = dict(BUILT_IN)
        self.known["form"] = Group({each.name: each.type for each in ruleset.form.values()})
        self.known |= {name: evidence_type(each) for name, each in ruleset.evidence.items()}
        self.known |= {name: each.type for name, each in ruleset.parameters.items()}
        self.known |= {name: table_type(each) for name, each in ruleset.tables.items()}

    def lookup(self, name: str) -> Type | Group | None:
        if name not in self.known and name in self.ruleset.definitions:
            self.known[name] = self.type_definition(name)
        return self.known.get(name)

    def names(self) -> Sequence[str]:
        return [*self.known, *self.ruleset.definitions]

    def is_parameter(self, name: str) -> bool:
        return name in self.ruleset.parameters

    def outside_form(self) -> set[str]:
        return {*self.known, *self.ruleset.definitions} - {*BUILT_IN, "form"}

    def declared(self) -> Mapping[str, Type | Group]:
        return self.known


_Dependences: TypeAlias = Mapping[str, Sequence[str]]
"""What each name reads, in the order of the file: every run finds the same order and the same cycles."""


class _Checking:
    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self.typing = Typing()
        self.findings: list[Finding] = []
        self.scope = _RulesetScope(ruleset, self.definition)

    def find(self, place: Place, code: str, **params: str | tuple[str, ...]) -> None:
        self.findings.append(Finding(place, code, params))

    def run(self) -> None:
        cyclic = self.cycles(self.dependences(), "cycle", lambda name: self.declaration(name).place())
        cyclic |= self.cycles(
            self.evidence_dependences(), "evidence-cycle", lambda name: self.ruleset.evidence[name].scalar.place()
        )
        cyclic |= self.too_deep(cyclic)
        self.scope.known |= dict.fromkeys(cyclic, FAULTY)
        for name in self.ruleset.definitions:
            self.scope.lookup(name)
        for table in self.ruleset.tables.values():
            if table.name not in cyclic:
                self.table(table)
        for fact in self.ruleset.form.values():
            self.form_fact(fact)
        for evidence in self.ruleset.evidence.values():
            self.evidence(evidence)
        self.conditions()
        self.conclusions()
        self.enough_at_once()
        for grant in self.ruleset.grant.values():
            self.value(grant.value, grant.type)

    # Expressions

    def expression(self, expression: Expression, expected: Type | None = None, item: Type | None = None) -> Type:
        typing = Typing(self.typing.types, [])
        found = check_expression(expression.tree, self.scope, typing, expected, item)
        self.faults(expression.scalar, typing)
        return found

    def form_expression(self, expression: Expression, expected: Type | None = None) -> Type:
        """One that is answered before anything is fetched: it reads the form and the built-in facts only."""
        outside = self.scope.outside_form()
        for node in walk(expression.tree):
            if isinstance(node, Name) and node.name in outside:
                self.find(expression.scalar.place(node.at[0]), "form-only", name=node.name)
                return FAULTY
        return self.expression(expression, expected)

    def faults(self, scalar: Scalar, typing: Typing) -> None:
        for fault in typing.faults:
            self.find(scalar.place(fault.at[0]), fault.code, **fault.params)

    def definition(self, name: str) -> Type:
        return self.expression(self.ruleset.definitions[name].expression)

    def value(self, expression: Expression, expected: Type) -> None:
        """A grant or an output cell: as `expected`, with advice of its own for money that may not be whole fen."""
        before = len(self.findings)
        found = self.expression(expression)
        if len(self.findings) > before:
            return
        if isinstance(found, Money) and expected == MONEY and not found.whole_fen:
            self.find(expression.scalar.place(expression.tree.at[0]), "not-whole-fen", expression=expression.text)
        else:
            self.expression(expression, expected)

    def message(self, message: Message | None) -> None:
        if message is None:
            return
        for part in [*message.zh, *(message.en or ())]:
            if part.expression is not None and part.expression.text.replace(" ", "") != "case.number":
                self.expression(part.expression)

    # Sections

    def table(self, table: Table) -> None:
        inputs = [self.expression(each) for each in table.inputs]
        for expression, found in zip(table.inputs, inputs, strict=True):
            if isinstance(found, (ListType, Record)):
                self.find(expression.scalar.place(expression.tree.at[0]), "list-in-cell")
        types = [output.type for output in table.outputs]
        for expression, expected in zip(table.default or (), types, strict=False):
            self.value(expression, expected)
        for _, rows in table.periods:
            for row in rows:
                for cell, found in zip(row.inputs, inputs, strict=True):
                    typing = Typing(self.typing.types, [])
                    check_cell(cell.tree, found, self.scope, typing)
                    self.faults(cell.scalar, typing)
                for output, expected in zip(row.outputs, types, strict=True):
                    self.value(output, expected)

    def form_fact(self, fact: FormFact) -> None:
        if fact.asked_when is not None:
            self.form_expression(fact.asked_when, BOOLEAN)
        if fact.prefill is not None:
            self.expression(fact.prefill, fact.type)

    def evidence(self, evidence: Evidence) -> None:
        item: Type | None = None
        if evidence.for_each is not None:
            found = self.form_expression(evidence.for_each)
            if isinstance(found, ListType):
                item = found.element
            elif found != FAULTY:
                self.find(evidence.for_each.scalar.place(), "not-a-list", found=str(found))
        if evidence.of is not None:
            found = self.expression(evidence.of, item=item)
            if found != FAULTY and not isinstance(found, (ResidentId, Uscc, HolderNumber)):
                self.find(evidence.of.scalar.place(), "evidence-key", found=str(found))
        if evidence.when is not None:
            self.expression(evidence.when, BOOLEAN)
        if isinstance(evidence.required, Expression):
            self.form_expression(evidence.required, BOOLEAN)
        self.message(evidence.message)

    def conditions(self) -> None:
        for condition in self.ruleset.conditions.values():
            before = len(self.findings)
            self.expression(condition.require, BOOLEAN)
            if len(self.findings) == before and not self.reads_a_fact(condition.require.tree, set()):
                self.find(condition.require.scalar.place(), "reads-no-fact", condition=condition.id)
            self.message(condition.message)
            self.message(condition.message_unknown)
            if condition.commitment is not None:
                self.condition_ids(condition.commitment.unless)

    def enough_at_once(self) -> None:
        ruleset = self.ruleset
        required = sum(each.required is not False for each in ruleset.evidence.values())
        counting = [each for each in ruleset.conditions.values() if each.counts]
        if len(counting) + required + len(ruleset.grant) + len(ruleset.conclusions) > MOST_TO_CONCLUDE:
            self.find(counting[-1].scalar.place(), "too-many-conditions", limit=str(MOST_TO_CONCLUDE))

    def reads_a_fact(self, root: Node, seen: set[str]) -> bool:
        """Also where what it reads is faulty: that has its own finding."""
        for path in paths_read(root):
            if fact_path(self.ruleset, path) is not None or self.scope.lookup(path[0]) in (None, FAULTY):
                return True
            if path[0] not in seen:
                seen.add(path[0])
                if any(self.reads_a_fact(inner, seen) for inner in expressions_of(self.ruleset, path[0])):
                    return True
        return False

    def conclusions(self) -> None:
        for written in self.ruleset.conclusions:
            if isinstance(written.when, Outcomes):
                self.condition_ids([*written.when.fails, *written.when.passes])
            else:
                self.expression(written.when, BOOLEAN)

    def condition_ids(self, ids: Sequence[Scalar]) -> None:
        for each in ids:
            if each.text not in self.ruleset.conditions:
                near = nearest(each.text, self.ruleset.conditions)
                code = "unknown-condition-near" if near else "unknown-condition"
                self.find(each.place(), code, name=each.text, near=near or "")

    # Dependences

    def declaration(self, name: str) -> Scalar:
        return (self.ruleset.definitions.get(name) or self.ruleset.tables[name]).scalar

    def dependences(self) -> _Dependences:
        own = dict.fromkeys((*self.ruleset.definitions, *self.ruleset.tables))
        return {
            name: [path[0] for root in expressions_of(self.ruleset, name) for path in paths_read(root) if path[0] in own]
            for name in own
        }

    def evidence_dependences(self) -> _Dependences:
        return {name: self.evidence_read(each) for name, each in self.ruleset.evidence.items()}

    def evidence_read(self, evidence: Evidence) -> Sequence[str]:
        found: list[str] = []
        seen: set[str] = set()
        pending = [each.tree for each in (evidence.of, evidence.when) if each is not None]
        while pending:
            for path in paths_read(pending.pop()):
                if path[0] in self.ruleset.evidence:
                    found.append(path[0])
                elif path[0] not in seen:
                    seen.add(path[0])
                    pending.extend(expressions_of(self.ruleset, path[0]))
        return found

    def too_deep(self, cyclic: set[str]) -> set[str]:
        """Definitions and tables that rest on more than `MOST_LEVELS` others in a row; one finding, at the first."""
        graph = {name: set(needs) - cyclic for name, needs in self.dependences().items() if name not in cyclic}
        levels: dict[str, int] = {}
        for name in TopologicalSorter(graph).static_order():
            levels[name] = 1 + max((levels[each] for each in graph[name]), default=0)
        deep = [name for name, level in levels.items() if level > MOST_LEVELS]
        if deep:
            self.find(self.declaration(deep[0]).place(), "definitions-too-deep", name=deep[0], limit=str(MOST_LEVELS))
        return set(deep)

    def cycles(self, graph: _Dependences, code: str, place: Callable[[str], Place]) -> set[str]:
        """One finding for each cycle; the names that are on one."""
        cyclic: set[str] = set()
        remaining = dict(graph)
        while True:
            try:
                TopologicalSorter(remaining).prepare()
                return cyclic
            except CycleError as error:
                around: list[str] = list(reversed(error.args[1]))[:-1]
                first = min(around, key=list(graph).index)
                turn = around.index(first)
                route = [*around[turn:], *around[:turn], first]
                self.find(place(first), code, route=" → ".join(route))
                cyclic |= set(around)
                remaining = {
                    name: [need for need in needs if need not in cyclic]
                    for name, needs in remaining.items() if name not in cyclic
                }


