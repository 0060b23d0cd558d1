"""Commands work on a database that is there, and make none where its name was mistyped."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.cli import run

COMMANDS = {
    "accounts": ("service.accounts.cli", "", ""),
    "clients": ("service.clients.cli", "", ""),
    "audit": ("service.audit.cli", "", ""),
    "deliveries": ("service.notifications.cli", "", ""),
    "keys": ("service.protection.cli", "", ""),
}


@pytest.mark.parametrize("command", [[name, "seal" if name == "audit" else "list"] for name in COMMANDS], ids=" ".join)
def test_a_database_that_is_named_has_to_be_there(command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mistyped.db"
    assert run([*command, "--database", f"sqlite:///{file}", "--lang", "en"], COMMANDS) == 2
    assert f"there is no database {file}" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
