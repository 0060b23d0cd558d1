"""Arithmetic gives the exact result rounded half away from zero to 10 places, or unknown, in any decimal context."""

from __future__ import annotations

import decimal
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.language.numbers import (
    Numeric,
    add,
    by_bands,
    ceiling_to,
    divide,
    fits,
    floor_to,
    multiply,
    negate,
    parse_number,
    render,
    round_to,
    subtract,
    total,
)

LIMIT = 10**15
integers = st.integers(-LIMIT + 1, LIMIT - 1)
decimals = st.builds(
    lambda digits, places: Decimal((int(digits < 0), tuple(map(int, str(abs(digits)))), -places)),
    st.one_of(st.integers(-(10**25) + 1, 10**25 - 1), st.integers(-1000, 1000)),
    st.integers(0, 10),
).filter(fits)
numerics = st.one_of(integers, decimals)


def half_away(exact: Fraction, places: int) -> Fraction:
    scaled = abs(exact) * 10**places
    whole = int(scaled)
    rounded = Fraction(whole + (scaled - whole >= Fraction(1, 2)), 10**places)
    return -rounded if exact < 0 else rounded


def told(operation: Callable[..., Numeric | None], *values: object) -> tuple[Numeric | None, list[str]]:
    codes: list[str] = []
    return operation(codes.append, *values), codes


def assert_is(answer: tuple[Numeric | None, list[str]], exact: Fraction) -> None:
    result, codes = answer
    expected = half_away(exact, 10)
    if abs(expected) >= LIMIT:
        assert (result, codes) == (None, ["overflow"])
    else:
        assert result is not None
        assert (Fraction(result), codes) == (expected, [])
        assert fits(result)


@given(numerics, numerics)
def test_sum_difference_and_product_are_exact_then_rounded_once(a: Numeric, b: Numeric) -> None:
    assert_is(told(add, a, b), Fraction(a) + Fraction(b))
    assert_is(told(subtract, a, b), Fraction(a) - Fraction(b))
    assert_is(told(multiply, a, b), Fraction(a) * Fraction(b))


