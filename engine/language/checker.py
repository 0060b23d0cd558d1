"""Types an expression: what every node is, and every fault in it. Names come from a `Scope`; built-ins from `functions`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.language import tree
from engine.language.foreign import WORDS
from engine.language.functions import FUNCTIONS, Argument, Misuse
from engine.language.literals import coerce, literal_type
from engine.language.nearest import nearest
from engine.language.operand_types import UNORDERED, arithmetic_type, comparable
from engine.language.scope import Group, Scope, Typing
from engine.language.types import (
    BOOLEAN,
    DATE,
    FAULTY,
    NUMERIC,
    TEXT,
    TEXTUAL,
    Date,
    Faulty,
    ListType,
    Money,
    OneOf,
    Record,
    Text,
    Type,
    assignable,
)

__all__ = ["Group", "Scope", "Typing", "check_cell", "check_expression"]

MOST_LISTS = 2
"""Quantifiers and filters in one another's tests: three lists of 1,000 would be asked 1,000,000,000 questions."""
_ANY_MONEY = Money(whole_fen=False)


def check_expression(
    root: tree.Node, scope: Scope, typing: Typing, expected: Type | None = None, item: Type | None = None
) -> Type:
    """The type of the expression, `FAULTY` if it has a fault; `expected` is demanded of it where given.

    `item` is what `item` stands for outside of any filter: a record of the form list under `for_each`.
    """
    checker = _Checker(scope, typing)
    if item is not None:
        checker.items.append(item)
    found = checker.type_of(root)
    if expected is None:
        return found
    return checker.demand(root, found, expected)


def check_cell(cell: tree.Cell, value: Type, scope: Scope, typing: Typing) -> None:
    """Whether each test of an input cell may be asked of a value of that type."""
    checker = _Checker(scope, typing)
    for test in cell.tests:
        if isinstance(test.operand, tree.Range):
            checker.range(test.operand, value, None)
        else:
            checker.comparable(test.operator, value, None, checker.type_of(test.operand), test.operand, test.at)


