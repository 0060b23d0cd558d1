"""Parameters and decision tables of a draft as tables in a browser; what is changed there is written back into the text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from fastapi import APIRouter, Response

from engine.ruleset.findings import Refused
from service.policies import actions
from service.policies.models import Checked, Draft, DraftGiven
from service.policies.studio.draft_pages import about, address, files_of, version_seen
from service.policies.studio.refusals import Refusal, refusal
from service.policies.studio.side_by_side import Line, side_by_side
from service.policies.studio.wording import HITS
from service.policies.studio.written_tables import Cell, Dated, Grid, Period, Row, Written, read, with_rows, with_values
from service.problems import Problem
from service.web.forms import Fields, Posted
from service.web.page import Here, Page
from service.web.translation import mark

router = APIRouter(include_in_schema=False)
_MOST_CELLS = 3_000
"""Of a page; a table with more is changed in the editor."""
_LONGEST_PLACE = 6
_NEW = "new"


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """`key`: the row's place in the text, or `new…`. `faults`: by column."""

    key: str
    cells: tuple[str, ...]
    faults: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class DrawnTable:
    """`id`: of its rows in the form. `rows` is None where a page cannot change them, or they are too many for one."""

    id: str
    grid: Grid
    day: str
    rows: tuple[DrawnRow, ...] | None
    count: int


@dataclass(frozen=True, slots=True)
class DrawnValue:
    """A parameter. `day`: from which `value` holds, if it is changed; `since` holds now. `later`: what is dated after that."""

    parameter: Dated
    day: str
    value: str
    since: str
    fault: str | None
    later: tuple[tuple[str, str], ...]


@router.get("/studio/{ruleset}/drafts/{effective}/tables")
def tables(ruleset: str, effective: date, page: Here) -> Response:
    return _tables(page, actions.draft_of(page.service, page.person, ruleset, effective), None)


@router.post("/studio/{ruleset}/drafts/{effective}/tables")
def changed(ruleset: str, effective: date, page: Here, fields: Posted) -> Response:
    """`step`: `save`; `overwrite`, over what somebody else changed; `add:<rows>:<key>`, a row after that; `remove`, `up` and `down`
    likewise; anything else only shows the page again.
    """
    draft = actions.draft_of(page.service, page.person, ruleset, effective)
    step, _, what = fields.get("step").partition(":")
    rows, _, key = what.rpartition(":")
    if step == "add":
        fields = _with_row(fields, rows, key)
    elif step in ("up", "down"):
        fields = _with_moved(fields, (f"rows:{rows}", key), -1 if step == "up" else 1)
    elif step == "remove":
        fields = Fields(tuple(pair for pair in fields.pairs if pair != (f"rows:{rows}", key)))
    elif step in ("save", "overwrite"):
        version = draft.version if step == "overwrite" else version_seen(fields)
        try:
            given = DraftGiven(text=_written(read(draft.text), draft, fields), cases=draft.cases)
            actions.keep_draft(page.service, page.person, ruleset, effective, version, given)
        except Problem as problem:
            return _conflict(page, draft, fields, problem)
        except Refused:
            return _tables(page, draft, None)
        return page.go(address(ruleset, effective, "tables"), mark("已写回规则并保存。"))
    return _tables(page, draft, fields)


def _conflict(page: Page, draft: Draft, fields: Fields, problem: Problem) -> Response:
    """What the person typed stays, beside what is kept."""
    if problem.code != "draft-changed":
        raise problem
    draft = actions.draft_of(page.service, page.person, draft.ruleset, draft.effective)
    try:
        difference = side_by_side(draft.text, _written(read(draft.text), draft, fields))
    except Refused:
        difference = []
    return _tables(page, draft, fields, refusal(problem, page.lang), difference, 409)


def _written(written: Written, draft: Draft, fields: Fields) -> str:
    """The text with what the form says, values first: rows stand after parameters or before, but never in one another."""
    values = {
        (each.parameter.name, day): new
        for each in _values(written, draft, None, {})
        for day, old in ((each.day, each.value), *each.later)
        if (new := fields.get(f"value:{each.parameter.name}:{day}", old).strip()) != old
    }
    written = read(with_values(written, values))
    rows = {(table.name, period.day): list(_rows_sent(table, period, fields))
            for table in written.tables for period in table.periods if f"rows:{table.name}:{period.day}" in fields}  # fmt: skip
    return with_rows(written, rows)


def _rows_sent(table: Grid, period: Period, fields: Fields) -> Iterator[Row]:
    """Rows that were left empty are no rows."""
    id_ = f"{table.name}:{period.day}"
    for key in dict.fromkeys(fields.all(f"rows:{id_}")):
        cells = tuple(fields.get(f"cell:{id_}:{key}:{column}").strip() for column in range(len(table.inputs) + len(table.outputs)))
        if any(cells):
            yield Row(int(key) if key.isdecimal() and len(key) < _LONGEST_PLACE else None, tuple(cell or "-" for cell in cells))


