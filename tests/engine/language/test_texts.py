"""Text has one writing before anything compares it, and patterns match the whole of it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.language.texts import PATTERN_LENGTH, PatternError, compile_pattern, fold, fold_identifier, matches


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("深圳市", "深圳市"),
        ("  深圳市\u3000", "深圳市"),
        ("ＡＢＣ１２３！～", "ABC123!~"),
        ("张三（儿童）", "张三(儿童)"),
        ("a\u3000b", "a b"),
        ("e\u0301", "é"),
        ("ｅ\u0301", "é"),
        ("\uf900", "\u8c48"),
        ("。、", "。、"),
        ("", ""),
    ],
)
def test_one_writing_of_a_text(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("ｅＡ\u0301\u3000 ！～張")))
def test_folding_twice_changes_nothing(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert unicodedata.is_normalized("NFC", folded)
    assert folded == folded.strip()
    assert not any("\uff01" <= character <= "\uff5e" or character == "\u3000" for character in folded)


def test_identifiers_are_upper_case() -> None:
    assert fold_identifier(" 1101051949123１００２ｘ") == "11010519491231002X"


@pytest.mark.parametrize(
    ("pattern", "text", "whole"),
    [
        ("[0-9]{16,19}", "6222000000000001", True),
        ("[0-9]{3}", "1234", False),
        ("a|ab", "ab", True),
        ("深.", "深圳", True),
        ("", "", True),
        (".", "\n", False),
        ("（[０-９]）", "(7)", False),
        ("［０-９］", "7", True),
    ],
)
def test_a_pattern_matches_the_whole_text(pattern: str, text: str, whole: bool) -> None:
    assert matches(compile_pattern(pattern), text) is whole


@pytest.mark.parametrize(
    "pattern", ["(", r"(a)\1", "(?=a)", "a{2000}", r"(\pL{100}){100}", "a" * (PATTERN_LENGTH + 1), "\ud800"]
)
def test_a_pattern_re2_cannot_hold_is_refused_with_a_reason(pattern: str) -> None:
    with pytest.raises(PatternError) as refused:
        compile_pattern(pattern)
    assert str(refused.value)


def test_a_pattern_that_would_backtrack_for_ever_answers_at_once() -> None:
    assert matches(compile_pattern("(a*)*b"), "a" * 1_000) is False


def test_a_text_no_pattern_can_read_is_unknown() -> None:
    assert matches(compile_pattern(".*"), "a\ud800") is None
