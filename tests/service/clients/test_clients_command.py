"""`miaopi clients`: an operator adds portals, changes their secrets, ends and restores their access."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from engine.catalogue import Catalogue
from engine.cli import run
from service.app import create_app
from service.rulesets import Rulesets
from service.settings import Settings
from service.starting import start
from tests.service.clients.conftest import ask
from tests.service.conftest import Client
from tests.service.rows import select

COMMANDS = {"clients": ("service.clients.cli", "", "")}


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert run(["clients", *arguments, "--json"], COMMANDS) == 0
    return json.loads(capsys.readouterr().out)["clients"]


def test_a_portal_is_added_and_its_secret_is_told_once(
    stopped: Settings, rules: tuple[Catalogue, Rulesets], capsys: pytest.CaptureFixture[str]
) -> None:
    [added] = said(capsys, "add", "--id", "i-longhua", "--name", "i龙华", "--scopes", "cases, catalogue", "--calls", "100")
    assert (added["scopes"], added["calls"]) == (["cases", "catalogue"], 100)
    assert [each["secret"] for each in said(capsys, "list")] == [None]
    [rotated] = said(capsys, "rotate", "--id", "i-longhua", "--at-once")
    assert rotated["secret"] != added["secret"]
    service = start(replace(stopped, made_up=False), *rules)
    try:
        client = Client(create_app(service))
        assert [ask(client, "i-longhua", each["secret"]).status_code for each in (added, rotated)] == [401, 200]
    finally:
        service.close()
    assert said(capsys, "disable", "--id", "i-longhua")[0]["disabled"] is True
    assert said(capsys, "enable", "--id", "i-longhua")[0]["disabled"] is False
    assert select(stopped.database, "SELECT action, about FROM audit WHERE action LIKE 'client.%' ORDER BY id") == [
        (f"client.{each}", "i-longhua") for each in ("added", "secret-rotated", "disabled", "enabled")]  # fmt: skip


def test_the_secret_is_printed_alone_on_its_line(stopped: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["clients", "add", "--id", "i-longhua", "--name", "i龙华", "--scopes", "cases"], COMMANDS) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith("i-longhua")
    assert out[-1].startswith("mps_")


@pytest.mark.parametrize("arguments", [
    ["add", "--id", "i-longhua"], ["disable"], ["disable", "--id", "nobody"], ["rotate", "--id", "nobody"],
    ["add", "--id", "I Longhua", "--name", "x", "--scopes", "cases"], ["add", "--id", "i-longhua", "--name", "", "--scopes", "cases"],
    ["add", "--id", "i-longhua", "--name", "x", "--scopes", "everything"],
])  # fmt: skip
def test_wrong_use_is_told_and_changes_nothing(stopped: Settings, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["clients", *arguments], COMMANDS) == 2
    assert capsys.readouterr().err
    assert select(stopped.database, "SELECT count(*) FROM client") == [(0,)]