def _with_row(fields: Fields, rows: str, key: str) -> Fields:
    """One more after that of the key, or at the end."""
    name = f"rows:{rows}"
    taken = {value for pair_name, value in fields.pairs if pair_name == name}
    new = next(found for n in range(len(taken) + 1) if (found := f"{_NEW}{n}") not in taken)
    pairs = list(fields.pairs)
    place = pairs.index((name, key)) + 1 if (name, key) in pairs else len(pairs)
    return Fields((*pairs[:place], (name, new), *pairs[place:]))


def _with_moved(fields: Fields, row: tuple[str, str], by: int) -> Fields:
    """The row in the place of its neighbour, where it has one there."""
    pairs = list(fields.pairs)
    places = [place for place, pair in enumerate(pairs) if pair[0] == row[0]]
    if row in pairs and 0 <= (there := places.index(pairs.index(row)) + by) < len(places):
        one, other = pairs.index(row), places[there]
        pairs[one], pairs[other] = pairs[other], pairs[one]
    return Fields(tuple(pairs))


def _tables(
    page: Page, draft: Draft, fields: Fields | None, refused: Refusal | None = None, difference: Sequence[Line] = (), status: int = 200
) -> Response:
    if draft.state == "published":
        return page.go(f"/studio/{draft.ruleset}")
    checked = actions.check_draft(page.service, page.person, draft.ruleset, draft.effective, page.lang)
    try:
        written = read(draft.text)
    except Refused:
        written = None
    faults = _faults(draft, checked)
    version = draft.version if fields is None else version_seen(fields)
    return page.show(
        "studio/tables.html", status, {}, readable=written is not None, checked=checked, files=files_of(draft), refused=refused,
        difference=difference, version=version, hits=HITS, focus=fields.get("step") if fields else "",
        values=_values(written, draft, fields, faults) if written else [],
        tables=[_table(grid, period, fields, faults) for grid in written.tables for period in grid.periods] if written else [],
        **about(page, draft),
    )  # fmt: skip


def _values(written: Written, draft: Draft, fields: Fields | None, faults: Mapping[int, str]) -> list[DrawnValue]:
    found = []
    day = draft.effective.isoformat()
    for each in written.parameters:
        before = [(since, cell) for since, cell in each.values if since <= day]
        since, cell = before[-1] if before else ("", None)
        value = cell.text if cell else ""
        later = tuple((when, after.text) for when, after in each.values if when > day)
        if fields is not None:
            value = fields.get(f"value:{each.name}:{day}", value)
            later = tuple((when, fields.get(f"value:{each.name}:{when}", old)) for when, old in later)
        found.append(DrawnValue(each, day, value, since, _fault(cell, faults) if cell else None, later))
    return found


def _table(grid: Grid, period: Period, fields: Fields | None, faults: Mapping[int, str]) -> DrawnTable:
    id_ = f"{grid.name}:{period.day}"
    width = len(grid.inputs) + len(grid.outputs)
    rows: tuple[DrawnRow, ...] | None = None
    if period.editable and len(period.rows) * width <= _MOST_CELLS:
        if fields is None or f"rows:{id_}" not in fields:
            rows = tuple(DrawnRow(str(place), tuple(cell.text for cell in cells), _row_faults(cells, faults))
                         for place, cells in enumerate(period.rows))  # fmt: skip
        else:
            rows = tuple(
                DrawnRow(key, tuple(fields.get(f"cell:{id_}:{key}:{column}") for column in range(width)), {})
                for key in dict.fromkeys(fields.all(f"rows:{id_}"))
            )
    return DrawnTable(id_, grid, period.day, rows, len(period.rows))


def _faults(draft: Draft, checked: Checked) -> Mapping[int, str]:
    """What is wrong in the ruleset's own text, by where it stands there."""
    starts = [0, *accumulate(len(line) for line in draft.text.splitlines(keepends=True))]
    own = [each for each in checked.findings if each.path == f"{draft.ruleset}/{draft.effective}.yaml" and each.line <= len(starts)]
    return {starts[each.line - 1] + each.column - 1: each.message for each in reversed(own)}


def _row_faults(cells: Sequence[Cell], faults: Mapping[int, str]) -> Mapping[int, str]:
    return {column: fault for column, cell in enumerate(cells) if (fault := _fault(cell, faults))}


def _fault(cell: Cell, faults: Mapping[int, str]) -> str | None:
    return next((fault for at, fault in faults.items() if cell.start <= at < max(cell.end, cell.start + 1)), None)
