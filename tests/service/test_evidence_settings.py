"""How evidence is fetched, as the environment says it."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.evidence.settings import read_settings
from service.settings import Unusable, find_settings


def test_without_an_authority_the_embedded_provider_answers() -> None:
    assert read_settings({}).authority is None


def test_the_environment_says_where_from_and_how_long(tmp_path: Path) -> None:
    issuers = tmp_path / "issuers.json"
    issuers.write_text('{"resident-id-card": ["11100000000013127D"]}')
    found = read_settings({
        "MIAOPI_AUTHORITY": "https://licences.example/base", "MIAOPI_SOURCE_DEADLINE": "1.5", "MIAOPI_EVIDENCE_DEADLINE": "4",
        "MIAOPI_ISSUERS": str(issuers),
    })  # fmt: skip
    assert (str(found.authority), found.source_deadline, found.evidence_deadline) == ("https://licences.example/base", 1.5, 4)
    assert found.issuers_of("resident-id-card") == {"11100000000013127D"}
    assert found.issuers_of("household-register") == frozenset()


@pytest.mark.parametrize(("name", "value"), [
    ("MIAOPI_AUTHORITY", "ftp://secret@host"), ("MIAOPI_SOURCE_DEADLINE", "0"), ("MIAOPI_EVIDENCE_DEADLINE", "soon"),
    ("MIAOPI_ISSUERS", "no-such-file"),
])  # fmt: skip
def test_what_is_not_usable_stops_the_start_and_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(Unusable, match=name) as refused:
        find_settings()
    assert value not in str(refused.value)
