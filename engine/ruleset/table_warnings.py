"""Holes and overlaps of decision tables that can be seen without facts: where all that a row asks for is literals.

What cannot be seen here (cells that name facts or parameters, very large tables) is for the proof, not for a warning.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from engine.language import tree
from engine.language.texts import fold
from engine.language.types import FAULTY, Type
from engine.ruleset.axes import Region, is_seen, regions
from engine.ruleset.findings import Finding
from engine.ruleset.model import Row, Table

_MOST_SHOWN = 5  # holes, and overlaps, of one table
_MOST_BOXES = 50_000  # combinations of regions looked at

Box = tuple[Region, ...]
"""A region of each input; of the first inputs alone where the others make no difference."""


def table_warnings(table: Table, types: Mapping[tree.Node, Type]) -> Iterator[Finding]:
    """Warnings about each period's rows. `types` has those of the inputs."""
    inputs = [types.get(each.tree, FAULTY) for each in table.inputs]
    for _, rows in table.periods:
        seen = [
            (number, row)
            for number, row in enumerate(rows, 1)
            if all(is_seen(type_, cell.tree) for type_, cell in zip(inputs, row.inputs, strict=True))
        ]
        axes = [
            regions(type_, [row.inputs[place].tree for _, row in seen]) for place, type_ in enumerate(inputs) if seen
        ]
        if not axes:
            continue
        if len(seen) == len(rows) and table.default is None and table.aggregate not in ("sum", "count"):
            for hole in islice(_holes(axes), _MOST_SHOWN):
                params = {"values": _values(table, [region.text if region else "-" for region in hole])}
                yield Finding(rows[0].scalar.place(), "table-hole", params, "warning")
        if table.hit in ("unique", "any"):
            code = "table-overlap" if table.hit == "unique" else "table-rows-differ"
            rivals = _rivals(table.hit, [row for _, row in seen])
            for one, other, box in islice(_overlaps(axes, rivals), _MOST_SHOWN):
                params = {
                    "values": _values(table, [region.witness for region in box]),
                    "first": str(seen[one][0]),
                    "second": str(seen[other][0]),
                }
                yield Finding(seen[other][1].scalar.place(), code, params, "warning")


def _values(table: Table, texts: Sequence[str]) -> str:
    """What each input is, as a cell would say it; of several inputs with their names, without those that do not matter."""
    if len(table.inputs) == 1:
        return texts[0]
    said = [f"{each.text}: {text}" for each, text in zip(table.inputs, texts, strict=True) if text != "-"]
    return "; ".join(said) or "-"


def _holes(axes: Sequence[list[Region]]) -> Iterator[tuple[Region | None, ...]]:
    """First what no row takes of one input, then combinations. None: an input that does not matter."""
    for place, axis in enumerate(axes):
        for region in axis:
            if region.inner and not region.rows:
                yield tuple(region if index == place else None for index in range(len(axes)))
    inner = [[region for region in axis if region.inner and region.rows] for axis in axes]
    for rows, box in islice(_boxes(inner), _MOST_BOXES):
        if not rows:
            yield (*box, *[None] * (len(axes) - len(box)))


def _overlaps(axes: Sequence[list[Region]], rivals: Mapping[int, int]) -> Iterator[tuple[int, int, Box]]:
    """Pairs of rows, each pair once, and a box that both take."""
    candidates = sum(1 << index for index in rivals)
    shown: set[tuple[int, int]] = set()
    for rows, box in islice(_boxes(axes), _MOST_BOXES):
        if not rows & candidates:
            continue
        one = _lowest(rows & candidates)
        if against := rows & rivals[one]:
            pair = (one, _lowest(against))
            if pair not in shown:
                shown.add(pair)
                yield (*pair, box)


def _boxes(axes: Sequence[list[Region]]) -> Iterator[tuple[int, Box]]:
    """Every combination and the rows that match it; cut short where none is left."""
    pending: list[tuple[int, Box]] = [(-1, ())]
    while pending:
        rows, box = pending.pop()
        if not rows or len(box) == len(axes):
            yield rows, box
        else:
            pending.extend((rows & region.rows, (*box, region)) for region in reversed(axes[len(box)]))


def _rivals(hit: str, rows: Sequence[Row]) -> dict[int, int]:
    """For each row, those that may not match together with it: for `any`, the ones that surely differ."""
    if hit == "unique":
        everyone = (1 << len(rows)) - 1
        return {index: everyone ^ 1 << index for index in range(len(rows))}
    outputs = {index: output for index, row in enumerate(rows) if (output := _literals(row)) is not None}
    alike: dict[tuple[object, ...], int] = {}
    for index, output in outputs.items():
        alike[output] = alike.get(output, 0) | 1 << index
    known = sum(alike.values())
    return {index: known & ~alike[output] for index, output in outputs.items()}


def _literals(row: Row) -> tuple[object, ...] | None:
    values = [each.tree.value for each in row.outputs if isinstance(each.tree, tree.Literal)]
    if len(values) < len(row.outputs):
        return None
    return tuple(fold(value) if isinstance(value, str) else value for value in values)


def _lowest(rows: int) -> int:
    return (rows & -rows).bit_length() - 1
