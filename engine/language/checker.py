"""Types an expression: what every node is, and every fault in it. Names come from a `Scope`; built-ins from `functions`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from engine.language import tree
from engine.language.faults import Fault
from engine.language.functions import FUNCTIONS, Argument, Misuse
from engine.language.identifiers import resident_id_fault, uscc_check, uscc_shape
from engine.language.nearest import nearest
from engine.language.texts import fold
from engine.language.types import (
    BOOLEAN,
    DATE,
    FAULTY,
    IDENTIFIERS,
    INTEGER,
    NUMBER,
    NUMERIC,
    RESIDENT_ID,
    TEXT,
    USCC,
    Boolean,
    Date,
    Faulty,
    HolderNumber,
    Integer,
    ListType,
    Money,
    OneOf,
    Phone,
    Record,
    ResidentId,
    Text,
    Type,
    Uscc,
    assignable,
)


@dataclass(frozen=True, slots=True)
class Group:
    """A name that is no value by itself: `form`, `applicant`, one piece of evidence, a table of several outputs."""

    fields: Mapping[str, Type | Group]
    table: bool = False
    each: Group | None = None  # what any other field is, as under `material`


class Scope(Protocol):
    """What names mean. Lookups may be lazy; a name whose own declaration is faulty is `FAULTY`."""

    def lookup(self, name: str) -> Type | Group | None: ...

    def names(self) -> Sequence[str]: ...

    def is_parameter(self, name: str) -> bool: ...


@dataclass(slots=True)
class Typing:
    """The type of every node, by identity, and the faults. A literal has the type it stands for: money, a one-of, …"""

    types: dict[tree.Node, Type] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


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
        self.types = typing.types
        self.faults = typing.faults
        self.variables: dict[str, Type] = {}
        self.items: list[Type] = []

    def fault(self, code: str, node: tree.Node | tuple[int, int], **params: object) -> Type:
        at = node.at if isinstance(node, tree.Node) else node
        self.faults.append(Fault(code, at, {name: str(value) for name, value in params.items()}))
        return FAULTY

    def type_of(self, node: tree.Node) -> Type:
        found = self._type_of(node)
        self.types[node] = found
        return found

    def _type_of(self, node: tree.Node) -> Type:
        match node:
            case tree.Literal():
                return _literal_type(node.value)
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
                return self.unify((node.then, node.otherwise), "branches-differ", node)
            case tree.Not():
                return self.demand(node.operand, self.type_of(node.operand), BOOLEAN)
            case tree.And() | tree.Or():
                for operand in node.operands:
                    self.demand(operand, self.type_of(operand), BOOLEAN)
                return BOOLEAN
            case tree.Negate():
                operand = self.type_of(node.operand)
                if isinstance(operand, (*NUMERIC, Faulty)):
                    return operand
                return self.fault("negative", node.operand, found=operand)
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
                return ListType(self.unify(node.items, "elements-differ", node))
            case tree.Range():
                return self.fault("range-place", node)
        raise TypeError(node)

    # Names

    def read(self, node: tree.Name | tree.Field) -> Type:
        found = self.resolve(node)
        if isinstance(found, Group):
            code = "table-output" if found.table else "name-not-value"
            return self.fault(code, node, name=_written(node), near=next(iter(found.fields), ""))
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
        if node.name in FUNCTIONS:
            return self.fault("function-without-call", node, name=node.name)
        near = nearest(node.name, [*self.scope.names(), *self.variables])
        return self.fault("unknown-name-near" if near else "unknown-name", node, name=node.name, near=near or "")

    def field(self, node: tree.Field, base: Type | Group) -> Type | Group:
        if isinstance(base, Faulty):
            return FAULTY
        fields: Mapping[str, Type | Group]
        if isinstance(base, Group):
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
            code = "unknown-field-near" if near else "unknown-field"
            return self.fault(code, at, of=_written(node.base), name=node.name, near=near or "")
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
        element = self.element(node.items)
        self.items.append(element)
        self.demand(node.test, self.type_of(node.test), BOOLEAN)
        self.items.pop()
        return FAULTY if isinstance(element, Faulty) else ListType(element)

    def quantified(self, node: tree.Quantified) -> Type:
        element = self.element(node.items)
        if node.variable in self.variables or self.scope.lookup(node.variable) is not None:
            start = node.at[0] + len(node.kind) + 1
            self.fault("variable-repeats", (start, start + len(node.variable)), name=node.variable)
            return BOOLEAN
        self.variables[node.variable] = element
        self.demand(node.test, self.type_of(node.test), BOOLEAN)
        del self.variables[node.variable]
        return BOOLEAN

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

    def unify(self, nodes: Sequence[tree.Node], code: str, whole: tree.Node) -> Type:
        """The one type of several nodes; literals take the type of what stands beside them."""
        common = self.type_of(nodes[0])
        for node in nodes[1:]:
            found = self.type_of(node)
            if assignable(found, common) or self.coerce(node, common):
                continue
            if assignable(common, found) or all(self.coerce(each, found) for each in nodes[: nodes.index(node)]):
                common = found
            elif isinstance(common, Money) and isinstance(found, Money):
                common = Money(whole_fen=False)
            elif isinstance(common, OneOf) and isinstance(found, (OneOf, Text)):
                common = TEXT
            else:
                return self.fault(code, node, left=common, right=found)
        return common

    # Operators

    def arithmetic(self, node: tree.Arithmetic) -> Type:
        left, right = self.type_of(node.left), self.type_of(node.right)
        if isinstance(left, Faulty) or isinstance(right, Faulty):
            return FAULTY
        if node.operator in "+-" and isinstance(left, Money) != isinstance(right, Money):
            if isinstance(left, Money) and self.coerce(node.right, left):
                right = self.types[node.right]
            elif isinstance(right, Money) and self.coerce(node.left, right):
                left = self.types[node.left]
        elif node.operator == "/" and isinstance(right, Money) and self.coerce(node.left, right):
            left = self.types[node.left]
        result = _arithmetic_type(node.operator, left, right)
        if result is not None:
            return result
        if node.operator == "+" and isinstance(left, Text) and isinstance(right, Text):
            return self.fault("text-plus", node)
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
        if right_node is not None and self.coerce(right_node, left, report=True):
            right = self.types[right_node]
        elif left_node is not None and self.coerce(left_node, right, report=True):
            left = self.types[left_node]
        if isinstance(left, Faulty) or isinstance(right, Faulty):
            return
        if not _comparable(left, right):
            self.fault("compare-types", at, left=left, right=right)
        elif operator not in ("=", "!=") and isinstance(
            left, (Boolean, OneOf, ListType, Record, *IDENTIFIERS, Phone)
        ):
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
        literal = None
        if isinstance(node, tree.Literal):
            literal = node.value
        elif isinstance(node, tree.ListOf) and all(isinstance(item, tree.Literal) for item in node.items):
            literal = tuple(item.value for item in node.items if isinstance(item, tree.Literal))
        parameter = isinstance(node, tree.Name) and self.scope.is_parameter(node.name)
        return Argument(found, literal=literal, parameter=parameter)

    # Expected types

    def demand(self, node: tree.Node, found: Type, expected: Type) -> Type:
        if assignable(found, expected) or self.coerce(node, expected, report=True):
            return self.types[node]
        return self.fault("expected-type", node, expected=expected, found=found)

    def coerce(self, node: tree.Node, target: Type, report: bool = False) -> bool:
        """Lets a literal (also in both branches of an `if`, or in a list) stand for a money, one-of or identifier.

        With `report`, a text that is no such value is a fault of its own, and counts as settled.
        """
        if isinstance(node, tree.If):
            branches = (node.then, node.otherwise)
            if all(assignable(self.types[each], target) or self.coerce(each, target, report) for each in branches):
                self.types[node] = target
                return True
            return False
        if isinstance(node, tree.ListOf) and isinstance(target, ListType):
            element = target.element
            if all(assignable(self.types[each], element) or self.coerce(each, element, report) for each in node.items):
                self.types[node] = target
                return True
            return False
        if not isinstance(node, tree.Literal):
            return False
        standing = self.standing_for(node, target, report)
        if standing is not None:
            self.types[node] = standing
        return standing is not None

    def standing_for(self, node: tree.Literal, target: Type, report: bool) -> Type | None:
        value = node.value
        if isinstance(target, Money) and type(value) in (int, Decimal):
            exponent = value.as_tuple().exponent if isinstance(value, Decimal) else 0
            return Money(whole_fen=isinstance(exponent, int) and exponent >= -2)
        if not isinstance(value, str):
            return None
        written = fold(value)
        if isinstance(target, OneOf):
            if written in target.values:
                return target
            if not report:
                return None
            near = nearest(written, target.values)
            code = "not-in-choices-near" if near else "not-in-choices"
            return self.fault(code, node, value=value, near=near or "", choices="、".join(target.values))
        if isinstance(target, IDENTIFIERS):
            upper = written.upper()
            resident, company = resident_id_fault(upper) is None, uscc_shape(upper) and uscc_check(upper)
            if resident and isinstance(target, (ResidentId, HolderNumber)):
                return RESIDENT_ID
            if company and isinstance(target, (Uscc, HolderNumber)):
                return USCC
            return self.fault("identifier-literal", node, value=value, expected=target) if report else None
        return target if isinstance(target, Phone) else None


def _written(node: tree.Node) -> str:
    """A path as the policy writer wrote it; of anything else, its kind."""
    if isinstance(node, tree.Name):
        return node.name
    if isinstance(node, tree.Field):
        return f"{_written(node.base)}.{node.name}"
    return "…"


def _literal_type(value: object) -> Type:
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, int):
        return INTEGER
    if isinstance(value, Decimal):
        return NUMBER
    return TEXT if isinstance(value, str) else DATE


def _arithmetic_type(operator: str, left: Type, right: Type) -> Type | None:
    """The type of the result by rule-language.md, Numbers; None where the two do not go together."""
    if not isinstance(left, NUMERIC) or not isinstance(right, NUMERIC):
        return None
    match left, right, operator:
        case Money(), Money(), "+" | "-":
            return Money(left.whole_fen and right.whole_fen)
        case Money(), Money(), "/":
            return NUMBER
        case (Money(), Money(), _) | (Money(), _, "+" | "-") | (_, Money(), "+" | "-" | "/"):
            return None
        case Money(), _, _:
            return Money(operator == "*" and left.whole_fen and isinstance(right, Integer))
        case _, Money(), _:
            return Money(right.whole_fen and isinstance(left, Integer))
    return INTEGER if isinstance(left, Integer) and isinstance(right, Integer) and operator != "/" else NUMBER


def _comparable(left: Type, right: Type) -> bool:
    if isinstance(left, ListType) and isinstance(right, ListType):
        return _comparable(left.element, right.element)
    if isinstance(left, Record) or isinstance(right, Record):
        return False
    if isinstance(left, OneOf) and isinstance(right, OneOf):
        return bool(set(left.values) & set(right.values))
    if isinstance(left, IDENTIFIERS) and isinstance(right, IDENTIFIERS):
        return type(left) is type(right) or HolderNumber in (type(left), type(right))
    if isinstance(left, Money) or isinstance(right, Money):
        return isinstance(left, Money) and isinstance(right, Money)
    return assignable(left, right) or assignable(right, left)



