"""Decision tables as written: inputs, outputs, rows (dated or not), and the hit policies that can be.

What each hit policy means is in `docs/meaning.md`, decision tables.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from engine.language.types import DATE, NUMERIC, OneOf
from engine.ruleset.declared_types import TYPE_KEY
from engine.ruleset.document import Entry, Mapping, Node, Scalar, Sequence
from engine.ruleset.model import Expression, Output, Row, Table, TableCell
from engine.ruleset.shapes import (
    ANYTHING,
    CELL,
    EXPRESSION,
    MEMBER,
    TEXT,
    Gathering,
    Key,
    Shape,
    choice,
    days,
    keys,
    list_of,
    named,
    refuse,
    scalar,
    sequence,
)

MOST_ROWS = 5000
"""Rows of one table, those of all its periods together."""

_ROWS_SCHEMA = {
    "type": "array",
    "minItems": 1,
    "items": {"type": "array", "minItems": 2, "items": {"anyOf": [CELL.schema, EXPRESSION.schema]}},
}
_LABEL = Key(TEXT, "显示名称", "Label")
_OUTPUT = keys({"type": TYPE_KEY, "label": _LABEL})


def _output(entry: Entry, read: dict[str, Any]) -> Output:
    return Output(entry.key.text, read["type"], read.get("label", entry.key.text))


def _default(node: Node) -> tuple[Expression, ...]:
    return (EXPRESSION.read(node),) if isinstance(node, Scalar) else list_of(EXPRESSION).read(node)


def _relate(written: Mapping, read: dict[str, Any], gathering: Gathering) -> None:
    entries = written.entries
    for one, other in (("output", "outputs"), ("rows", "from")):
        if one in entries and other in entries:
            gathering.note(entries[other].key.place(), "one-of-two-keys", one=one, other=other)
        elif not {one, other} & (entries.keys() | gathering.meant):
            gathering.note(written.place(), "missing-key", name=f"{one} / {other}")
    _relate_hit(written, read, gathering)
    inputs = entries["inputs"].value if "inputs" in entries else None
    width = _outputs_written(entries)
    if width is None or not isinstance(inputs, Sequence):
        return
    if "default" in read and len(read["default"]) != width:
        gathering.note(entries["default"].value.place(), "default-length", expected=str(width))
    if "rows" in entries:
        periods: tuple[tuple[date | None, Node], ...] = ((None, entries["rows"].value),)
    else:
        periods = read.get("from", ())
    read["periods"] = tuple(
        (day, gathering.read(_rows, node, len(inputs.items), width)) for day, node in periods
    )
    if sum(len(rows or ()) for _, rows in read["periods"]) > MOST_ROWS:
        gathering.note(written.place(), "too-many-rows", limit=str(MOST_ROWS))


def _outputs_written(entries: dict[str, Entry]) -> int | None:
    if "output" in entries:
        return 1
    outputs = entries["outputs"].value if "outputs" in entries else None
    return len(outputs.entries) if isinstance(outputs, Mapping) else None


def _relate_hit(written: Mapping, read: dict[str, Any], gathering: Gathering) -> None:
    hit, aggregate = read.get("hit"), read.get("aggregate")
    if aggregate and hit and hit != "collect":
        gathering.note(written.entries["aggregate"].key.place(), "aggregate-without-collect")
    if hit not in ("priority", "output-order", "collect"):
        return
    outputs = [read["output"]["type"]] if "output" in read else [each.type for each in read.get("outputs", {}).values()]
    place = written.entries["hit"].value.place()
    if len(outputs) > 1:
        gathering.note(place, "hit-one-output", hit=hit)
    elif outputs and hit != "collect" and not isinstance(outputs[0], OneOf):
        gathering.note(place, "hit-needs-one-of", hit=hit)
    elif outputs and aggregate in ("sum", "min", "max"):
        ordered = isinstance(outputs[0], NUMERIC) or (outputs[0] == DATE and aggregate != "sum")
        if not ordered:
            gathering.note(written.entries["aggregate"].value.place(), "aggregate-type", aggregate=aggregate)


def _rows(node: Node, inputs: int, outputs: int) -> tuple[Row, ...]:
    """Equal cells of a column share one tree: a long table repeats itself, and a column has one meaning."""
    cells: list[dict[str, TableCell]] = [{} for _ in range(inputs)]
    results: list[dict[str, Expression]] = [{} for _ in range(outputs)]

    def row(written: Node) -> Row:
        items = sequence(written).items
        if len(items) != inputs + outputs:
            code = "row-too-short" if len(items) < inputs + outputs else "row-too-long"
            refuse(written.place(), code, expected=str(inputs + outputs), found=str(len(items)))
        gathering = Gathering()
        first = [gathering.read(_input, item, known) for item, known in zip(items, cells, strict=False)]
        last = [gathering.read(_result, item, known) for item, known in zip(items[inputs:], results, strict=True)]
        gathering.finish()
        start = scalar(items[0])
        return Row(tuple(each for each in first if each), tuple(each for each in last if each), start)

    return list_of(Shape(row, {})).read(node)


def _input(node: Node, known: dict[str, TableCell]) -> TableCell:
    found = scalar(node)
    if same := known.get(found.text):
        return TableCell(found.text, same.tree, found)
    return known.setdefault(found.text, CELL.read(found))


def _result(node: Node, known: dict[str, Expression]) -> Expression:
    found = scalar(node)
    if same := known.get(found.text):
        return Expression(found.text, same.tree, found)
    return known.setdefault(found.text, EXPRESSION.read(found))


def _table(entry: Entry, read: dict[str, Any]) -> Table:
    name = entry.key.text
    one = read.get("output")
    return Table(
        name=name,
        hit=read["hit"],
        aggregate=read.get("aggregate"),
        inputs=read["inputs"],
        outputs=(Output(name, one["type"], one.get("label", name)),) if one else tuple(read["outputs"].values()),
        named=not one,
        default=read.get("default"),
        periods=read["periods"],
        scalar=entry.key,
    )


_KEYS = keys(
    {
        "hit": Key(
            choice("unique", "any", "first", "priority", "rule-order", "output-order", "collect"),
            "命中策略（DMN）",
            "Hit policy (DMN)",
            required=True,
        ),
        "aggregate": Key(choice("sum", "min", "max", "count"), "collect 的汇总方式", "What collect makes of the hits"),
        "inputs": Key(list_of(EXPRESSION), "输入：表达式", "Inputs: expressions", required=True),
        "output": Key(_OUTPUT, "唯一的输出，以表名读取", "The one output, read by the table's name"),
        "outputs": Key(
            named(MEMBER, _OUTPUT, _output, may_be_empty=False),
            "几个输出，以 表名.输出 读取",
            "Several outputs, read as table.output",
        ),
        "rows": Key(
            Shape(lambda node: node, _ROWS_SCHEMA),
            "行：先是各输入的条件，再是各输出的表达式",
            "Rows: a test for each input, then an expression for each output",
        ),
        "from": Key(
            days(Shape(ANYTHING.read, _ROWS_SCHEMA)),
            "按生效日期分段的行",
            "Rows by the first day they are in force",
        ),
        "default": Key(
            Shape(_default, {"anyOf": [EXPRESSION.schema, list_of(EXPRESSION).schema]}),
            "没有命中时的输出",
            "The output where no row matches",
        ),
    },
    _relate,
)


def tables(name: Shape[Scalar]) -> Shape[dict[str, Table]]:
    return named(name, _KEYS, _table)


