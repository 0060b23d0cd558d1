"""A grammar of well-typed expressions: asks for a type, gives a text of that type over the leaves in scope."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from tests.generators import world
from tests.generators.world import chance, element_of, fields_of, is_list, is_one_of, list_of, pick

Declared = Any

# How tightly an expression binds, loosest first.
TAKES_ALL, OR, AND, COMPARISON, SUM, PRODUCT, UNARY, ATOM = range(8)
COMPARATORS = ["=", "!=", "<", "<=", ">", ">="]
NUMERIC = ["integer", "number", "money"]
ORDERED = [*NUMERIC, "date", "text"]
DATE_DISTANCES = ["age", "days_between", "months_between", "years_between", "working_days_between"]
IDENTIFIERS = ["resident-id", "uscc"]
MOST_LISTS = 2  # quantifiers and filters in one another
SCALARS = ["boolean", *ORDERED, *IDENTIFIERS, "phone", *world.ONE_OFS]


@dataclass(frozen=True)
class Text:
    """An expression and how tightly its outermost operator binds."""

    text: str
    binds: int = ATOM

    def at_least(self, level: int) -> str:
        return self.text if self.binds >= level else f"({self.text})"


@dataclass(frozen=True)
class Leaf:
    """A name or path that may be read. `dated`: a parameter, which `at` may read on another day."""

    text: str
    type: Declared
    dated: bool = False


@dataclass(frozen=True)
class Grammar:
    rng: random.Random
    leaves: tuple[Leaf, ...]
    in_filter: bool = False
    lists_around: int = 0
    numbers: Any = None

    def inside(self, elements: Iterable[Leaf], in_filter: bool | None = None) -> Grammar:
        """For the test of a quantifier or a filter, which reads the elements."""
        within = self.in_filter if in_filter is None else in_filter
        leaves = self.leaves + tuple(elements)
        return replace(self, leaves=leaves, in_filter=within, lists_around=self.lists_around + 1)

    def of(self, declared: Declared) -> list[Leaf]:
        return [leaf for leaf in self.leaves if leaf.type == declared]

    def has(self, declared: Declared) -> bool:
        return declared in ("boolean", "integer", "number", "text", "date") or bool(self.of(declared))

    def expression(self, declared: Declared, depth: int) -> Text:
        """Any expression of exactly this type (money: never a bare literal)."""
        leaves = self.of(declared)
        if leaves and (depth <= 0 or chance(self.rng, 25)):
            leaf = self.rng.choice(leaves)
            if leaf.dated and chance(self.rng, 30):
                return self._at(leaf, depth)
            return Text(leaf.text)
        if is_list(declared):
            return self._list(declared, depth)
        if depth > 0 and not is_one_of(declared) and declared not in (*IDENTIFIERS, "phone"):
            if chance(self.rng, 10):
                return self._if(declared, depth)
            productions: dict[str, Callable[[int], Text]] = {
                "boolean": self._boolean, "integer": self._integer, "number": self._number, "money": self._money,
                "date": self._date, "text": self._text,
            }  # fmt: skip
            return productions[declared](depth - 1)
        if is_one_of(declared) and depth > 0 and leaves and chance(self.rng, 30):
            return self._if(declared, depth)
        if leaves:
            return Text(self.rng.choice(leaves).text)
        return self.literal(declared)

    def expr(self, declared: Declared, depth: int, level: int = TAKES_ALL) -> str:
        made = self.expression(declared, depth)
        return f"({made.text})" if chance(self.rng, 4) else made.at_least(level)

    def literal(self, declared: Declared) -> Text:
        text = literal(self.rng, declared)
        return Text(text, UNARY if text.startswith("-") else ATOM)

    # what every type has

    def _if(self, declared: Declared, depth: int) -> Text:
        test = self.expr("boolean", depth - 1, OR)
        then, otherwise = (self.expr(declared, depth - 1, OR) for _ in range(2))
        return Text(f"if {test} then {then} else {otherwise}", TAKES_ALL)

    def _at(self, leaf: Leaf, depth: int) -> Text:
        return Text(f"{leaf.text} at {self.expr('date', min(depth, 1), ATOM)}", UNARY)

    # booleans

    def _boolean(self, depth: int) -> Text:
        choices = [self.comparison] * 5 + [self._logic] * 4 + [self._range] * 2 + [self._in_list] * 2
        choices += [self._text_test, self._aggregate_test, self._list_equality, self._names]
        if self._lists() and self.lists_around < MOST_LISTS:
            choices += [self._quantified] * 3 + [self._count_test] * 3
        if chance(self.rng, 5):
            return Text(f"sampled({self.rng.choice([2, 5, '0.5', 50])})")
        return self.rng.choice(choices)(depth)

    def _ordered(self) -> Declared:
        return self.rng.choice([each for each in ORDERED if self.has(each)])

    def _operand(self, declared: Declared, depth: int, literal_share: int = 50) -> str:
        """One side of a comparison: here a literal may stand for money too."""
        if chance(self.rng, literal_share) and not is_list(declared) and declared not in (*IDENTIFIERS, "phone"):
            return self.literal(declared).at_least(SUM)
        return self.expr(declared, depth, SUM)

    def comparison(self, depth: int) -> Text:
        roll = self.rng.randrange(10)
        operator = self.rng.choice(COMPARATORS)
        if roll < 7:
            declared = self._ordered()
            other = self.rng.choice(["integer", "number"]) if declared in ("integer", "number") else declared
            left, right = self.expr(declared, depth, SUM), self._operand(other, depth)
            return Text(f"{left} {operator} {right}", COMPARISON)
        equality = self.rng.choice(["=", "!="])
        kinds = [each for each in ["boolean", *IDENTIFIERS, "phone", *world.ONE_OFS] if self.has(each)]
        declared = self.rng.choice(kinds)
        if declared in IDENTIFIERS and self.of("applicant") and chance(self.rng, 50):
            return Text(f"{self.expr(declared, 0, SUM)} {equality} applicant.number", COMPARISON)
        if declared == "resident-id" and chance(self.rng, 40):
            return Text(f'sex({self.expr(declared, 0)}) {equality} "{self.rng.choice("男女")}"', COMPARISON)
        left = self.expr(declared, min(depth, 1), SUM)
        return Text(f"{left} {equality} {self._operand(declared, min(depth, 1))}", COMPARISON)

    def _logic(self, depth: int) -> Text:
        roll = self.rng.randrange(5)
        if roll == 0:
            return Text(f"not({self.expr('boolean', depth)})")
        word, level = ("and", AND) if roll < 3 else ("or", OR)
        parts = [self.expr("boolean", depth, level + 1) for _ in range(2 if chance(self.rng, 75) else 3)]
        return Text(f" {word} ".join(parts), level)

    def _range(self, depth: int) -> Text:
        declared = self._ordered()
        value = self.expr(declared, depth, SUM)
        low, high = self._operand(declared, depth, 75), self._operand(declared, depth, 75)
        if chance(self.rng, 50):
            return Text(f"{value} between {low} and {high}", COMPARISON)
        return Text(f"{value} in {self.rng.choice('[(')}{low}..{high}{self.rng.choice('])')}", COMPARISON)

    def _in_list(self, depth: int) -> Text:
        one_ofs = [each for each in world.ONE_OFS if self.of(each)]
        declared = self.rng.choice([*[each for each in ORDERED if self.has(each)], *one_ofs])
        value = self.expr(declared, depth, SUM)
        if chance(self.rng, 60):
            items = ", ".join(self.literal(declared).text for _ in range(self.rng.randrange(1, 4)))
            return Text(f"{value} in [{items}]", COMPARISON)
        if is_one_of(declared) and not self._lists_of(declared):
            return Text(f"{value} in [{self.expr(declared, 0)}]", COMPARISON)
        return Text(f"{value} in {self.expr(list_of(declared), depth, SUM)}", COMPARISON)

    def _text_test(self, depth: int) -> Text:
        value = self.expr("text", min(depth, 1))
        if chance(self.rng, 40):
            return Text(f'matches({value}, "{self.rng.choice(world.PATTERNS)}")')
        function = self.rng.choice(["contains", "starts_with", "ends_with"])
        return Text(f"{function}({value}, {self.literal('text').text})")

    def _names(self, depth: int) -> Text:
        a = self.expr("text", 0)
        b = self.expr("text", 0) if chance(self.rng, 60) else f'"{self.rng.choice(world.NAMES)}"'
        return Text(f"same_name({a}, {b})")

    def _aggregate_test(self, depth: int) -> Text:
        if chance(self.rng, 50):
            return Text(f"{self.rng.choice(['any', 'all'])}({self.expr(list_of('boolean'), depth)})")
        declared = self.rng.choice([each for each in SCALARS if self._lists_of(each)] or ["integer", "date"])
        return Text(f"distinct({self.expr(list_of(declared), depth)})")

    def _list_equality(self, depth: int) -> Text:
        declared = self.rng.choice([each for each in ORDERED if self.has(each)])
        left, right = (self.expr(list_of(declared), depth, SUM) for _ in range(2))
        return Text(f"{left} {self.rng.choice(['=', '!='])} {right}", COMPARISON)

    def _count_test(self, depth: int) -> Text:
        counted = Text(f"count({self._filtered(self.rng.choice(self._lists()), depth).text})")
        small = [str(self.rng.randrange(4)) for _ in range(2)]
        roll = self.rng.randrange(4)
        if roll == 0:
            return Text(f"{counted.text} between {small[0]} and {small[1]}", COMPARISON)
        if roll == 1:
            return Text(f"{counted.text} in [{', '.join(small)}]", COMPARISON)
        if roll == 2:
            return Text(f"{counted.text} in [{small[0]}..{small[1]})", COMPARISON)
        return Text(f"{counted.text} {self.rng.choice(COMPARATORS)} {small[0]}", COMPARISON)

    def _quantified(self, depth: int) -> Text:
        leaf = self.rng.choice(self._lists())
        items = self._filtered(leaf, depth) if chance(self.rng, 40) else Text(leaf.text)
        variable = f"each{next(self.numbers)}"
        body = self.inside(members(variable, leaf.type))
        kind = self.rng.choice(["some", "every", "no"])
        return Text(f"{kind} {variable} in {items.text} satisfies {body.member_test(variable, depth)}", TAKES_ALL)

    def member_test(self, root: str, depth: int) -> str:
        """A test that reads the element called `root`."""
        own = [leaf for leaf in self.leaves if leaf.text.split(".")[0] == root and not is_list(leaf.type)]
        leaf = self.rng.choice(own)
        if leaf.type == "boolean":
            test = Text(leaf.text)
        elif leaf.type in ORDERED:
            right = self._operand(leaf.type, min(depth, 1), 70)
            test = Text(f"{leaf.text} {self.rng.choice(COMPARATORS)} {right}", COMPARISON)
        else:
            right = self._operand(leaf.type, 0, 70)
            test = Text(f"{leaf.text} {self.rng.choice(['=', '!='])} {right}", COMPARISON)
        if depth > 0 and chance(self.rng, 40):
            word, level = self.rng.choice([("and", AND), ("or", OR)])
            test = Text(f"{test.at_least(level + 1)} {word} {self.expr('boolean', depth - 1, level + 1)}", level)
        return test.text

    # lists

    def _lists(self) -> list[Leaf]:
        """Lists that may be filtered or quantified over: of records, and of scalars."""
        return [leaf for leaf in self.leaves if is_list(leaf.type)]

    def _lists_of(self, declared: Declared) -> list[Text]:
        """Every way to read a list of this scalar type off a leaf."""
        found = [Text(leaf.text) for leaf in self.of(list_of(declared))]
        for leaf in self._lists():
            for name, type_ in (fields_of(leaf.type) or {}).items():
                if type_ == declared:
                    found.append(Text(f"{leaf.text}.{name}"))
        return found

    def _filtered(self, leaf: Leaf, depth: int) -> Text:
        if self.in_filter or self.lists_around == MOST_LISTS or (fields_of(leaf.type) is None and chance(self.rng, 50)):
            return Text(leaf.text)
        inside = self.inside(members("item", leaf.type), in_filter=True)
        tests = "".join(f"[{inside.member_test('item', depth)}]" for _ in range(1 if chance(self.rng, 85) else 2))
        return Text(leaf.text + tests)

    def _list(self, declared: Declared, depth: int) -> Text:
        if (fields := fields_of(declared)) is not None:
            raise ValueError(f"no leaf is a list of records {fields}")
        element = element_of(declared)
        if depth > 0 and chance(self.rng, 10):
            return self._if(declared, depth)
        if not self.in_filter and chance(self.rng, 50):
            filterable = [(leaf, name) for leaf in self._lists() for name, type_ in (fields_of(leaf.type) or {}).items()
                          if type_ == element]  # fmt: skip
            if filterable:
                leaf, name = self.rng.choice(filterable)
                return Text(f"{self._filtered(leaf, depth).text}.{name}")
            if self.of(declared):
                return self._filtered(self.rng.choice(self.of(declared)), depth)
        leaves = self._lists_of(element)
        written_out = element in ("boolean", "integer", "number", "text", "date") or bool(self.of(element))
        if leaves and (not written_out or chance(self.rng, 60)):
            return self.rng.choice(leaves)
        deep = 0 if element == "money" else min(depth, 1)
        return Text("[" + ", ".join(self.expr(element, deep) for _ in range(self.rng.randrange(1, 4))) + "]")

    # numbers

    def _arithmetic(self, declared: Declared, depth: int) -> Text:
        operator = self.rng.choice("+-*")
        level = PRODUCT if operator == "*" else SUM
        other = declared if declared == "integer" else self.rng.choice(["integer", "number"])
        left, right = self.expr(declared, depth, level), self.expr(other, depth, level + 1)
        return Text(f"{left} {operator} {right}", level)

    def _of_list(self, declared: Declared, depth: int) -> Text:
        functions = ["min", "max"] if declared == "date" else ["sum", "min", "max"]
        return Text(f"{self.rng.choice(functions)}({self.expr(list_of(declared), depth)})")

    def _integer(self, depth: int) -> Text:
        roll = self.rng.randrange(16)
        if roll < 3:
            return self._arithmetic("integer", depth)
        if roll == 3:
            return Text(f"-{self.expr('integer', depth, ATOM)}", UNARY)
        if roll < 6 and self._lists():
            return Text(f"count({self._filtered(self.rng.choice(self._lists()), depth).text})")
        if roll == 6:
            return Text(f"length({self.expr('text', depth)})")
        if roll == 7:
            return Text(f"{self.rng.choice(['year', 'month'])}({self.expr('date', depth)})")
        if roll < 11:
            function = self.rng.choice(DATE_DISTANCES)
            return Text(f"{function}({self.expr('date', depth)}, {self.expr('date', depth)})")
        if roll == 11:
            return Text(f"months_in_a_row({self.expr(list_of('date'), depth)}, {self.expr('date', depth)})")
        if roll == 12:
            a, b = (self.expr("date", depth) for _ in range(2))
            return Text(f"months_covered({self.expr(list_of('date'), depth)}, {a}, {b})")
        if roll == 13:
            return Text(f"{self.rng.choice(['round', 'floor', 'ceiling'])}({self.expr('number', depth)})")
        return self._of_list("integer", depth) if roll == 14 else self.literal("integer")

    def _number(self, depth: int) -> Text:
        roll = self.rng.randrange(9)
        if roll < 3:
            return self._arithmetic("number", depth)
        if roll == 3:
            return Text(f"{self.expr('integer', depth, PRODUCT)} / {self.expr('integer', depth, UNARY)}", PRODUCT)
        if roll == 4 and self.of("money"):
            return Text(f"{self.expr('money', depth, PRODUCT)} / {self.expr('money', depth, UNARY)}", PRODUCT)
        if roll == 5:
            function = self.rng.choice(["round", "floor", "ceiling"])
            return Text(f"{function}({self.expr('number', depth)}, {self.rng.randrange(1, 7)})")
        if roll == 6:
            return self._bands("number", depth)
        return self._of_list("number", depth) if roll == 7 else self.literal("number")

    def _money(self, depth: int) -> Text:
        roll = self.rng.randrange(9)
        if roll < 2:
            operator = self.rng.choice("+-")
            left = self.expr("money", depth, SUM)
            right = self.expr("money", depth, PRODUCT)
            if chance(self.rng, 30):
                right = self.literal("money").at_least(PRODUCT)
            return Text(f"{left} {operator} {right}", SUM)
        factor = self.rng.choice(["integer", "number"])
        if roll == 2:
            return Text(f"{self.expr('money', depth, PRODUCT)} * {self.expr(factor, depth, UNARY)}", PRODUCT)
        if roll == 3:
            return Text(f"{self.expr(factor, depth, PRODUCT)} * {self.expr('money', depth, UNARY)}", PRODUCT)
        if roll == 4:
            return Text(f"{self.expr('money', depth, PRODUCT)} / {self.expr(factor, depth, UNARY)}", PRODUCT)
        if roll == 5:
            digits = self.rng.choice(["", ", 1", ", 2", ", 0"])
            return Text(f"{self.rng.choice(['round', 'floor', 'ceiling'])}({self.expr('money', depth)}{digits})")
        if roll == 6:
            return self._of_list("money", depth)
        return self._bands("money", depth) if roll == 7 else Text(f"-{self.expr('money', depth, ATOM)}", UNARY)

    def _bands(self, declared: Declared, depth: int) -> Text:
        if self.of(list_of("money")) and declared == "money" and chance(self.rng, 30):
            pairs = [leaf.text for leaf in self.leaves if leaf.text.startswith("bounds")]
            if pairs:
                return Text(f"by_bands({self.expr('money', depth)}, {pairs[0]}, rates{pairs[0][6:]})")
        bounds, rates = self.rng.choice(
            [("0, 125000, 250000", "0%, 2%, 5%"), ("100", "12.5%"), ("0, 99.99, 100.50, 2000", "10%, 0.5, 33.3%, 0")]
        )
        return Text(f"by_bands({self.expr(declared, depth)}, [{bounds}], [{rates}])")

    # dates and texts

    def _date(self, depth: int) -> Text:
        roll = self.rng.randrange(6)
        if roll < 2:
            function = self.rng.choice(["add_years", "add_months", "add_days"])
            amount = self.literal("integer").text if chance(self.rng, 80) else self.expr("integer", depth)
            return Text(f"{function}({self.expr('date', depth)}, {amount})")
        if roll == 2:
            function = self.rng.choice(["start_of_month", "end_of_month", "start_of_year"])
            return Text(f"{function}({self.expr('date', depth)})")
        if roll == 3 and self.of("resident-id"):
            return Text(f"birth_date({self.expr('resident-id', 0)})")
        if roll == 4:
            return self._of_list("date", depth)
        return self.literal("date")

    def _text(self, depth: int) -> Text:
        if chance(self.rng, 40):
            level = self.rng.choice(["province", "city", "district"])
            return Text(f'region({self.expr("text", min(depth, 1))}, "{level}")')
        return self.literal("text")


def grammar(rng: random.Random, leaves: Iterable[Leaf], numbers: count[int]) -> Grammar:
    """`numbers` names the variables of quantifiers: one counter for a ruleset, since no name may be used twice."""
    return Grammar(rng, tuple(leaves), numbers=numbers)


def members(root: str, declared: Declared) -> list[Leaf]:
    """What may be read of one element of a list, when it is called `root`."""
    fields = fields_of(declared)
    if fields is None:
        return [Leaf(root, element_of(declared))]
    return [Leaf(f"{root}.{name}", type_) for name, type_ in fields.items()]


def literal(rng: random.Random, declared: Declared) -> str:
    """A literal of a scalar type, as text of an expression."""
    if is_one_of(declared):
        return f'"{rng.choice(declared["one-of"])}"'
    if declared == "boolean":
        return rng.choice(["true", "false"])
    if declared == "integer":
        return str(pick(rng, world.INTEGERS, world.FAR_INTEGERS))
    if declared == "number":
        return pick(rng, [*world.NUMBERS, "80%", "2.5%"], world.FAR_NUMBERS)
    if declared == "money":
        return pick(rng, world.MONEY, world.FAR_MONEY)
    if declared == "date":
        return f'date("{pick(rng, world.DATES, world.FAR_DATES, 3).isoformat()}")'
    assert declared == "text", declared
    return f'"{rng.choice(world.PLAIN_LITERALS)}"'
