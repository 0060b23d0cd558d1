"""Compiles a checked ruleset into Python functions, once: conditions, grants and written reviews in one function, and a
small one for each expression that has to be answered before (`of`, `when`, `required`, `asked_when`, `for_each`).

Functions are built as syntax-tree nodes with generated names and run without builtins.
"""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from operator import gt, lt
from typing import Any

from engine.decision import hits
from engine.decision.expressions import Code, Translator, load
from engine.language.tree import Cell, Node
from engine.language.types import OneOf, Type
from engine.ruleset.checking import Checked
from engine.ruleset.model import Output, Parameter, Row, Table
from engine.ruleset.namespace import declared_name, fact_path
from engine.ruleset.reading import Path, paths_read

Values = Mapping[str, Any]
"""Facts by path; every declared fact is there, None where unknown."""
Log = list[tuple[str, str]]
"""Diagnostics: what they are about, and their code."""
Function = Callable[[Values, Log], Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """One value that a function is to compute: its owner is named in diagnostics."""

    owner: str
    root: Node


def compile_answers(checked: Checked, groups: Sequence[Sequence[Answer | Path]]) -> Function:
    """A function from facts to a tuple of tuples, one a group; a `Path` in a group answers with the value of that name."""
    function = _FunctionBuilder(checked)
    results = [[function.answer(each) for each in group] for group in groups]
    return function.build(ast.Tuple([ast.Tuple(result, ast.Load()) for result in results], ast.Load()))


def compile_answer(checked: Checked, owner: str, root: Node, item: bool = False) -> Function:
    """A function from facts to one value. With `item`, the facts' entry `item` is what `item` reads."""
    function = _FunctionBuilder(checked)
    if item:
        function.read_item()
    return function.build(function.answer(Answer(owner, root)))


def value_on(values: tuple[tuple[date, Any], ...], day: date | None) -> Any:
    """The value of a parameter on a day: the latest that is dated on or before it; unknown before the first."""
    if day is None:
        return None
    place = bisect_right(values, day, key=lambda each: each[0])
    return values[place - 1][1] if place else None


def _note(log: Log, owner: str) -> Callable[[str], None]:
    return partial(_append, log, owner)


def _append(log: Log, owner: str, code: str) -> None:
    log.append((owner, code))


class _FunctionBuilder:
    """One function being generated: a statement for each fact, parameter, definition and table that is read, then the result."""

    def __init__(self, checked: Checked) -> None:
        self.checked = checked
        self.ruleset = checked.ruleset
        self.translator = Translator(checked, self)
        self.body: list[ast.stmt] = []
        self.globals: dict[str, Any] = {"__builtins__": {}}
        self.constants: dict[int, str] = {}
        self.locals: dict[str, Code] = {}
        self.used = 0
        self.diagnoses = False

    def build(self, result: ast.expr) -> Function:
        parameters = [ast.arg("facts"), ast.arg("log")]
        arguments = ast.arguments(posonlyargs=[], args=parameters, kwonlyargs=[], kw_defaults=[], defaults=[])
        definition = ast.FunctionDef("answers", arguments, [*self.body, ast.Return(result)], [])
        module = ast.fix_missing_locations(ast.Module([definition], []))
        exec(compile(module, f"<{self.ruleset.reference}>", "exec"), self.globals)  # noqa: S102 - built above, from nodes
        function: Function = self.globals["answers"]
        return function

    # What the translator asks for

    def value(self, path: Path) -> Code:
        return self.locals[declared_name(self.ruleset, path)]

    def parameter_at(self, name: str, day: Code) -> Code:
        values = self.constant(self.ruleset.parameters[name].values)
        return Code(ast.Call(self.constant(value_on), [values, day.tree], []))

    def constant(self, value: object) -> ast.expr:
        name = self.constants.get(id(value))
        if name is None:
            name = self.constants[id(value)] = f"k{len(self.constants)}"
            self.globals[name] = value  # kept alive here, so its id stays its own
        return load(name)

    def diagnose(self) -> ast.expr:
        self.diagnoses = True
        return load("note")

    def fresh(self) -> str:
        self.used += 1
        return f"t{self.used}"

    # Statements

    def answer(self, wanted: Answer | Path) -> ast.expr:
        if isinstance(wanted, Answer):
            return self.translator.exact(self.computed(wanted.owner, wanted.root)).tree
        self.read(wanted)
        return self.value(wanted).tree

    def read_item(self) -> None:
        self.locals["item"] = self.assign("item", lambda: Code(_fact("item")))

    def assign(self, owner: str, make: Callable[[], Code]) -> Code:
        """Computes what `make` translates in a statement of its own; the code returned reads the result."""
        outer, self.diagnoses = self.diagnoses, False
        code = make()
        diagnoses, self.diagnoses = self.diagnoses, outer
        if code.is_plain:
            return code
        if diagnoses:
            note = ast.Call(self.constant(_note), [load("log"), ast.Constant(owner)], [])
            self.body.append(ast.Assign([ast.Name("note", ast.Store())], note))
        name = self.fresh()
        self.body.append(ast.Assign([ast.Name(name, ast.Store())], code.tree))
        return replace(code, tree=load(name))

    def computed(self, owner: str, root: Node) -> Code:
        self.read_all([root])
        return self.assign(owner, lambda: self.translator.expression(root))

    def read_all(self, roots: Sequence[Node]) -> None:
        """Whatever the expressions read is computed before them, so that nothing is computed inside a lambda twice."""
        for root in roots:
            for path in paths_read(root):
                self.read(path)

    def read(self, path: Path) -> None:
        key = declared_name(self.ruleset, path)
        if key in self.locals:
            return
        name = path[0]
        if fact_path(self.ruleset, path) is not None:
            known = key in ("today", "applied_on")
            self.locals[key] = self.assign(key, lambda: Code(_fact(key), known=known))
        elif name in self.ruleset.parameters:
            self.parameter(self.ruleset.parameters[name])
        elif name in self.ruleset.tables:
            self.table(self.ruleset.tables[name])
        else:
            self.locals[name] = self.computed(name, self.ruleset.definitions[name].expression.tree)

    def parameter(self, parameter: Parameter) -> None:
        first_day = self.ruleset.first_day
        started, value = parameter.values[0]
        if len(parameter.values) == 1 and first_day is not None and started <= first_day:
            plain = isinstance(value, (bool, int, str))
            code = Code(ast.Constant(value) if plain else self.constant(value), known=True)
            self.locals[parameter.name] = code
            return
        self.read((self.ruleset.dated_by,))
        day = self.value((self.ruleset.dated_by,))
        self.locals[parameter.name] = self.assign(parameter.name, lambda: self.parameter_at(parameter.name, day))

    # Decision tables

    def table(self, table: Table) -> None:
        self.read_all([each.tree for each in (*table.inputs, *(table.default or ()))])
        for _, rows in table.periods:
            for row in rows:
                self.read_all([*(cell.tree for cell in row.inputs), *(output.tree for output in row.outputs)])
        inputs = [self.computed(table.name, each.tree) for each in table.inputs]
        periods = [self.period(table, rows, inputs) for _, rows in table.periods]
        for place, output in enumerate(table.outputs):
            key = f"{table.name}.{output.id}" if table.named else table.name
            self.locals[key] = self.assign(table.name, lambda place=place, output=output: self.output(  # type: ignore[misc]
                table, place, output, periods))

    def period(self, table: Table, rows: Sequence[Row], inputs: Sequence[Code]) -> tuple[ast.expr, Sequence[Row]]:
        """The matches of the rows of one period, computed once for all outputs."""

        repeated = self.repeated_cells(table, rows, inputs)

        def matches() -> Code:
            found = [self.matches(table, row, inputs, repeated) for row in rows]
            return Code(ast.Tuple(found, ast.Load()), known=True)

        return self.assign(table.name, matches).tree, rows

    def repeated_cells(self, table: Table, rows: Sequence[Row], inputs: Sequence[Code]) -> dict[Cell, Code]:
        """Cells that several rows share (the reader gives equal cells of a column one tree), each computed once."""
        repeated: dict[Cell, Code] = {}
        for place, (value, expression) in enumerate(zip(inputs, table.inputs, strict=True)):
            type_ = self.checked.types[expression.tree]
            counts = Counter(row.inputs[place].tree for row in rows)
            for cell in (cell for cell, count in counts.items() if count > 1 and cell.tests):
                repeated[cell] = self.assign(
                    table.name, lambda cell=cell, value=value, type_=type_: self.translator.cell(cell, value, type_)  # type: ignore[misc]
                )
        return repeated

    def matches(self, table: Table, row: Row, inputs: Sequence[Code], repeated: Mapping[Cell, Code]) -> ast.expr:
        cells = [
            repeated.get(cell.tree) or self.translator.cell(cell.tree, value, self.checked.types[expression.tree])
            for cell, value, expression in zip(row.inputs, inputs, table.inputs, strict=True)
            if cell.tree.tests
        ]
        return self.translator.kleene(cells, False).tree if cells else ast.Constant(True)

    def output(self, table: Table, place: int, output: Output,
               periods: Sequence[tuple[ast.expr, Sequence[Row]]]) -> Code:
        policy = self.constant(_policy(table, output.type))
        default: ast.expr = self.constant(hits.NO_DEFAULT)
        if table.default is not None:
            default = self.exact(table.default[place].tree).tree
        diagnose = self.diagnose()
        found: ast.expr = ast.Call(policy, [ast.Tuple([], ast.Load()), ast.Tuple([], ast.Load()), default, diagnose], [])
        for (start, _), (matches, rows) in zip(table.periods, periods, strict=True):
            outputs = self.outputs([row.outputs[place].tree for row in rows], matches)
            call = ast.Call(policy, [matches, outputs, default, diagnose], [])
            found = call if start is None else ast.IfExp(self.has_begun(start), call, found)
        return Code(found)

    def has_begun(self, start: date) -> ast.expr:
        self.read((self.ruleset.dated_by,))
        day = self.value((self.ruleset.dated_by,))
        return ast.Compare(day.tree, [ast.GtE()], [self.constant(start)])

    def outputs(self, roots: Sequence[Node], matches: ast.expr) -> ast.expr:
        codes = [self.exact(root) for root in roots]
        if all(code.is_plain for code in codes):
            return ast.Tuple([code.tree for code in codes], ast.Load())
        none = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
        thunks = ast.Tuple([ast.Lambda(none, code.tree) for code in codes], ast.Load())
        return ast.Call(self.constant(hits.evaluated), [matches, thunks], [])

    def exact(self, root: Node) -> Code:
        return self.translator.exact(self.translator.expression(root))


def _fact(path: str) -> ast.expr:
    return ast.Subscript(load("facts"), ast.Constant(path), ast.Load())


_EXTREMES = {"min": hits.extreme(lt), "max": hits.extreme(gt)}
_PLAIN_POLICIES: Mapping[str, hits.Policy] = {
    "unique": hits.unique, "any": hits.any_, "first": hits.first, "rule-order": hits.rule_order,
}


def _policy(table: Table, type_: Type) -> hits.Policy:
    if table.hit == "collect":
        if table.aggregate == "sum":
            return hits.sum_
        if table.aggregate == "count":
            return hits.count
        return _EXTREMES[table.aggregate] if table.aggregate else hits.rule_order
    if table.hit in ("priority", "output-order"):
        assert isinstance(type_, OneOf)
        return (hits.priority if table.hit == "priority" else hits.output_order)(type_.values)
    return _PLAIN_POLICIES[table.hit]
