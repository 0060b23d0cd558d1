"""Identifiers are told by shape, date and check character; all of those below are published examples or made up."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.language.identifiers import (
    birth_date_of,
    licence_id_check,
    phone_shape,
    resident_id_fault,
    sex_of,
    uscc_check,
    uscc_shape,
)

RESIDENT_IDS = [
    ("11010519491231002X", date(1949, 12, 31), "女"),
    ("440524188001010014", date(1880, 1, 1), "男"),
    ("440309193901010011", date(1939, 1, 1), "男"),
    ("440309194503150021", date(1945, 3, 15), "女"),
    ("440309195512310036", date(1955, 12, 31), "男"),
    ("440309200002290016", date(2000, 2, 29), "男"),
    ("440309199808070121", date(1998, 8, 7), "女"),
]
USCCS = [
    "91350200MA2YJ1XR9G", "91440101MA5CJQ4N59", "913502000728319549", "123502001549897397",
    "91350503MA31DNG762", "9135021359498494XQ", "91350203MA31NDF85F", "11440300007542195T",
    "12441500196720244T", "11100000000013338W", "11100000000013127D", "92440309MA5XQY123X",
    "91440309MA5XQY1231", "11440309MA5XQY1239",
]
LICENCE_IDS = [
    "1.2.156.3005.2.11100000000013127D001.11440309MA5XQY1239.20260001.001.H",
    "1.2.156.3005.2.11440309MA5XQY1239001.11440309MA5XQY1239.2026112200000001.001.T",
    "1.2.156.3005.2.11440309MA5XQY1239002.11440309MA5XQY1239.2026112200000002.002.Z",
]


@pytest.mark.parametrize(("number", "born", "sex"), RESIDENT_IDS)
def test_a_resident_id_tells_birth_date_and_sex(number: str, born: date, sex: str) -> None:
    assert resident_id_fault(number) is None
    assert (birth_date_of(number), sex_of(number)) == (born, sex)


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("440301198001010013", "check-character"),
        ("440309200102290016", "birth-date"),
        ("440309200013010016", "birth-date"),
        ("440309000001010016", "birth-date"),
        ("11010519491231002x", "shape"),
        ("1101051949123100X2", "shape"),
        ("110105491231002", "shape"),
        ("１1010519491231002X", "shape"),
        ("11010519491231002X\n", "shape"),
        ("", "shape"),
    ],
)
def test_a_wrong_resident_id_names_its_fault(number: str, fault: str) -> None:
    assert resident_id_fault(number) == fault


@given(st.sampled_from([number for number, _, _ in RESIDENT_IDS]), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_of_a_resident_id_is_noticed(number: str, place: int, by: int) -> None:
    digit = number[place]
    other = str((int(digit) + by) % 10) if digit.isdigit() else str(by)
    assert resident_id_fault(number[:place] + other + number[place + 1 :]) is not None


def test_a_region_that_is_in_no_table_is_no_fault() -> None:
    assert resident_id_fault("000000200002290010") is None


@pytest.mark.parametrize("code", USCCS)
def test_a_genuine_uscc_passes(code: str) -> None:
    assert uscc_shape(code)
    assert uscc_check(code)


def test_a_code_that_failed_though_it_may_be_genuine_keeps_its_shape() -> None:
    assert uscc_shape("91350203M0001QAY9B")
    assert not uscc_check("91350203M0001QAY9B")


@given(st.sampled_from(USCCS), st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_one_wrong_character_of_a_uscc_is_noticed(code: str, place: int, other: str) -> None:
    changed = code[:place] + other + code[place + 1 :]
    assert changed == code or not (uscc_shape(changed) and uscc_check(changed))


@pytest.mark.parametrize(
    "text", ["91350200ma2yj1xr9g", "440301103456789", "9135O200MA2YJ1XR9G", "913502AAMA2YJ1XR9G", "", "9" * 19]
)
def test_another_shape_is_no_uscc(text: str) -> None:
    assert not uscc_shape(text)


def test_a_rural_bodys_uscc_starts_with_a_letter() -> None:
    assert uscc_shape("N2440300MF0000001A")


@pytest.mark.parametrize("text", ["13800000000", "19900000000", "0755-28123456", "010-62345678", "0662-3123456"])
def test_mobile_numbers_and_landlines_with_area_code_are_phones(text: str) -> None:
    assert phone_shape(text)


@pytest.mark.parametrize(
    "text",
    [
        *("12345678901", "1380000000", "28123456", "075528123456", "0755 28123456", "+8613800000000", "0755-18123456"),
        *("110", "0100-1234567", "0755-281234567", "13800000000\n", ""),
    ],
)
def test_a_phone_has_one_writing(text: str) -> None:
    assert not phone_shape(text)


@pytest.mark.parametrize("text", LICENCE_IDS)
def test_a_licence_id_carries_its_check_character(text: str) -> None:
    assert licence_id_check(text)
    assert not licence_id_check(text[:-1] + ("A" if text[-1] != "A" else "B"))
    assert not licence_id_check(text.replace(".00", ".01"))


def test_a_province_may_have_its_own_root() -> None:
    assert licence_id_check(LICENCE_IDS[0].replace("1.2.156.3005.2", "1.2.156.3003.2"))


@pytest.mark.parametrize(
    "text", ["", "1.2.156.3005.2", LICENCE_IDS[0].lower(), LICENCE_IDS[0] + ".X", "A12425GABC1234002M"]
)
def test_another_shape_is_no_licence_id(text: str) -> None:
    assert not licence_id_check(text)
