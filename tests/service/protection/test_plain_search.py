"""The plain search finds what it is to find: a control for every test that says it found nothing."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.service.plain_search import Dump, forms, plain_search, plant


@pytest.mark.parametrize("needle", ["李桂芳", "440309194503150021", "6222000000000001"])
def test_every_planted_control_is_found(tmp_path: Path, needle: str) -> None:
    planted = plant(tmp_path / "leak", needle)
    found = {Path(each.place.partition("!")[0]).name for each in plain_search([tmp_path], [needle])}
    assert found == planted


def test_what_is_not_there_is_not_found(tmp_path: Path) -> None:
    plant(tmp_path, "李桂芳")
    assert plain_search([tmp_path], ["吴秀珍"]) == []


def test_archives_in_archives_are_opened(tmp_path: Path) -> None:
    plant(tmp_path / "leak", "李桂芳")
    with tarfile.open(tmp_path / "backup.tar.gz", "w:gz") as packed:
        packed.add(tmp_path / "leak", "leak")
    assert any("!" in each.place for each in plain_search([tmp_path / "backup.tar.gz"], ["李桂芳"]))


@given(before=st.binary(max_size=5), after=st.binary(max_size=5), needle=st.text("李桂芳0123456789", min_size=4, max_size=18))
def test_base64_is_seen_at_any_alignment(before: bytes, after: bytes, needle: str) -> None:
    from base64 import b64encode

    encoded = b64encode(before + needle.encode() + after)
    assert any(each.form.startswith("utf-8 base64") for each in plain_search([Dump("it", encoded)], [needle]))


def test_too_short_a_needle_is_refused() -> None:
    with pytest.raises(ValueError, match="too short"):
        forms("李")
