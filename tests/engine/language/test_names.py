"""Names are the same, surely different, or not to be told apart by a machine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.language.names import same_name


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("张三", "张三"),
        ("阿依古丽·买买提", "阿依古丽买买提"),
        ("阿依古丽·买买提", "阿依古丽•买买提"),
        ("阿依古丽・买买提", "阿依古丽.买买提"),
        ("欧阳 修", "欧阳修"),
        ("John Smith", "JOHN SMITH"),
    ],
)
def test_dots_spaces_and_case_do_not_matter(a: str, b: str) -> None:
    assert same_name(a, b) is True


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("張三", "张三"),
        ("李峯", "李峰"),
        ("髙明", "高明"),
        ("王喆", "王哲"),
        ("王䶮", "王龑"),
        ("王𬭎", "王宏"),
        ("王?", "王喆"),
        ("王□", "王喆"),
        ("王*", "王喆"),
        ("王\ue863", "王䶮"),
        ("張𬭎", "张宏"),
    ],
)
def test_variant_and_rare_characters_leave_it_unknown(a: str, b: str) -> None:
    assert same_name(a, b) is None
    assert same_name(b, a) is None


@pytest.mark.parametrize(
    ("a", "b"), [("张三", "李四"), ("张三", "张三丰"), ("王?", "李喆"), ("張三", "张四"), ("", "张三")]
)
def test_other_names_are_other_names(a: str, b: str) -> None:
    assert same_name(a, b) is False


names = st.text(st.sampled_from("张張王喆哲?·A a𬭎三"), max_size=4)


@given(names, names)
def test_either_order_gives_one_answer(a: str, b: str) -> None:
    assert same_name(a, b) is same_name(b, a)


@given(names)
def test_every_name_is_its_own(name: str) -> None:
    assert same_name(name, name) is True
