"""`miaopi keys` over a database that a service has filled."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

from engine.cli import run
from service.accounts.tables import AccountRow
from service.demo import LI, PEOPLE
from service.settings import DATA, DATABASE, KEYS, Settings, find_settings
from service.state import Service
from tests.service.protection.conftest import on_postgres
from tests.service.rows import clear

COMMANDS = {"keys": ("service.protection.cli", "", "")}


@pytest.fixture
def filled(service: Service, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Stopped, and found through the environment."""
    service.close()
    monkeypatch.setenv(DATABASE, settings.database.render_as_string(hide_password=False))
    monkeypatch.setenv(DATA, str(settings.data))
    return settings


def _said(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert run(["keys", *arguments, "--json"], COMMANDS) == 0
    return json.loads(capsys.readouterr().out)


def test_keys_are_rotated_and_rows_encrypted_again(filled: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    [first] = _said(capsys, "list")["data_keys"]
    done = _said(capsys, "rotate", "--data")
    assert (done["wrapped"], done["data_key"]) == (1, 2)
    assert [each["kek"] for each in _said(capsys, "list")["data_keys"]] == [done["kek"]] * 2
    rows = _said(capsys, "reencrypt")["rows"]
    assert (rows["account"], rows["receipt"]) == (len(PEOPLE), 0)
    assert _said(capsys, "reencrypt")["rows"]["account"] == 0
    assert _said(capsys, "forget") == {"forgotten": [first["kek"]]}
    assert LI in {each.number for each in clear(filled, AccountRow)}


def test_people_are_told_in_their_language(filled: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["keys", "rotate", "--lang", "en"], COMMANDS) == 0
    assert "new key-encryption key" in capsys.readouterr().out
    assert run(["keys", "forget", "--lang", "zh"], COMMANDS) == 0
    assert run(["keys", "forget", "--lang", "zh"], COMMANDS) == 0
    assert "没有要做的" in capsys.readouterr().out


def test_wrong_use_is_told_and_changes_nothing(filled: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    before = filled.key_file.read_bytes()
    for arguments in (["list", "--data"], ["burn"], []):
        assert run(["keys", *arguments], COMMANDS) == 2
    filled.key_file.rename(filled.data / "lost.json")
    assert run(["keys", "rotate", "--lang", "en"], COMMANDS) == 2
    assert "cannot be read" in capsys.readouterr().err
    assert (filled.data / "lost.json").read_bytes() == before


def test_a_served_sqlite_file_is_left_alone(service: Service, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    if on_postgres(settings.database):
        pytest.skip("PostgreSQL serves any number of processes")
    monkeypatch.setenv(DATABASE, settings.database.render_as_string())
    assert run(["keys", "rotate"], COMMANDS) == 2


def test_the_place_of_the_key_file(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setenv(DATA, str(settings.data))
    monkeypatch.delenv(KEYS, raising=False)
    assert find_settings().key_file == settings.data / "keys.json"
    monkeypatch.setenv(KEYS, os.fspath(settings.data / "safe"))
    assert find_settings().key_file == settings.data / "safe"
