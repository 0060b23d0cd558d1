"""Turns typed expressions into Python syntax-tree nodes that carry Kleene's unknowns (None).

Nothing a policy writer types becomes code: names are generated, and every constant that Python's own literals cannot
hold goes into the function's globals. What an expression means is in docs/rule-language.md and docs/meaning.md.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from engine.decision import lists
from engine.language import numbers, tree
from engine.language.functions import FUNCTIONS, Argument
from engine.language.texts import fold
from engine.language.types import IDENTIFIERS, ListType, Phone, Type
from engine.ruleset.checking import Checked
from engine.ruleset.reading import Path

_COMPARE: dict[str, type[ast.cmpop]] = {
    "=": ast.Eq, "!=": ast.NotEq, "<": ast.Lt, "<=": ast.LtE, ">": ast.Gt, ">=": ast.GtE,
}
_ARITHMETIC = {"+": numbers.add, "-": numbers.subtract, "*": numbers.multiply, "/": numbers.divide}
_QUANTIFIERS = {"some": lists.some, "every": lists.every, "no": lists.no}
_NONE = ast.Constant(None)


@dataclass(frozen=True, slots=True)
class Code:
    """A piece of Python. `known`: never None. `bounded`: may be `lists.Bounds`. `possible`: may be `lists.Possible`."""

    tree: ast.expr
    known: bool = False
    bounded: bool = False
    possible: bool = False

    @property
    def is_plain(self) -> bool:
        """A name or constant, which may be repeated without being computed again."""
        return isinstance(self.tree, (ast.Name, ast.Constant))


class Names(Protocol):
    """Where the expression's names are found in the function being generated."""

    def value(self, path: Path) -> Code:
        """A fact, parameter, definition or table output."""
        ...

    def parameter_at(self, name: str, day: Code) -> Code: ...

    def constant(self, value: object) -> ast.expr:
        """A global that holds the value."""
        ...

    def diagnose(self) -> ast.expr:
        """The function that takes a diagnostic's code."""
        ...

    def fresh(self) -> str:
        """A name not used before."""
        ...


def load(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())


