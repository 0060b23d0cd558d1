"""Every built-in by example: what it gives, what it diagnoses, and which calls are faults."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.language.functions import FUNCTIONS, Argument, Misuse
from engine.language.types import (
    BOOLEAN,
    DATE,
    FAULTY,
    HOLDER_NUMBER,
    INTEGER,
    MONEY,
    NUMBER,
    PHONE,
    RESIDENT_ID,
    TEXT,
    ListType,
    Money,
    OneOf,
    Record,
    Type,
)

D = date.fromisoformat
N = Decimal
PAID = (D("2025-12-31"), D("2026-01-01"), D("2026-01-31"), D("2026-03-01"))

# name, arguments, result
EXAMPLES: list[tuple[str, tuple[Any, ...], Any]] = [
    ("age", (D("1956-05-01"), D("2026-04-30")), 69),
    ("age", (D("1956-05-01"), D("2026-05-01")), 70),
    ("age", (D("2008-02-29"), D("2026-02-28")), 17),
    ("age", (D("2008-02-29"), D("2026-03-01")), 18),
    ("add_years", (D("2024-02-29"), 1), D("2025-02-28")),
    ("add_years", (D("2025-02-28"), -1), D("2024-02-28")),
    ("add_months", (D("2026-01-31"), 1), D("2026-02-28")),
    ("add_months", (D("2024-03-31"), -1), D("2024-02-29")),
    ("add_days", (D("2024-02-28"), 2), D("2024-03-01")),
    ("add_days", (D("2024-03-01"), 0), D("2024-03-01")),
    ("months_between", (D("2026-01-31"), D("2026-02-28")), 1),
    ("months_between", (D("2026-02-28"), D("2026-01-31")), -1),
    ("years_between", (D("2024-02-29"), D("2025-02-28")), 1),
    ("years_between", (D("2024-03-01"), D("2025-02-28")), 0),
    ("days_between", (D("2024-02-28"), D("2024-03-01")), 2),
    ("days_between", (D("2024-03-01"), D("2024-02-28")), -2),
    ("working_days_between", (D("2025-09-30"), D("2025-10-09")), 1),
    ("working_days_between", (D("2025-10-09"), D("2025-09-30")), -1),
    ("working_days_between", (D("2025-10-03"), D("2025-10-03")), 0),
    ("year", (D("2026-12-31"),), 2026),
    ("month", (D("2026-12-31"),), 12),
    ("start_of_month", (D("2026-02-28"),), D("2026-02-01")),
    ("end_of_month", (D("2024-02-01"),), D("2024-02-29")),
    ("end_of_month", (D("2100-02-01"),), D("2100-02-28")),
    ("start_of_year", (D("2026-12-31"),), D("2026-01-01")),
    ("months_in_a_row", (PAID, D("2026-02-01")), 2),
    ("months_in_a_row", (PAID, D("2026-03-31")), 0),
    ("months_in_a_row", ((), D("2026-03-31")), 0),
    ("months_in_a_row", ((*PAID, None), D("2026-02-01")), None),
    ("months_covered", (PAID, D("2026-01-31"), D("2026-03-01")), 2),
    ("months_covered", (PAID, D("2026-03-01"), D("2026-01-31")), 0),
    ("months_covered", ((None,), D("2026-01-01"), D("2026-01-31")), None),
    ("count", ((),), 0),
    ("count", ((1, None, 1),), 3),
    ("sum", ((),), 0),
    ("sum", ((1, N("0.5"), -2),), N("-0.5")),
    ("sum", ((1, None),), None),
    ("min", ((),), None),
    ("min", ((2, N("1.5"), 3),), N("1.5")),
    ("min", ((2, None),), None),
    ("max", ((),), None),
    ("max", ((D("2024-02-29"), D("2024-03-01")),), D("2024-03-01")),
    ("max", ((2, None),), None),
    ("any", ((),), False),
    ("any", ((None, True),), True),
    ("any", ((None, False),), None),
    ("any", ((False, False),), False),
    ("all", ((),), True),
    ("all", ((None, False),), False),
    ("all", ((None, True),), None),
    ("all", ((True, True),), True),
    ("distinct", ((),), True),
    ("distinct", ((1, N("1.0"), None),), False),
    ("distinct", ((1, 2, None),), None),
    ("distinct", (("甲", "乙"),), True),
    ("contains", ("深圳市龙华区", "龙华"), True),
    ("contains", ("深圳市", ""), True),
    ("contains", ("深圳市", "广州"), False),
    ("starts_with", ("深圳市", "深圳"), True),
    ("starts_with", ("深圳市", "市"), False),
    ("ends_with", ("深圳市", "市"), True),
    ("ends_with", ("深圳市", "深圳"), False),
    ("length", ("𬭎a",), 2),
    ("length", ("",), 0),
    ("matches", ("440309", "44[0-9]{4}"), True),
    ("matches", ("4403091", "44[0-9]{4}"), False),
    ("same_name", ("阿依古丽·买买提", "阿依古丽买买提"), True),
    ("same_name", ("張三", "张三"), None),
    ("same_name", ("张三", "李四"), False),
    ("region", ("440309", "province"), "44"),
    ("region", ("440309000000", "city"), "4403"),
    ("region", ("440309", "district"), "440309"),
    ("region", ("44030", "city"), None),
    ("region", ("44030９", "city"), None),
    ("birth_date", ("440309200002290016",), D("2000-02-29")),
    ("sex", ("440309200002290016",), "男"),
    ("sex", ("440309194503150021",), "女"),
    ("by_bands", (250_000, (0, 125_000, 250_000), (0, N("0.02"), N("0.05"))), N(2_500)),
    ("by_bands", (-1, (0,), (1,)), 0),
    ("round", (N("2.5"),), 3),
    ("round", (N("-2.5"), 0), -3),
    ("round", (N("0.125"), 2), N("0.13")),
    ("floor", (N("-0.1"),), -1),
    ("floor", (N("0.129"), 2), N("0.12")),
    ("ceiling", (N("0.1"),), 1),
    ("ceiling", (N("-0.129"), 2), N("-0.12")),
    ("sampled", (N("1.9999"), 2), True),
    ("sampled", (2, 2), False),
    ("sampled", (None, 100), False),
    ("sampled", (5, None), None),
]

# name, arguments, what is diagnosed; the result is unknown
DIAGNOSED: list[tuple[str, tuple[Any, ...], str]] = [
    ("age", (D("2026-05-02"), D("2026-05-01")), "before-birth"),
    ("add_years", (D("9999-12-31"), 1), "overflow"),
    ("add_months", (D("0001-01-01"), -1), "overflow"),
    ("add_days", (D("9999-12-31"), 1), "overflow"),
    ("working_days_between", (D("2003-12-31"), D("2004-01-01")), "calendar"),
    ("sum", ((10**15 - 1, 1),), "overflow"),
    ("by_bands", (1, (0, 1), (1,)), "bands"),
    ("round", (N("999999999999999.5"),), "overflow"),
    ("floor", (N("-999999999999999.5"),), "overflow"),
    ("ceiling", (N("999999999999999.5"),), "overflow"),
]


def called(name: str, values: Sequence[Any], codes: list[str]) -> Any:
    function = FUNCTIONS[name]
    return function.meaning(codes.append, *values) if function.diagnoses else function.meaning(*values)


@pytest.mark.parametrize(("name", "values", "result"), EXAMPLES)
def test_a_call_means(name: str, values: tuple[Any, ...], result: Any) -> None:
    codes: list[str] = []
    answer = called(name, values, codes)
    assert (answer, codes) == (result, [])
    assert type(answer) is type(result)


@pytest.mark.parametrize(("name", "values", "code"), DIAGNOSED)
def test_a_call_that_has_no_answer_says_why(name: str, values: tuple[Any, ...], code: str) -> None:
    codes: list[str] = []
    assert (called(name, values, codes), codes) == (None, [code])


def test_every_function_has_an_example_and_every_diagnosis_one() -> None:
    assert {name for name, _, _ in EXAMPLES} == set(FUNCTIONS)
    assert {name for name, _, _ in DIAGNOSED} == {name for name, each in FUNCTIONS.items() if each.diagnoses}


def test_every_function_is_documented_in_both_languages() -> None:
    for name, function in FUNCTIONS.items():
        assert function.name == name
        assert function.signature.startswith(f"{name}(")
        assert " -> " in function.signature
        assert any("\u4e00" <= character <= "\u9fff" for character in function.zh)
        assert function.en


FEN, FINER = Money(), Money(whole_fen=False)
CHOICE = OneOf(("甲", "乙"))
RECORD = Record((("on", DATE),))


def lit(value: Any, type_: Type) -> Argument:
    return Argument(type_, literal=value)


def of(*types: Type) -> list[Argument]:
    return [Argument(each) for each in types]


BOUNDS, RATES = lit((0, 5), ListType(INTEGER)), lit((N("0.1"), N("0.2")), ListType(NUMBER))


@pytest.mark.parametrize(
    ("name", "arguments", "result"),
    [
        ("age", of(DATE, DATE), INTEGER),
        ("sum", of(ListType(INTEGER)), INTEGER),
        ("sum", of(ListType(FEN)), FEN),
        ("sum", of(ListType(FINER)), FINER),
        ("max", of(ListType(DATE)), DATE),
        ("min", of(ListType(NUMBER)), NUMBER),
        ("count", of(ListType(RECORD)), INTEGER),
        ("distinct", of(ListType(CHOICE)), BOOLEAN),
        ("contains", of(CHOICE, TEXT), BOOLEAN),
        ("length", of(PHONE), INTEGER),
        ("starts_with", of(HOLDER_NUMBER, TEXT), BOOLEAN),
        ("sum", of(ListType(FAULTY)), FAULTY),
        ("round", of(NUMBER), INTEGER),
        ("round", [Argument(NUMBER), lit(0, INTEGER)], INTEGER),
        ("round", [Argument(NUMBER), lit(2, INTEGER)], NUMBER),
        ("round", [Argument(FINER), lit(2, INTEGER)], FEN),
        ("floor", of(FINER), FEN),
        ("ceiling", [Argument(FINER), lit(3, INTEGER)], FINER),
        ("ceiling", [Argument(FEN), lit(3, INTEGER)], FEN),
        ("matches", [Argument(TEXT), lit("[0-9]+", TEXT)], BOOLEAN),
        ("region", [Argument(TEXT), lit("city", TEXT)], TEXT),
        ("by_bands", [Argument(FEN), BOUNDS, RATES], FINER),
        ("by_bands", [Argument(NUMBER), BOUNDS, RATES], NUMBER),
        ("by_bands", [Argument(FEN), Argument(ListType(MONEY), parameter=True), RATES], FINER),
        ("sampled", [lit(2, INTEGER)], BOOLEAN),
        ("sampled", [Argument(NUMBER, parameter=True)], BOOLEAN),
    ],
)
def test_a_call_has_a_type(name: str, arguments: list[Argument], result: Type) -> None:
    assert FUNCTIONS[name].result(arguments) == result


@pytest.mark.parametrize(
    ("name", "arguments", "code", "index"),
    [
        ("age", of(DATE), "arguments", None),
        ("age", of(DATE, DATE, DATE), "arguments", None),
        ("round", [], "arguments", None),
        ("age", of(DATE, TEXT), "expected-type", 1),
        ("add_days", of(DATE, NUMBER), "expected-type", 1),
        ("sum", of(INTEGER), "expected-type", 0),
        ("sum", of(ListType(DATE)), "expected-type", 0),
        ("max", of(ListType(TEXT)), "expected-type", 0),
        ("any", of(ListType(INTEGER)), "expected-type", 0),
        ("distinct", of(ListType(RECORD)), "expected-type", 0),
        ("length", of(INTEGER), "expected-type", 0),
        ("birth_date", of(TEXT), "expected-type", 0),
        ("sex", of(HOLDER_NUMBER), "expected-type", 0),
        ("region", [Argument(RESIDENT_ID), lit("city", TEXT)], "expected-type", 0),
        ("same_name", of(TEXT, RESIDENT_ID), "expected-type", 1),
        ("round", of(NUMBER, INTEGER), "digits-literal", 1),
        ("round", [Argument(NUMBER), lit(7, INTEGER)], "digits-literal", 1),
        ("floor", [Argument(NUMBER), lit(-1, INTEGER)], "digits-literal", 1),
        ("matches", of(TEXT, TEXT), "pattern-literal", 1),
        ("matches", [Argument(TEXT), lit(r"(a)\1", TEXT)], "pattern", 1),
        ("region", of(TEXT, TEXT), "level-literal", 1),
        ("region", [Argument(TEXT), lit("town", TEXT)], "level-literal", 1),
        ("by_bands", [Argument(DATE), BOUNDS, RATES], "expected-type", 0),
        ("by_bands", [Argument(NUMBER), Argument(ListType(MONEY), parameter=True), RATES], "expected-type", 1),
        ("by_bands", [Argument(FEN), Argument(ListType(INTEGER), parameter=True), RATES], "expected-type", 1),
        ("by_bands", [Argument(FEN), BOUNDS, Argument(ListType(MONEY), parameter=True)], "expected-type", 2),
        ("by_bands", [Argument(NUMBER), BOUNDS, Argument(ListType(NUMBER))], "bands-literal", 2),
        ("by_bands", [Argument(NUMBER), lit((5, 0), ListType(INTEGER)), RATES], "bands-order", 1),
        ("by_bands", [Argument(NUMBER), lit((0,), ListType(INTEGER)), RATES], "bands-length", 2),
        ("sampled", of(NUMBER), "draw-percent", 0),
        ("sampled", [lit(101, INTEGER)], "draw-percent", 0),
        ("sampled", of(TEXT), "expected-type", 0),
    ],
)
def test_a_faulty_call_names_its_fault(name: str, arguments: list[Argument], code: str, index: int | None) -> None:
    with pytest.raises(Misuse) as misuse:
        FUNCTIONS[name].result(arguments)
    assert (misuse.value.code, misuse.value.index) == (code, index)


@pytest.mark.parametrize(
    ("name", "arguments", "values", "result"),
    [
        ("round", of(NUMBER), (N("2.5"),), 3),
        ("round", [Argument(NUMBER), lit(1, INTEGER)], (N("2.25"), 1), N("2.3")),
        ("floor", of(FINER), (N("2.99"),), N("2")),
        ("matches", [Argument(TEXT), lit("4.", TEXT)], ("44", "4."), True),
    ],
)
def test_what_is_prepared_means_the_same(
    name: str, arguments: list[Argument], values: tuple[Any, ...], result: Any
) -> None:
    function = FUNCTIONS[name]
    assert function.prepare is not None
    prepared = function.prepare(arguments)
    codes: list[str] = []
    answer = prepared(codes.append, *values) if function.diagnoses else prepared(*values)
    assert answer == called(name, values, codes) == result
    assert type(answer) is type(result)
