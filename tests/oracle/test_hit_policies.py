"""The oracle's hit policies against examples worked by hand. Rows are (matches, output)."""

from __future__ import annotations

import pytest

from tests.oracle.tables import result
from tests.oracle.values import Truth, Value, listed


@pytest.mark.parametrize(
    ("hit", "aggregate", "rows", "default", "expected"),
    [
        ("unique", None, [(True, 1), (False, 2)], [], 1),
        ("unique", None, [(True, 1), (None, 1)], [], None),
        ("unique", None, [(True, 1), (True, 1)], [], None),
        ("unique", None, [(None, 1)], [1], 1),
        ("unique", None, [(None, 1)], [], None),
        ("unique", None, [(None, 1), (None, 1)], [1], None),
        ("any", None, [(True, 1), (None, 1)], [], 1),
        ("any", None, [(True, 1), (True, 2)], [], None),
        ("any", None, [(None, 1), (None, 1)], [1], 1),
        ("first", None, [(None, 1), (True, 1), (None, 2)], [], 1),
        ("first", None, [(None, 2), (True, 1)], [], None),
        ("first", None, [(None, 2)], [2], 2),
        ("priority", None, [(True, "乙"), (None, "丙")], [], "乙"),
        ("priority", None, [(True, "乙"), (None, "甲")], [], None),
        ("priority", None, [(True, "甲"), (True, None)], [], "甲"),
        ("priority", None, [(True, "乙"), (True, None)], [], None),
        ("rule-order", None, [(True, 1), (True, None)], [], listed([1, None])),
        ("rule-order", None, [(False, 1)], [7], listed([7])),
        ("output-order", None, [(True, "丙"), (True, "甲")], [], listed(["甲", "丙"])),
        ("output-order", None, [(True, "丙"), (True, None)], [], None),
        ("collect", None, [(None, 7)], [7], None),
        ("collect", "count", [(True, None), (True, 1)], [], 2),
        ("collect", "count", [(None, 1)], [], None),
        ("collect", "count", [(False, 1)], [], 0),
        ("collect", "sum", [(True, 1), (None, 0)], [], 1),
        ("collect", "sum", [(True, 1), (None, 2)], [], None),
        ("collect", "sum", [(None, 0)], [], 0),
        ("collect", "sum", [(None, 0)], [3], None),
        ("collect", "sum", [(None, 3)], [3], None),
        ("collect", "min", [(True, 1), (None, 2)], [], 1),
        ("collect", "min", [(True, 2), (None, 1)], [], None),
        ("collect", "max", [(True, 2), (None, 1)], [], 2),
        ("collect", "max", [(None, 1)], [1], 1),
        ("collect", "max", [(False, 1)], [], None),
    ],
)
def test_a_hit_policy_is_known_only_when_unknown_rows_cannot_change_it(
    hit: str, aggregate: str | None, rows: list[tuple[Truth, Value]], default: list[Value], expected: Value
) -> None:
    assert result(hit, aggregate, rows, default, ["甲", "乙", "丙"]) == expected
