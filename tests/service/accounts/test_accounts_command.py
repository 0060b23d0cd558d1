"""`miaopi accounts` over the database of a service without made-up people."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.catalogue import Catalogue
from engine.cli import run
from service.app import create_app
from service.demo import LI
from service.rulesets import Rulesets
from service.settings import DEMO, Settings, Unusable, find_settings
from service.starting import start
from tests.service.conftest import V1, Client
from tests.service.rows import select

COMMANDS = {"accounts": ("service.accounts.cli", "", "")}
ZHAO, SECRET = "440309198907070018", "欲穷千里目更上一层楼"


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert run(["accounts", *arguments, "--json"], COMMANDS) == 0
    return json.loads(capsys.readouterr().out)["accounts"]


def test_people_are_added_given_a_password_and_sign_in(
    stopped: Settings, rules: tuple[Catalogue, Rulesets], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(capsys, "list") == []
    [added] = said(capsys, "add", "--number", ZHAO, "--name", "赵敏", "--roles", "approver,head", "--department", "civil-affairs")
    assert (added["roles"], added["department"], added["has_password"]) == (["approver", "head"], "civil-affairs", False)
    file = tmp_path / "password"
    file.write_text(f"{SECRET}\n", "utf-8")
    assert said(capsys, "password", "--number", ZHAO, "--password-file", str(file))[0]["has_password"] is True
    assert said(capsys, "roles", "--number", ZHAO, "--roles", "auditor")[0]["roles"] == ["auditor"]
    service = start(replace(stopped, made_up=False), *rules)
    try:
        client = Client(create_app(service))
        assert client.post(f"{V1}/sessions", {"number": ZHAO, "password": SECRET}).json()["roles"] == ["auditor"]
        assert client.post(f"{V1}/sessions", {"number": LI}).status_code == 401
        assert "李桂芳" not in client.get("/sign-in").text + client.get("/").text
    finally:
        service.close()
    assert said(capsys, "disable", "--number", ZHAO)[0]["disabled"] is True
    assert select(stopped.database, "SELECT action FROM audit WHERE action LIKE 'account.%' ORDER BY id") == [
        ("account.added",), ("account.password-set",), ("account.roles-set",), ("account.disabled",)]  # fmt: skip


def test_what_cannot_be_is_told_without_a_trace(stopped: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (
        ("add", "--number", "1", "--name", "x"), ("add", "--number", ZHAO), ("password",), ("disable", "--number", ZHAO),
        ("add", "--number", ZHAO, "--name", "x", "--roles", "approver", "--department", "no-such"),
        ("password", "--number", ZHAO, "--password-file", "no-such-file"),
    ):  # fmt: skip
        assert run(["accounts", *arguments], COMMANDS) == 2
        told = capsys.readouterr().err
        assert told
        assert "Traceback" not in told


def test_demo_is_on_or_off(stopped: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_settings().made_up is False
    monkeypatch.setenv(DEMO, "yes")
    with pytest.raises(Unusable, match=DEMO):
        find_settings()
