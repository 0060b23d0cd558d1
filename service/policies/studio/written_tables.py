"""The parameters and decision tables of a ruleset as its text has them, and the text with their values and rows changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import yaml

from engine.ruleset.findings import Refused
from service.policies.studio.yaml_text import (
    Edit,
    changed,
    composed,
    end_of,
    entries,
    entry,
    flow,
    indent_of,
    items,
    line_end,
    line_start,
    quoted,
    start_of,
    text_of,
    written_value,
)

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONE_RETURN = re.compile(r"\r(?!\n)")


@dataclass(frozen=True, slots=True)
class Cell:
    """`text`: as it is read, or as it is written where it is no scalar. `start`, `end`: where it stands."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Dated:
    """A parameter. `values`: by the day from which each holds, ascending."""

    name: str
    label: str
    kind: str
    basis: str
    values: tuple[tuple[str, Cell], ...]
    node: yaml.MappingNode = field(repr=False)


@dataclass(frozen=True, slots=True)
class Period:
    """Rows of a table. `day`: from which they hold; empty where they are not dated. `editable`: whether each begins a line
    and each cell is text of one line, so that a page can change them.
    """

    day: str
    rows: tuple[tuple[Cell, ...], ...]
    editable: bool
    node: yaml.SequenceNode = field(repr=False)


