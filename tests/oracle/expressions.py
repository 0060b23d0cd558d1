"""Evaluates a syntax tree by walking it, in strong Kleene logic; and finds the facts a tree reads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Protocol

from engine.language import tree
from engine.language.parser import parse_cell, parse_expression
from tests.oracle.functions import FUNCTIONS
from tests.oracle.reading import fold, written
from tests.oracle.values import (
    Listed,
    Truth,
    Value,
    compare,
    conjunction,
    count,
    disjunction,
    equal,
    for_every_count,
    listed,
    member,
    negation,
    number,
    settled,
    within,
)

parse = cache(lambda text: parse_expression(text))
cell = cache(lambda text: parse_cell(text))


class Facts(Protocol):
    """What a name stands for outside quantifiers and filters."""

    def named(self, name: str) -> Value: ...

    def parameter_on(self, name: str, day: date) -> Value: ...

    def sampled(self, percent: Value) -> Truth: ...


class Evaluation:
    """Expressions over one set of facts."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    def text(self, expression: object, local: Mapping[str, Value] | None = None) -> Value:
        """The value of an expression as written in the ruleset."""
        return self.value(parse(written(expression)), local or {})

    def value(self, node: tree.Node, local: Mapping[str, Value]) -> Value:
        match node:
            case tree.Literal(value=literal):
                if isinstance(literal, str):
                    return fold(literal)
                return literal if isinstance(literal, bool | int | date) else Fraction(literal)
            case tree.Name(name=name):
                return local[name] if name in local else self._facts.named(name)
            case tree.Field(base=base, name=name):
                return field(self.value(base, local), name)
            case tree.At(parameter=parameter, day=day_node):
                day = settled(self.value(day_node, local))
                return None if day is None else self._facts.parameter_on(parameter.name, day)
            case tree.ListOf(items=items):
                return listed(settled(self.value(item, local)) for item in items)
            case tree.Call(function=function, arguments=arguments):
                return self._call(function, [self.value(each, local) for each in arguments])
            case tree.Filter(items=items, test=test):
                return self._filter(self.value(items, local), test, local)
            case tree.Quantified():
                return self._quantified(node, local)
            case tree.If(test=test, then=then, otherwise=otherwise):
                return choose(self.value(test, local), self.value(then, local), self.value(otherwise, local))
            case tree.Not(operand=operand):
                return negation(self.value(operand, local))
            case tree.And(operands=operands):
                return conjunction([self.value(each, local) for each in operands])
            case tree.Or(operands=operands):
                return disjunction([self.value(each, local) for each in operands])
            case tree.Negate(operand=operand):
                return arithmetic("-", 0, self.value(operand, local))
            case tree.Arithmetic(operator=operator, left=left, right=right):
                return arithmetic(operator, self.value(left, local), self.value(right, local))
            case tree.Compare(operator=comparator, left=left, right=right):
                sides = [self.value(left, local), self.value(right, local)]
                return for_every_count(sides, lambda pair: compare(comparator, *pair))
            case tree.Between(value=value, low=low, high=high):
                parts = [self.value(each, local) for each in (value, low, high)]
                return for_every_count(parts, lambda three: within(*three))
            case tree.In(value=value, container=container):
                return self._test("in", self.value(value, local), container, local)
        raise AssertionError(f"no meaning for {node!r}")

    def cell(self, text: object, value: Value) -> Truth:
        """Whether an input cell of a table matches the value of its input."""
        written_cell = cell(written(text))
        if not written_cell.tests:
            return True

        def matches(choice: list[Value]) -> Truth:
            hit = disjunction([self._test(test.operator, choice[0], test.operand, {}) for test in written_cell.tests])
            return negation(hit) if written_cell.negated else hit

        return for_every_count([value], matches)

    def _test(self, operator: str, value: Value, operand: tree.Node, local: Mapping[str, Value]) -> Truth:
        if isinstance(operand, tree.Range):
            ends = [self.value(operand.low, local), self.value(operand.high, local)]
            included = operand.low_included, operand.high_included
            return for_every_count([value, *ends], lambda three: within(three[0], three[1], three[2], *included))
        other = self.value(operand, local)
        if operator == "in":
            return for_every_count([value], lambda one: member(one[0], other))
        return for_every_count([value, other], lambda pair: compare(operator, *pair))

    def _filter(self, items: Value, test: tree.Node, local: Mapping[str, Value]) -> Value:
        if items is None:
            return None
        kept = []
        for element, sure in zip(items.values, items.sure, strict=True):
            truth = self.value(test, {**local, "item": element})
            if truth is not False:
                kept.append((element, sure and truth is True))
        return Listed(tuple(element for element, _ in kept), tuple(sure for _, sure in kept))

    def _quantified(self, node: tree.Quantified, local: Mapping[str, Value]) -> Truth:
        items = self.value(node.items, local)
        if items is None:
            return None
        members = [
            (self.value(node.test, {**local, node.variable: element}), True if sure else None)
            for element, sure in zip(items.values, items.sure, strict=True)
        ]
        if node.kind == "every":
            return conjunction([disjunction([negation(there), truth]) for truth, there in members])
        some = disjunction([conjunction([there, truth]) for truth, there in members])
        return some if node.kind == "some" else negation(some)

    def _call(self, function: str, arguments: list[Value]) -> Value:
        if function == "count":
            return None if arguments[0] is None else count(arguments[0])
        known = [settled(each) for each in arguments]
        if any(each is None for each in known):
            return None
        if function == "sampled":
            return self._facts.sampled(known[0])
        return FUNCTIONS[function](*known)


def field(base: Value, name: str) -> Value:
    if base is None:
        return None
    if isinstance(base, Listed):
        return Listed(tuple(field(element, name) for element in base.values), base.sure)
    return base[name]


def choose(test: Truth, then: Value, otherwise: Value) -> Value:
    if test is not None:
        return then if test else otherwise
    return then if equal(then, otherwise) else None


def arithmetic(operator: str, left: Value, right: Value) -> Value:
    left, right = settled(left), settled(right)
    if left is None or right is None or (operator == "/" and right == 0):
        return None
    left, right = Fraction(left), Fraction(right)
    exact = {"+": lambda: left + right, "-": lambda: left - right, "*": lambda: left * right, "/": lambda: left / right}
    return number(exact[operator]())
