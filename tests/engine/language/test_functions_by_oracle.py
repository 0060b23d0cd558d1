"""Every built-in function answers as the oracle's does, on the days and texts where functions go wrong."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import pytest

from engine.language.functions import FUNCTIONS
from tests.oracle.functions import FUNCTIONS as ORACLE
from tests.oracle.values import Listed

DAYS = [
    date(2000, 2, 29), date(2024, 2, 29), date(2025, 2, 28), date(2026, 2, 28), date(2025, 3, 1), date(2028, 2, 29),
    date(2024, 1, 31), date(2024, 4, 30), date(2024, 12, 31), date(2025, 1, 1), date(2026, 11, 23), date(1, 1, 1),
    date(9999, 12, 31), date(2025, 10, 1), date(2025, 10, 11), date(2027, 6, 1), date(1900, 3, 1), date(1900, 2, 28),
]  # fmt: skip
NUMBERS = [0, 1, -1, 11, 12, 13, -25, 100_000, 9_998]
TEXTS = ["", "深圳市", "深圳", "市", "a", "𠮷田", "440309", "440309001002", "4403"]
IDENTITIES = ["440309200002290016", "11010519491231002X", "440524188001010014"]

ARGUMENTS: dict[str, list[tuple[Any, ...]]] = {
    **{name: list(product(DAYS, DAYS)) for name in (
        "age", "months_between", "years_between", "days_between", "working_days_between")},
    **{name: list(product(DAYS, NUMBERS)) for name in ("add_years", "add_months", "add_days")},
    **{name: [(day,) for day in DAYS] for name in ("year", "month", "start_of_month", "end_of_month", "start_of_year")},
    **{name: list(product(TEXTS, TEXTS)) for name in ("contains", "starts_with", "ends_with")},
    "length": [(text,) for text in TEXTS],
    "region": list(product(TEXTS, ["province", "city", "district"])),
    "birth_date": [(each,) for each in IDENTITIES],
    "sex": [(each,) for each in IDENTITIES],
    "months_in_a_row": [(tuple(DAYS[:size]), day) for size in range(len(DAYS)) for day in DAYS],
    "months_covered": [(tuple(DAYS), *pair) for pair in product(DAYS, DAYS)],
}  # fmt: skip


def engine_answer(name: str, arguments: tuple[Any, ...]) -> Any:
    function = FUNCTIONS[name]
    leading = [lambda code: None] if function.diagnoses else []
    return function.meaning(*leading, *arguments)


def oracle_answer(name: str, arguments: tuple[Any, ...]) -> Any:
    return ORACLE[name](*(Listed(each, (True,) * len(each)) if isinstance(each, tuple) else each for each in arguments))


@pytest.mark.parametrize("name", ARGUMENTS)
def test_a_function_answers_as_the_oracle_does(name: str) -> None:
    for arguments in ARGUMENTS[name]:
        assert engine_answer(name, arguments) == oracle_answer(name, arguments), arguments


def test_one_born_on_29_february_ages_on_1_march_in_common_years() -> None:
    born = date(2000, 2, 29)
    for on, age in ((date(2026, 2, 28), 25), (date(2026, 3, 1), 26), (date(2028, 2, 28), 27), (date(2028, 2, 29), 28)):
        assert engine_answer("age", (born, on)) == oracle_answer("age", (born, on)) == age