class Translator:
    """Translates the expressions of one checked ruleset."""

    def __init__(self, checked: Checked, names: Names) -> None:
        self.checked = checked
        self.names = names
        self.variables: dict[str, str] = {}
        self.items: list[str] = []

    def expression(self, node: tree.Node) -> Code:
        match node:
            case tree.Literal():
                return self.literal(node)
            case tree.Name() | tree.Field():
                return self.read(node)
            case tree.At():
                return self.names.parameter_at(node.parameter.name, self.expression(node.day))
            case tree.Call():
                return self.call(node)
            case tree.Filter():
                items = self.expression(node.items)
                parameter = self.names.fresh()
                self.items.append(parameter)
                test = self.expression(node.test)
                self.items.pop()
                return Code(self.apply(lists.keep, items.tree, _function((parameter,), test)), possible=True)
            case tree.Quantified():
                return self.quantified(node)
            case tree.If():
                return self.if_(node)
            case tree.Not():
                return self.negation(self.expression(node.operand))
            case tree.And():
                return self.kleene([self.expression(operand) for operand in node.operands], False)
            case tree.Or():
                return self.kleene([self.expression(operand) for operand in node.operands], True)
            case tree.Negate():
                return self.strict([self.exact(self.expression(node.operand))], lambda x: self.apply(numbers.negate, x))
            case tree.Arithmetic():
                return self.arithmetic(node)
            case tree.Compare():
                return self.compare(node.operator, self.expression(node.left), self.expression(node.right),
                                    self.checked.types[node.left])
            case tree.Between():
                ends = (self.expression(node.low), self.expression(node.high))
                return self.within(self.expression(node.value), ends, (">=", "<="))
            case tree.In():
                return self.membership(node)
            case tree.ListOf():
                elements = [self.exact(self.expression(item)).tree for item in node.items]
                return Code(ast.Tuple(elements, ast.Load()), known=True)
        raise TypeError(node)

    # Values

    def literal(self, node: tree.Literal) -> Code:
        value = literal_value(node, self.checked.types[node])
        if isinstance(value, (bool, int, str)):
            return Code(ast.Constant(value), known=True)
        return Code(self.names.constant(value), known=True)

    def read(self, node: tree.Name | tree.Field) -> Code:
        if isinstance(node, tree.Name):
            variable = self.items[-1] if node.name == "item" and self.items else self.variables.get(node.name)
            return Code(load(variable)) if variable else self.names.value((node.name,))
        if node.base not in self.checked.types:  # a group: the path up to here is one name
            return self.names.value(_path(node))
        inner = self.expression(node.base)
        if isinstance(self.checked.types[node.base], ListType):
            return Code(self.apply(lists.project, inner.tree, ast.Constant(node.name)), possible=inner.possible)
        return self.strict([inner], lambda record: ast.Subscript(record, ast.Constant(node.name), ast.Load()))

    def exact(self, code: Code) -> Code:
        """One value: a count between bounds, or a list with possible members, is unknown."""
        if code.bounded:
            code = Code(self.apply(lists.exact, code.tree))
        return Code(self.apply(lists.ordinary, code.tree)) if code.possible else code

    def apply(self, function: Callable[..., Any], *arguments: ast.expr) -> ast.expr:
        return ast.Call(self.names.constant(function), list(arguments), [])

    def strict(self, operands: Sequence[Code], make: Callable[..., ast.expr]) -> Code:
        """Unknown if an operand is; else what `make` makes of them. Every operand is computed once, in order."""
        tests, values = self.held(operands)
        result = make(*values)
        if not tests:
            return Code(result, known=all(operand.known for operand in operands) and isinstance(result, ast.Compare))
        return Code(ast.IfExp(_any(tests), _NONE, result))

    def held(self, operands: Sequence[Code]) -> tuple[list[ast.expr], list[ast.expr]]:
        """Tests that an operand is unknown, and the operands to use after the tests.

        An operand that needs no test is used after them too; nothing here has an effect, so the order does not matter.
        """
        tests: list[ast.expr] = []
        values: list[ast.expr] = []
        for operand in operands:
            value = operand.tree
            if not operand.known:
                test = value
                if not operand.is_plain:
                    name = self.names.fresh()
                    test, value = ast.NamedExpr(ast.Name(name, ast.Store()), value), load(name)
                tests.append(ast.Compare(test, [ast.Is()], [_NONE]))
            values.append(value)
        return tests, values

    def repeatable(self, code: Code) -> tuple[ast.expr, Code]:
        """The expression to use first, and the code to use after it."""
        if code.is_plain:
            return code.tree, code
        name = self.names.fresh()
        return ast.NamedExpr(ast.Name(name, ast.Store()), code.tree), replace(code, tree=load(name))

    # Logic

    def negation(self, operand: Code) -> Code:
        if operand.known:
            return Code(ast.UnaryOp(ast.Not(), operand.tree), known=True)
        return self.strict([operand], lambda value: ast.UnaryOp(ast.Not(), value))

    def kleene(self, operands: Sequence[Code], decisive: bool) -> Code:
        """`or` with decisive true, `and` with decisive false."""
        if len(operands) == 1:
            return operands[0]
        if all(operand.known for operand in operands):
            operation: ast.boolop = ast.Or() if decisive else ast.And()
            return Code(ast.BoolOp(operation, [operand.tree for operand in operands]), known=True)
        firsts, laters = zip(*(self.repeatable(operand) for operand in operands), strict=True)
        settled = [ast.Compare(first, [ast.Is()], [ast.Constant(decisive)]) for first in firsts]
        unknown: list[ast.expr] = [
            ast.Compare(later.tree, [ast.Is()], [_NONE]) for later in laters if not later.known
        ]
        otherwise = ast.IfExp(_any(unknown), _NONE, ast.Constant(not decisive))
        return Code(ast.IfExp(_any(list(settled)), ast.Constant(decisive), otherwise))

    def if_(self, node: tree.If) -> Code:
        test, then, otherwise = (self.expression(each) for each in (node.test, node.then, node.otherwise))
        bounded, possible = then.bounded or otherwise.bounded, then.possible or otherwise.possible
        if test.known:
            return Code(ast.IfExp(test.tree, then.tree, otherwise.tree), then.known and otherwise.known, bounded, possible)
        first, later = self.repeatable(test)

        def unless(branch: Code, answer: bool) -> ast.expr:
            return ast.IfExp(ast.Compare(later.tree, [ast.IsNot()], [ast.Constant(answer)]), branch.tree, _NONE)

        call = self.apply(lists.pick, first, unless(then, False), unless(otherwise, True))
        return Code(call, bounded=bounded, possible=possible)

    def quantified(self, node: tree.Quantified) -> Code:
        items = self.expression(node.items)
        parameter = self.names.fresh()
        self.variables[node.variable] = parameter
        test = self.expression(node.test)
        del self.variables[node.variable]
        return Code(self.apply(_QUANTIFIERS[node.kind], items.tree, _function((parameter,), test)))

    # Comparison

    def compare(self, operator: str, left: Code, right: Code, type_: Type) -> Code:
        if left.bounded or right.bounded:
            return self.over_bounds((left, right), lambda a, b: self.compare(operator, a, b, type_))
        if isinstance(type_, ListType):
            same = Code(self.apply(lists.equal, self.exact(left).tree, self.exact(right).tree))
            return same if operator == "=" else self.negation(same)
        return self.strict([left, right], lambda a, b: ast.Compare(a, [_COMPARE[operator]()], [b]))

    def within(self, value: Code, ends: tuple[Code, Code], operators: tuple[str, str]) -> Code:
        """The Kleene `and` of two comparisons of one value."""
        if value.bounded or any(end.bounded for end in ends):
            return self.over_bounds((value, *ends), lambda x, low, high: self.within(x, (low, high), operators))
        first, later = self.repeatable(value)
        compared = zip(ends, operators, strict=True)
        both = self.kleene([self.strict([later, end], _comparison(operator)) for end, operator in compared], False)
        if value.is_plain:
            return both
        return replace(both, tree=ast.Subscript(ast.Tuple([first, both.tree], ast.Load()), ast.Constant(1), ast.Load()))

    def over_bounds(self, counts: Sequence[Code], make: Callable[..., Code]) -> Code:
        names = [self.names.fresh() for _ in counts]
        test = make(*(Code(load(name)) for name in names))
        return Code(self.apply(lists.over_bounds, _function(names, test), *(each.tree for each in counts)))

    def membership(self, node: tree.In) -> Code:
        value = self.expression(node.value)
        if isinstance(node.container, tree.Range):
            return self.range(value, node.container)
        if isinstance(node.container, tree.ListOf):
            return self.in_list(value, node.container)
        items = self.exact(self.expression(node.container))
        return self.in_items(value, items)

    def in_items(self, value: Code, items: Code) -> Code:
        if value.bounded:
            return self.over_bounds((value,), lambda x: self.in_items(x, items))
        return Code(self.apply(lists.among, self.exact(value).tree, items.tree))

    def in_list(self, value: Code, container: tree.ListOf) -> Code:
        items = container.items
        if items and all(isinstance(item, tree.Literal) for item in items) and not value.bounded:
            values = frozenset(literal_value(item, self.checked.types[item]) for item in items)  # type: ignore[arg-type]
            known = self.names.constant(values)
            return self.strict([self.exact(value)], lambda x: ast.Compare(x, [ast.In()], [known]))
        return self.in_items(value, self.expression(container))

    def range(self, value: Code, node: tree.Range) -> Code:
        operators = (">=" if node.low_included else ">", "<=" if node.high_included else "<")
        return self.within(value, (self.expression(node.low), self.expression(node.high)), operators)

    def cell(self, cell: tree.Cell, value: Code, type_: Type) -> Code:
        """Whether the value matches an input cell; `value` must be plain."""
        if value.bounded:
            return self.over_bounds((value,), lambda x: self.cell(cell, x, type_))
        tests = [
            self.range(value, test.operand)
            if isinstance(test.operand, tree.Range)
            else self.compare(test.operator, value, self.exact(self.expression(test.operand)), type_)
            for test in cell.tests
        ]
        found = self.kleene(tests, True)
        return self.negation(found) if cell.negated else found

    # Arithmetic and functions

    def arithmetic(self, node: tree.Arithmetic) -> Code:
        operation = self.names.constant(_ARITHMETIC[node.operator])
        diagnose = self.names.diagnose()
        operands = [self.exact(self.expression(node.left)), self.exact(self.expression(node.right))]
        return self.strict(operands, lambda a, b: ast.Call(operation, [diagnose, a, b], []))

    def call(self, node: tree.Call) -> Code:
        codes = [self.expression(argument) for argument in node.arguments]
        if node.function == "count":
            return Code(self.apply(lists.count, codes[0].tree), bounded=codes[0].possible)
        function = FUNCTIONS[node.function]
        meaning = function.meaning
        if function.prepare is not None:
            meaning = function.prepare([self.argument(argument) for argument in node.arguments])
        leading = [self.names.diagnose()] if function.diagnoses else []
        if node.function == "sampled":
            leading.append(self.names.value(("case", "draw")).tree)
        target = self.names.constant(meaning)
        exact = [self.exact(code) for code in codes]
        if not function.strict:
            return Code(ast.Call(target, [*leading, *(code.tree for code in exact)], []))
        return self.strict(exact, lambda *values: ast.Call(target, [*leading, *values], []))

    def argument(self, node: tree.Node) -> Argument:
        type_ = self.checked.types[node]
        if isinstance(node, tree.Literal):
            return Argument(type_, literal=node.value)
        if isinstance(node, tree.ListOf) and all(isinstance(item, tree.Literal) for item in node.items):
            return Argument(type_, literal=tuple(item.value for item in node.items if isinstance(item, tree.Literal)))
        return Argument(type_)


def literal_value(node: tree.Literal, type_: Type) -> Any:
    """A literal as the value it stands for: text folded, an identifier in upper case too."""
    if not isinstance(node.value, str):
        return node.value
    folded = fold(node.value)
    return folded.upper() if isinstance(type_, (*IDENTIFIERS, Phone)) else folded


def _path(node: tree.Field) -> Path:
    segments = [node.name]
    base = node.base
    while isinstance(base, tree.Field):
        segments.append(base.name)
        base = base.base
    assert isinstance(base, tree.Name)
    return (base.name, *reversed(segments))


def _comparison(operator: str) -> Callable[[ast.expr, ast.expr], ast.expr]:
    return lambda a, b: ast.Compare(a, [_COMPARE[operator]()], [b])


def _any(tests: list[ast.expr]) -> ast.expr:
    return tests[0] if len(tests) == 1 else ast.BoolOp(ast.Or(), tests)


def _function(parameters: Sequence[str], body: Code) -> ast.Lambda:
    arguments = ast.arguments(posonlyargs=[], args=[ast.arg(name) for name in parameters], kwonlyargs=[],
                              kw_defaults=[], defaults=[])
    return ast.Lambda(arguments, body.tree)