@dataclass(frozen=True, slots=True)
class Grid:
    """A decision table. `hit`: how its rows count. `inputs`: its expressions. `outputs`: name, label and type of each."""

    name: str
    hit: str
    inputs: tuple[str, ...]
    outputs: tuple[tuple[str, str, str], ...]
    default: str
    periods: tuple[Period, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it should be. `place`: where it stands among the period's rows now; None for a new one."""

    place: int | None
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Lines:
    """Of a row in the text, with the remarks right above it, which go where it goes; those above the first are the table's."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Written:
    """A text with what it declares as parameters and tables."""

    text: str
    parameters: tuple[Dated, ...]
    tables: tuple[Grid, ...]


def read(text: str) -> Written:
    """What can be shown as tables; what is not shaped as it should be is left out. Raises `Refused`."""
    text = _LONE_RETURN.sub("\n", text)  # a line break too, and whatever stands in the text keeps its place
    root = composed(text)
    parameters = [_parameter(text, name, node) for name, node in entries(entry(root, "parameters"))]
    tables = [_grid(text, name, node) for name, node in entries(entry(root, "tables"))]
    return Written(text, tuple(each for each in parameters if each), tuple(each for each in tables if each))


def with_values(written: Written, values: Mapping[tuple[str, str], str]) -> str:
    """The text with parameters' values, by name and day; a day that is new is added after the others. Empty values change nothing."""
    edits: list[Edit] = []
    for each in written.parameters:
        there = dict(each.values)
        like = next((cell for _, cell in reversed(each.values)), None)
        for (name, day), value in values.items():
            if name != each.name or not value:
                continue
            if day in there:
                if there[day].text != value:
                    edits.append(_put(written.text, there[day], value))
            elif _DAY.fullmatch(day):
                edits.append(_added(written.text, each.node, day, _like(written.text, like, value)))
    return changed(written.text, edits)


def with_rows(written: Written, rows: Mapping[tuple[str, str], Sequence[Row]]) -> str:
    """The text with the rows of tables, by the table's name and the period's day: changed, taken out, put in. Rows that are
    not editable stay.
    """
    edits: list[Edit] = []
    for table in written.tables:
        for period in table.periods:
            if period.editable and (wanted := rows.get((table.name, period.day))) is not None:
                edits += _rows(written.text, period, wanted)
    return changed(written.text, edits)


def _parameter(text: str, name: str, node: yaml.Node) -> Dated | None:
    dated = entry(node, "from")
    if not isinstance(dated, yaml.MappingNode):
        return None
    values = tuple(sorted((day, _cell(text, value)) for day, value in entries(dated)))
    label, kind = text_of(entry(node, "label")) or name, _kind(text, entry(node, "type"))
    return Dated(name, label, kind, text_of(entry(node, "basis")), values, dated)


def _grid(text: str, name: str, node: yaml.Node) -> Grid | None:
    inputs = tuple(text_of(each) for each in items(entry(node, "inputs")))
    outputs = tuple(_outputs(text, name, node))
    dated = [("", rows)] if (rows := entry(node, "rows")) is not None else list(entries(entry(node, "from")))
    periods = tuple(_period(text, day, rows) for day, rows in dated if isinstance(rows, yaml.SequenceNode))
    width = len(inputs) + len(outputs)
    if not inputs or not periods or any(len(row) != width for period in periods for row in period.rows):
        return None
    default = entry(node, "default")
    return Grid(name, _hit(node), inputs, outputs, "" if default is None else _cell(text, default).text, periods)


def _hit(node: yaml.Node) -> str:
    """What is collected but not aggregated is listed in the order of the rows."""
    hit = text_of(entry(node, "hit"))
    return "rule-order" if hit == "collect" and entry(node, "aggregate") is None else hit


def _outputs(text: str, name: str, node: yaml.Node) -> Iterator[tuple[str, str, str]]:
    if (one := entry(node, "output")) is not None:
        yield name, text_of(entry(one, "label")) or name, _kind(text, entry(one, "type"))
    for id_, each in entries(entry(node, "outputs")):
        yield id_, text_of(entry(each, "label")) or id_, _kind(text, entry(each, "type"))


def _period(text: str, day: str, node: yaml.SequenceNode) -> Period:
    rows = tuple(tuple(_cell(text, cell) for cell in items(row)) for row in items(node))
    start = start_of(node)
    begins_lines = node.flow_style or not text[line_start(text, start) : start].strip()  # `? rows`, `: - …` does not
    return Period(day, rows, begins_lines and not any("\n" in cell.text for row in rows for cell in row), node)


def _cell(text: str, node: yaml.Node) -> Cell:
    start, end = start_of(node), end_of(node)
    return Cell(text_of(node) if isinstance(node, yaml.ScalarNode) else text[start:end], start, end)


def _kind(text: str, node: yaml.Node | None) -> str:
    return "" if node is None else _cell(text, node).text


def _put(text: str, cell: Cell, value: str) -> Edit:
    return cell.start, cell.end, _like(text, cell, value)


def _like(text: str, cell: Cell | None, value: str) -> str:
    """Quoted where what stood there was; as it is where that was a list or a mapping."""
    first = text[cell.start] if cell else ""
    if first and first in "[{" and value[:1] == first and _is_whole(value):
        return value
    return quoted(value) if first and first in "\"'" else written_value(value)


def _is_whole(value: str) -> bool:
    """Whether it can stand as it was typed."""
    try:
        node = composed(value)
    except Refused:
        return False
    return "\n" not in value and end_of(node) == len(value)


def _added(text: str, dated: yaml.MappingNode, day: str, value: str) -> Edit:
    """After the last of the dated values."""
    if dated.flow_style or not dated.value:
        at = end_of(dated) - 1
        return at, at, f", {day}: {value}" if dated.value else f"{day}: {value}"
    key, last = dated.value[-1]
    at = line_end(text, end_of(last))
    return at, at, f"\n{indent_of(text, start_of(key))}{day}: {value}"


def _rows(text: str, period: Period, wanted: Sequence[Row]) -> Iterator[Edit]:
    wanted = [row for row in wanted if row.place is None or row.place < len(period.rows)]
    kept = {row.place: row for row in wanted if row.place is not None}
    if period.node.flow_style or not kept:
        if [row.cells for row in wanted] != [tuple(cell.text for cell in row) for row in period.rows]:
            yield _anew(text, period, wanted)
        return
    lines = list(_lines(text, period))
    there = dict(zip(kept, sorted(kept), strict=True))  # rows that are kept stand where others were that are
    for place, cells in enumerate(period.rows):
        if place not in kept:
            yield lines[place].start, min(lines[place].end + 1, len(text)), ""
            continue
        edits = [_put(text, cell, new) for cell, new in zip(cells, kept[place].cells, strict=True) if cell.text != new]
        if there[place] == place:
            yield from edits
        else:
            start, end = lines[place].start, lines[place].end
            moved = changed(text[start:end], [(at - start, to - start, new) for at, to, new in edits])
            yield lines[there[place]].start, lines[there[place]].end, moved
    yield from _put_in(text, period, wanted, {place: lines[stands].end for place, stands in there.items()}, lines[0].start)


def _lines(text: str, period: Period) -> Iterator[_Lines]:
    column = int(period.node.start_mark.column)
    least = line_start(text, start_of(period.node))
    for node in items(period.node):
        start = line_start(text, start_of(node))
        while start > least and text[start : start + column + 1].strip() != "-":  # its dash has a line of its own
            start = line_start(text, start - 1)
        while start > least and text[(above := line_start(text, start - 1)) : start].lstrip().startswith("#"):
            start = above
        end = line_end(text, end_of(node))
        yield _Lines(start, end)
        least = end + 1


def _put_in(
    text: str, period: Period, wanted: Sequence[Row], ends: Mapping[int, int], first: int
) -> Iterator[Edit]:
    """New rows after the ones they follow; those that follow none before the first. `ends`: where each that is kept will end."""
    indent = indent_of(text, start_of(period.node))
    after: dict[int | None, list[Row]] = {}
    place: int | None = None
    for row in wanted:
        if row.place is None:
            after.setdefault(place, []).append(row)
        else:
            place = row.place
    for place, several in after.items():
        new = [f"{indent}- {_flow_row(text, period, row.cells)}" for row in several]
        if place is None:
            yield first, first, "".join(f"{line}\n" for line in new)
        else:
            at = ends[place]
            yield at, at, "".join(f"\n{line}" for line in new)


def _anew(text: str, period: Period, wanted: Sequence[Row]) -> Edit:
    """All of them, where rows stand in one line or none is left to go by: then further in than a block has to be."""
    rows = flow([_flow_row(text, period, row.cells) for row in wanted])
    return start_of(period.node), end_of(period.node), rows if period.node.flow_style else f"  {rows}"


def _flow_row(text: str, period: Period, cells: Sequence[str]) -> str:
    """Quoted by column as the first row is, where there is one."""
    like: Sequence[Cell | None] = period.rows[0] if period.rows else [None] * len(cells)
    return flow([_like(text, each, cell) for each, cell in zip(like, cells, strict=True)])