@given(numerics, numerics.filter(bool))
def test_a_quotient_is_rounded_once(a: Numeric, b: Numeric) -> None:
    assert_is(told(divide, a, b), Fraction(a) / Fraction(b))


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**12 - 1), st.sampled_from([-1, 0, 1]))
def test_a_quotient_next_to_a_tie_is_not_taken_for_one(n: int, b: int, aside: int) -> None:
    # (2n + 1) / 2 of the last place is a tie; the dividend one last place aside is as near to it as can be.
    a = Decimal((2 * n + 1) * b // 2 + aside).scaleb(-10, decimal.Context(prec=60))
    assert_is(told(divide, a, b), Fraction(a) / b)


@pytest.mark.parametrize(
    ("a", "b", "result"),
    [(1, 3, "0.3333333333"), (2, 3, "0.6666666667"), (-2, 3, "-0.6666666667"), (1, 20_000_000_000, "0.0000000001")],
)
def test_a_quotient_has_ten_places(a: int, b: int, result: str) -> None:
    assert told(divide, a, b) == (Decimal(result), [])


@given(integers, integers)
def test_integers_stay_integers_but_for_division(a: int, b: int) -> None:
    for operation in (add, subtract, multiply):
        assert type(told(operation, a, b)[0]) in (int, type(None))
    assert type(negate(a)) is int
    assert type(told(divide, a, b or 1)[0]) is Decimal


@pytest.mark.parametrize("zero", [0, Decimal(0), Decimal("-0"), Decimal("0.00")])
def test_division_by_zero_is_unknown(zero: Numeric) -> None:
    assert told(divide, 0, zero) == (None, ["division-by-zero"])


def test_fifteen_digits_fit_and_sixteen_do_not() -> None:
    most = LIMIT - 1
    assert told(add, most, 0) == (most, [])
    assert told(add, most, 1) == (None, ["overflow"])
    assert told(subtract, -most, 1) == (None, ["overflow"])
    assert told(add, Decimal(most), Decimal("0.9999999999")) == (Decimal("999999999999999.9999999999"), [])
    assert told(multiply, Decimal("999999999999999.9999999999"), Decimal("1.0000000001")) == (None, ["overflow"])
    assert told(divide, most, Decimal("0.0000000001")) == (None, ["overflow"])


@given(numerics, numerics)
def test_the_threads_decimal_context_changes_nothing(a: Numeric, b: Numeric) -> None:
    def all_answers() -> list[object]:
        operations = (add, subtract, multiply, divide)
        return [
            [told(operation, a, b) for operation in operations],
            [told(operation, a, 2, False) for operation in (round_to, floor_to, ceiling_to)],
            [negate(a), render(a, True), render(b, False), told(total, (a, b))],
        ]

    usual = all_answers()
    with decimal.localcontext(decimal.Context(prec=2, rounding=decimal.ROUND_UP, traps=[decimal.Inexact])):
        assert all_answers() == usual


@given(numerics, st.integers(0, 6))
def test_rounding_takes_the_nearest_and_ties_away_from_zero(x: Numeric, digits: int) -> None:
    result, codes = told(round_to, x, digits, False)
    expected = half_away(Fraction(x), digits)
    assert (result is None, codes) == ((True, ["overflow"]) if abs(expected) >= LIMIT else (False, []))
    assert result is None or Fraction(result) == expected


@given(numerics, st.integers(0, 6))
def test_floor_and_ceiling_enclose_within_one_last_place(x: Numeric, digits: int) -> None:
    low, high = told(floor_to, x, digits, False)[0], told(ceiling_to, x, digits, False)[0]
    step = Fraction(1, 10**digits)
    if low is not None:
        assert Fraction(low) <= Fraction(x) < Fraction(low) + step
        assert (Fraction(low) / step).denominator == 1
    if high is not None:
        assert Fraction(high) - step < Fraction(x) <= Fraction(high)
        assert (Fraction(high) / step).denominator == 1


@pytest.mark.parametrize(
    ("operation", "x", "digits", "result"),
    [
        (round_to, "2.5", 0, 3),
        (round_to, "-2.5", 0, -3),
        (round_to, "2.4999999999", 0, 2),
        (round_to, "0.005", 2, Decimal("0.01")),
        (floor_to, "-0.1", 0, -1),
        (ceiling_to, "-0.9", 0, 0),
        (ceiling_to, "1.000001", 5, Decimal("1.00001")),
    ],
)
def test_rounded_to_no_places_is_an_integer(
    operation: Callable[..., Numeric | None], x: str, digits: int, result: Numeric
) -> None:
    answer, _ = told(operation, Decimal(x), digits, digits == 0)
    assert answer == result
    assert type(answer) is (int if digits == 0 else Decimal)


def test_rounding_up_to_sixteen_digits_is_unknown() -> None:
    assert told(round_to, Decimal("999999999999999.5"), 0, True) == (None, ["overflow"])
    assert told(ceiling_to, Decimal("999999999999999.1"), 0, True) == (None, ["overflow"])


def test_a_sum_is_zero_of_nothing_and_unknown_with_an_unknown_element() -> None:
    assert told(total, ()) == (0, [])
    assert told(total, (1, Decimal("0.5"), -3)) == (Decimal("-1.5"), [])
    assert told(total, (1, None, 2)) == (None, [])
    assert told(total, (LIMIT - 1, 1)) == (None, ["overflow"])
    assert told(total, (LIMIT - 1, 1, -5)) == (LIMIT - 5, [])  # one operation: only its result may be too large


BOUNDS, RATES = (0, 125_000, 250_000), (0, Decimal("0.02"), Decimal("0.05"))


@pytest.mark.parametrize(
    ("x", "due"),
    [
        (-1, 0),
        (0, 0),
        (125_000, 0),
        (125_001, Decimal("0.02")),
        (250_000, 2_500),
        (300_000, 5_000),
        (Decimal("250000.01"), Decimal("2500.0005")),
    ],
)
def test_each_band_is_charged_at_its_own_rate(x: Numeric, due: Numeric) -> None:
    assert told(by_bands, x, BOUNDS, RATES) == (due, [])


def test_below_the_first_bound_nothing_is_charged() -> None:
    assert told(by_bands, 99, (100, 200), (1, 2)) == (0, [])
    assert told(by_bands, 150, (100, 200), (1, 2)) == (50, [])


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_more_is_never_charged_less_where_rates_are_not_negative(a: int, b: int) -> None:
    low, high = (told(by_bands, x, BOUNDS, RATES)[0] for x in sorted((a, b)))
    assert low is not None
    assert high is not None
    assert low <= high


@pytest.mark.parametrize(("bounds", "rates"), [((), ()), ((0, 1), (1,)), ((1, 0), (1, 1)), ((0, 0), (1, 1))])
def test_bands_that_do_not_fit_together_are_unknown(bounds: tuple[int, ...], rates: tuple[int, ...]) -> None:
    assert told(by_bands, 5, bounds, rates) == (None, ["bands"])


def test_bands_with_an_unknown_part_are_unknown() -> None:
    assert told(by_bands, 5, (0, None), (1, 1)) == (None, [])
    assert told(by_bands, 5, (0, 1), (1, None)) == (None, [])
    assert told(by_bands, LIMIT - 1, (-1,), (1,)) == (None, ["overflow"])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("-0", 0),
        ("007", 7),
        ("12.50", Decimal("12.5")),
        ("999999999999999.9999999999", Decimal("999999999999999.9999999999")),
    ],
)
def test_a_written_number_is_read_exactly(text: str, value: Numeric) -> None:
    read = parse_number(text)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        *("", "-", ".5", "5.", "1e3", "1_000", "1,000", " 1", "1\n", "１２", "٣", "0x10", "NaN", "Infinity", "--1"),
        *("1234567890123456", "0.12345678901", "9" * 5_000),
    ],
)
def test_what_is_no_written_number_is_not_read(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize(
    ("value", "fitting"),
    [
        *((LIMIT - 1, True), (LIMIT, False), (10**4_000, False), (Decimal("1E+14"), True), (Decimal("1E+15"), False)),
        *((Decimal("1E-10"), True), (Decimal("1E-11"), False), (Decimal("0E-400"), True)),
        *((Decimal("1E-999999"), False), (Decimal("NaN"), False), (Decimal("sNaN"), False)),
        (Decimal("-Infinity"), False),
    ],
)
def test_a_value_from_outside_fits_within_its_digits(value: Numeric, fitting: bool) -> None:
    assert fits(value) is fitting


@pytest.mark.parametrize(
    ("value", "number", "money"),
    [
        (12, "12", "12.00"),
        (Decimal("12.50"), "12.5", "12.50"),
        (Decimal("300"), "300", "300.00"),
        (Decimal("1E+2"), "100", "100.00"),
        (Decimal("-0"), "0", "0.00"),
        (Decimal("-0.000"), "0", "0.00"),
        (Decimal("-0.05"), "-0.05", "-0.05"),
        (Decimal("0.1250000000"), "0.125", "0.125"),
        (Decimal("1E-10"), "0.0000000001", "0.0000000001"),
    ],
)
def test_a_number_has_one_text_and_money_shows_fen(value: Numeric, number: str, money: str) -> None:
    assert (render(value, False), render(value, True)) == (number, money)


@given(numerics)
def test_what_is_rendered_reads_back_the_same(value: Numeric) -> None:
    assert parse_number(render(value, False)) == value
    assert parse_number(render(value, True)) == value


@given(decimals, st.integers(0, 20))
def test_equal_numbers_render_alike(value: Decimal, zeros: int) -> None:
    longer = decimal.Context(prec=60).quantize(value, Decimal((0, (1,), -10 - zeros)))
    assert render(longer, False) == render(value, False)
    assert render(longer, True) == render(value, True)
