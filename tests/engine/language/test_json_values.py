"""Typed values as JSON: what a form, a case and a receipt say of one value is the same."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.language.json_values import as_json
from engine.language.types import BOOLEAN, DATE, INTEGER, MONEY, NUMBER, TEXT, ListType, Record, Type

SHARE = Record((("amount", MONEY), ("since", DATE)))


@pytest.mark.parametrize(
    ("value", "type_", "expected"),
    [
        (True, BOOLEAN, True),
        (3, INTEGER, 3),
        (3, NUMBER, "3"),
        (Decimal("2.50"), NUMBER, "2.5"),
        (3, MONEY, "3.00"),
        ("深圳市", TEXT, "深圳市"),
        (date(2026, 5, 1), DATE, "2026-05-01"),
        ((1, None), ListType(MONEY), ["1.00", None]),
        (({"amount": 5, "since": None}, None), ListType(SHARE), [{"amount": "5.00", "since": None}, None]),
        (None, MONEY, None),
    ],
)
def test_a_value_is_written_by_its_type(value: Any, type_: Type, expected: Any) -> None:
    assert as_json(value, type_) == expected
