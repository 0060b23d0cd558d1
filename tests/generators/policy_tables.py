"""Random decision tables: every hit policy, cells of every kind, dated rows, defaults."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

from tests.generators import world
from tests.generators.expressions import COMPARATORS, NUMERIC, ORDERED, Grammar, Leaf, literal
from tests.generators.world import chance, is_one_of, list_of
from tests.generators.yaml_text import Expression

HITS = [
    ("unique", None), ("any", None), ("first", None), ("priority", None), ("rule-order", None), ("output-order", None),
    ("collect", None), ("collect", "count"), ("collect", "sum"), ("collect", "min"), ("collect", "max"),
]  # fmt: skip


def random_table(
    scope: Grammar, name: str, first_day: date, later_days: list[date]
) -> tuple[dict[str, Any], list[Leaf]]:
    """A table, and the leaves it is read by."""
    rng = scope.rng
    hit, aggregate = rng.choice(HITS)
    inputs = [rng.choice(_input_types(scope)) for _ in range(rng.choice([1, 1, 2]))]
    outputs = [_output_type(rng, hit, aggregate, scope)]
    if hit in ("unique", "any", "first") and chance(rng, 25):
        outputs.append(rng.choice(["integer", "text"]))

    def rows() -> list[list[Any]]:
        return [
            [*(_cell(scope, declared) for declared in inputs), *(_output(scope, declared) for declared in outputs)]
            for _ in range(rng.randrange(1, 5))
        ]

    table: dict[str, Any] = {"hit": hit}
    if aggregate:
        table["aggregate"] = aggregate
    table["inputs"] = [Expression(scope.expr(declared, rng.choice([0, 1, 2]))) for declared in inputs]
    if len(outputs) == 1:
        table["output"] = {"type": outputs[0], "label": "结果"}
    else:
        table["outputs"] = {f"out{n}": {"type": declared, "label": f"结果{n}"} for n, declared in enumerate(outputs)}
    if chance(rng, 60):
        defaults = [_output(scope, declared) for declared in outputs]
        table["default"] = defaults[0] if len(defaults) == 1 else defaults
    if chance(rng, 20):
        table["from"] = {first_day: rows()} | {day: rows() for day in later_days if chance(rng, 30)}
    else:
        table["rows"] = rows()
    if "outputs" in table:
        return table, [Leaf(f"{name}.out{n}", declared) for n, declared in enumerate(outputs)]
    is_list = hit in ("rule-order", "output-order") or (hit == "collect" and aggregate is None)
    return table, [Leaf(name, list_of(outputs[0]) if is_list else outputs[0])]


def _input_types(scope: Grammar) -> list[Any]:
    return [each for each in ["boolean", *ORDERED, "integer", *world.ONE_OFS] if scope.has(each)]


def _output_type(rng: random.Random, hit: str, aggregate: str | None, scope: Grammar) -> Any:
    if hit in ("priority", "output-order"):
        return world.GRADE
    if aggregate == "count":
        return "integer"
    if aggregate == "sum":
        return rng.choice(NUMERIC)
    if aggregate in ("min", "max"):
        return rng.choice([*NUMERIC, "date"])
    return rng.choice(["boolean", *ORDERED, world.GRADE])


def _cell(scope: Grammar, declared: Any) -> Any:
    rng = scope.rng
    roll = rng.randrange(12)
    if roll < 2:
        return Expression("-")
    names = [leaf.text for leaf in scope.of(declared) if not leaf.text.startswith("sampled")]
    if roll == 2 and names:
        return Expression(rng.choice(names))
    if declared in ORDERED and roll < 9:
        if roll < 6:
            return Expression(f"{rng.choice(COMPARATORS[2:])} {literal(rng, declared)}")
        low, high = literal(rng, declared), literal(rng, declared)
        return Expression(f"{rng.choice('[(')}{low}..{high}{rng.choice('])')}")
    values = ", ".join(literal(rng, declared) for _ in range(rng.choice([1, 1, 2])))
    return Expression(f"not({values})" if roll == 11 else values)


def _output(scope: Grammar, declared: Any) -> Any:
    """An output cell: mostly a literal; money is always whole fen."""
    rng = scope.rng
    if is_one_of(declared):
        leaves = scope.of(declared) if chance(rng, 25) else []
        return Expression(rng.choice(leaves).text if leaves else literal(rng, declared))
    if chance(rng, 60):
        return Expression(literal(rng, declared))
    value = scope.expr(declared, rng.randrange(2))
    return Expression(f"round({value}, 2)" if declared == "money" else value)
