"""`miaopi deliveries` and `miaopi licence-keys` beside a service that has stopped."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from engine.cli import run
from service.notifications.actions import DELIVER
from service.notifications.tables import DeliveryRow
from service.settings import DATA, DATABASE, Settings
from service.starting import start
from service.state import Service
from tests.service.conftest import NOW
from tests.service.rows import select

COMMANDS = {"deliveries": ("service.notifications.cli", "", ""), "licence-keys": ("service.licences.cli", "", "")}
BODY = "{}"


@pytest.fixture
def failed(service: Service, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of two deliveries that were given up."""
    rows = [
        DeliveryRow(event_id=f"LH{each}/1", channel="webhook", body=BODY, state=state, attempts=12, at=NOW, answer="ConnectError")
        for each, state in enumerate(("failed", "failed", "sent"))
    ]
    ids = [str(each.id) for each in rows]
    service.database.insert(rows)
    service.close()
    monkeypatch.setenv(DATABASE, settings.database.render_as_string(hide_password=False))
    monkeypatch.setenv(DATA, str(settings.data))
    return ids


def _said(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> Any:
    assert run([*arguments, "--json"], COMMANDS) == code
    return json.loads(capsys.readouterr().out)


def test_what_was_given_up_is_listed_and_sent_again(failed: list[str], settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    first, second, sent = failed
    found = _said(capsys, "deliveries", "list")["deliveries"]
    assert {each["id"]: each["answer"] for each in found} == {first: "ConnectError", second: "ConnectError"}
    unknown = str(uuid4())
    done = _said(capsys, "deliveries", "replay", first, sent, unknown, code=1)
    assert done == {"replayed": [first], "unknown": [sent, unknown]}
    assert _said(capsys, "deliveries", "replay", "--all") == {"replayed": [second], "unknown": []}
    assert sorted(select(settings.database, f"SELECT subject FROM work WHERE kind = '{DELIVER}'")) == sorted([(first,), (second,)])
    assert run(["deliveries", "list", "--lang", "en"], COMMANDS) == 0
    assert capsys.readouterr().out.strip() == "none"
    for wrong in (["list", first], ["replay"], ["replay", first, "--all"], ["replay", "x"]):
        assert run(["deliveries", *wrong], COMMANDS) == 2


def test_keys_of_licences_are_listed_and_rotated(
    failed: list[str], settings: Settings, rules: tuple[Any, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    before = _said(capsys, "licence-keys", "list")
    after = _said(capsys, "licence-keys", "rotate")
    assert after == {"current": after["keys"][-1], "keys": [*before["keys"], after["current"]]}
    assert after["current"] != before["current"]
    again = start(settings, *rules, now=lambda: NOW)
    try:
        assert again.issuer.keys.current == after["current"]
    finally:
        again.close()