class _Checker:
    def __init__(self, scope: Scope, typing: Typing) -> None:
        self.scope = scope
        self.typing = typing
        self.types = typing.types
        self.fault = typing.fault
        self.variables: dict[str, Type] = {}
        self.items: list[Type] = []
        self.loops = 0

    def type_of(self, node: tree.Node) -> Type:
        found = self._type_of(node)
        self.types[node] = found
        return found

    def _type_of(self, node: tree.Node) -> Type:
        match node:
            case tree.Literal():
                return literal_type(node.value)
            case tree.Name() | tree.Field():
                return self.read(node)
            case tree.At():
                return self.at(node)
            case tree.Call():
                return self.call(node)
            case tree.Filter():
                return self.filter(node)
            case tree.Quantified():
                return self.quantified(node)
            case tree.If():
                self.demand(node.test, self.type_of(node.test), BOOLEAN)
                return self.unify((node.then, node.otherwise), "branches-differ")
            case tree.Not():
                return self.demand(node.operand, self.type_of(node.operand), BOOLEAN)
            case tree.And() | tree.Or():
                for operand in node.operands:
                    self.demand(operand, self.type_of(operand), BOOLEAN)
                return BOOLEAN
            case tree.Negate():
                found = self.type_of(node.operand)
                if isinstance(found, (*NUMERIC, Faulty)):
                    return found
                return self.fault("negative", node.operand, found=found)
            case tree.Arithmetic():
                return self.arithmetic(node)
            case tree.Compare():
                left, right = self.type_of(node.left), self.type_of(node.right)
                self.comparable(node.operator, left, node.left, right, node.right, node.at)
                return BOOLEAN
            case tree.Between():
                value = self.type_of(node.value)
                for operator, end in ((">=", node.low), ("<=", node.high)):
                    self.comparable(operator, value, node.value, self.type_of(end), end, end.at)
                return BOOLEAN
            case tree.In():
                return self.membership(node)
            case tree.ListOf():
                if not node.items:
                    return self.fault("empty-list", node)
                element = self.unify(node.items, "elements-differ")
                return FAULTY if isinstance(element, Faulty) else ListType(element)
            case tree.Range():
                return self.fault("range-place", node)
        raise TypeError(node)

    # Names

    def read(self, node: tree.Name | tree.Field) -> Type:
        found = self.resolve(node)
        if isinstance(found, Group):
            code = "table-output" if found.table else "name-not-value"
            return self.fault(code, node, name=_written(node), near=next(iter(found.fields), "…"))
        return found

    def resolve(self, node: tree.Node) -> Type | Group:
        if isinstance(node, tree.Name):
            return self.name(node)
        if not isinstance(node, tree.Field):
            return self.type_of(node)
        base = self.resolve(node.base)
        if not isinstance(base, Group):
            self.types[node.base] = base
        return self.field(node, base)

    def name(self, node: tree.Name) -> Type | Group:
        if node.name in self.variables:
            return self.variables[node.name]
        if node.name == "item":
            return self.items[-1] if self.items else self.fault("item-place", node)
        found = self.scope.lookup(node.name)
        if found is not None:
            return found
        if elements := self.elements_with(node.name):
            return self.fault("unknown-name-field", node, name=node.name, right=f"{elements}.{node.name}")
        if node.name in FUNCTIONS:
            return self.fault("function-without-call", node, name=node.name)
        if glued := self.glued(node.name):
            at = node.at[0] + node.name.index(glued)
            return self.fault("operator", (at, at + len(glued)), found=glued, right=WORDS[glued])
        near = nearest(node.name, [*self.scope.names(), *self.variables])
        form = self.scope.lookup("form")
        field = nearest(node.name, form.fields) if isinstance(form, Group) else None
        if field and (near is None or field == node.name):
            near = f"form.{field}"
        return self.fault("unknown-name-near" if near else "unknown-name", node, name=node.name, near=near or "")

    def elements_with(self, field: str) -> str | None:
        """What the elements of the lists around are called, if they have that field; the innermost first."""
        around = [*self.variables.items(), *(("item", each) for each in self.items)]
        return next((name for name, type_ in reversed(around) if _has(type_, field)), None)

    def glued(self, name: str) -> str | None:
        """The Chinese operator that stands between a known name and another without a space."""
        return next((word for word in WORDS if self.scope.lookup(name.partition(word)[0]) and name.count(word)), None)

    def field(self, node: tree.Field, base: Type | Group) -> Type | Group:
        if isinstance(base, Faulty):
            return FAULTY
        fields: Mapping[str, Type | Group]
        if isinstance(base, Group):
            if node.name in base.barred:
                return self.fault(base.barred[node.name], node)
            if base.each is not None:
                return base.each
            fields = base.fields
        else:
            record = base.element if isinstance(base, ListType) else base
            fields = dict(record.fields) if isinstance(record, Record) else {}
        found = fields.get(node.name)
        if found is None:
            at = (node.at[1] - len(node.name), node.at[1])
            near = nearest(node.name, fields)
            code = "unknown-field-near" if near else "unknown-field-of" if fields else "unknown-field"
            return self.fault(code, at, of=_written(node.base), name=node.name, near=near or "", known=tuple(fields))
        return ListType(found) if isinstance(base, ListType) and isinstance(found, Type) else found

    def at(self, node: tree.At) -> Type:
        self.demand(node.day, self.type_of(node.day), DATE)
        found = self.type_of(node.parameter)
        if isinstance(found, Faulty) or self.scope.is_parameter(node.parameter.name):
            return found
        return self.fault("at-parameter", node.parameter)

    # Lists

    def element(self, items: tree.Node) -> Type:
        found = self.type_of(items)
        if isinstance(found, ListType):
            return found.element
        return FAULTY if isinstance(found, Faulty) else self.fault("not-a-list", items, found=found)

    def filter(self, node: tree.Filter) -> Type:
        if self.loops == MOST_LISTS:
            return self.fault("lists-nested", node)
        element = self.element(node.items)
        self.items.append(element)
        self.tested(node)
        self.items.pop()
        return FAULTY if isinstance(element, Faulty) else ListType(element)

    def quantified(self, node: tree.Quantified) -> Type:
        if self.loops == MOST_LISTS:
            return self.fault("lists-nested", node)
        element = self.element(node.items)
        taken = node.variable == "item" or node.variable in self.variables
        if taken or self.scope.lookup(node.variable) is not None:
            self.fault("variable-repeats", (node.at[0], node.items.at[0]), name=node.variable)
            return BOOLEAN
        self.variables[node.variable] = element
        self.tested(node)
        del self.variables[node.variable]
        return BOOLEAN

    def tested(self, node: tree.Filter | tree.Quantified) -> None:
        """The test asked of each element."""
        self.loops += 1
        self.demand(node.test, self.type_of(node.test), BOOLEAN)
        self.loops -= 1

    def membership(self, node: tree.In) -> Type:
        value = self.type_of(node.value)
        if isinstance(node.container, tree.Range):
            self.range(node.container, value, node.value)
            return BOOLEAN
        if isinstance(node.container, tree.ListOf):
            for item in node.container.items:
                self.comparable("=", value, node.value, self.type_of(item), item, item.at)
            self.types[node.container] = ListType(self.types.get(node.value, value))
            return BOOLEAN
        element = self.element(node.container)
        self.comparable("=", value, node.value, element, None, node.at)
        return BOOLEAN

    def range(self, node: tree.Range, value: Type, source: tree.Node | None) -> None:
        for operator, end in ((">=", node.low), ("<=", node.high)):
            self.comparable(operator, value, source, self.type_of(end), end, end.at)

    def unify(self, nodes: Sequence[tree.Node], code: str) -> Type:
        """The one type of several nodes; literals take the type of what stands beside them."""
        common = self.type_of(nodes[0])
        for node in nodes[1:]:
            found = self.type_of(node)
            before = nodes[: nodes.index(node)]
            if assignable(found, common) or coerce(node, common, self.typing):
                continue
            if assignable(common, found) or all(coerce(each, found, self.typing) for each in before):
                common = found
            elif Money in (type(common), type(found)) and all(self.is_money(each) for each in (*before, node)):
                common = _ANY_MONEY
            elif isinstance(common, OneOf) and isinstance(found, (OneOf, Text)):
                common = TEXT
            else:
                return self.fault(code, node, left=common, right=found)
        return common

    def is_money(self, node: tree.Node) -> bool:
        return isinstance(self.types[node], Money) or coerce(node, _ANY_MONEY, self.typing)

    # Operators

    def arithmetic(self, node: tree.Arithmetic) -> Type:
        left, right = self.type_of(node.left), self.type_of(node.right)
        if isinstance(left, Faulty) or isinstance(right, Faulty):
            return FAULTY
        if node.operator in "+-" and isinstance(left, Money) != isinstance(right, Money):
            if isinstance(left, Money) and coerce(node.right, _ANY_MONEY, self.typing):
                right = self.types[node.right]
            elif isinstance(right, Money) and coerce(node.left, _ANY_MONEY, self.typing):
                left = self.types[node.left]
        elif node.operator == "/" and isinstance(right, Money) and coerce(node.left, _ANY_MONEY, self.typing):
            left = self.types[node.left]
        result = arithmetic_type(node.operator, left, right)
        if result is not None:
            return result
        if node.operator == "+" and isinstance(left, TEXTUAL) and isinstance(right, TEXTUAL):
            return self.fault("text-plus", node)
        if isinstance(left, Date) or isinstance(right, Date):
            return self.fault("date-arithmetic", node)
        return self.fault("arithmetic-types", node, left=left, operator=node.operator, right=right)

    def comparable(
        self,
        operator: str,
        left: Type,
        left_node: tree.Node | None,
        right: Type,
        right_node: tree.Node | None,
        at: tuple[int, int],
    ) -> None:
        """Faults unless the two may be compared so. A literal becomes the type of the other side."""
        if isinstance(left, Faulty) or isinstance(right, Faulty):
            return
        left_target, right_target = (_ANY_MONEY if isinstance(each, Money) else each for each in (left, right))
        if right_node is not None and coerce(right_node, left_target, self.typing, report=True):
            right = self.types[right_node]
        elif left_node is not None and coerce(left_node, right_target, self.typing, report=True):
            left = self.types[left_node]
        if isinstance(left, Faulty) or isinstance(right, Faulty):
            return
        for type_, node in ((left, right_node), (right, left_node)):
            if isinstance(type_, Date) and isinstance(node, tree.Literal) and isinstance(node.value, str):
                self.fault("date-as-text", node, value=node.value)
                return
        if not comparable(left, right):
            self.fault("compare-types", at, left=left, right=right)
        elif operator not in ("=", "!=") and isinstance(left, UNORDERED):
            self.fault("compare-order", at, found=left)

    def call(self, node: tree.Call) -> Type:
        function = FUNCTIONS.get(node.function)
        types = [self.type_of(argument) for argument in node.arguments]
        if function is None:
            at = (node.at[0], node.at[0] + len(node.function))
            near = nearest(node.function, FUNCTIONS)
            code = "unknown-function-near" if near else "unknown-function"
            return self.fault(code, at, name=node.function, near=near or "")
        if any(isinstance(each, Faulty) for each in types):
            return FAULTY
        try:
            return function.result([self.argument(*pair) for pair in zip(node.arguments, types, strict=True)])
        except Misuse as misuse:
            place = node if misuse.index is None else node.arguments[misuse.index]
            return self.fault(misuse.code, place, **{"signature": function.signature, **misuse.params})

    def argument(self, node: tree.Node, found: Type) -> Argument:
        literal: object = None
        if isinstance(node, tree.Literal):
            literal = node.value
        elif isinstance(node, tree.ListOf) and all(isinstance(item, tree.Literal) for item in node.items):
            literal = tuple(item.value for item in node.items if isinstance(item, tree.Literal))
        parameter = isinstance(node, tree.Name) and self.scope.is_parameter(node.name)
        return Argument(found, literal=literal, parameter=parameter)

    # Expected types

    def demand(self, node: tree.Node, found: Type, expected: Type) -> Type:
        if assignable(found, expected) or coerce(node, expected, self.typing, report=True):
            return self.types[node]
        return self.fault("expected-type", node, expected=expected, found=found)


def _has(type_: Type, field: str) -> bool:
    return isinstance(type_, Record) and any(name == field for name, _ in type_.fields)


def _written(node: tree.Node) -> str:
    """A path as the policy writer wrote it; of anything else, its kind."""
    if isinstance(node, tree.Name):
        return node.name
    if isinstance(node, tree.Field):
        return f"{_written(node.base)}.{node.name}"
    return "…"
