"""`miaopi audit` as an auditor runs it, beside a service that runs or without one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import text

from engine.cli import run
from service.demo import APPROVER
from service.settings import DATABASE, Settings
from service.state import Service
from tests.service.audit.history import whole_record
from tests.service.conftest import ROOT, V1, Client
from tests.service.databases import beside


@pytest.fixture
def audit(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Any:
    """Runs `miaopi audit …` and answers its exit code, what it printed, and that as JSON if it is."""
    monkeypatch.setenv(DATABASE, settings.database.render_as_string(hide_password=False))
    monkeypatch.setenv("MIAOPI_DATA", str(settings.data))

    def audit(*arguments: str | Path) -> tuple[int, str, Any]:
        capfdbinary.readouterr()
        command = {"audit": ("service.audit.cli", "", "")}
        code = run(["audit", *map(str, arguments), "--lang", "en"], command)
        sys.stdout.flush()
        printed = capfdbinary.readouterr()
        document = orjson.loads(printed.out) if printed.out.startswith(b"{") else None
        return code, (printed.out + printed.err).decode(), document

    return audit


@pytest.fixture
def files(service: Service, client: Client, li: Client, tmp_path: Path) -> dict[str, Path]:
    """The receipt of a case, the applicant's copy and the public keys, as files; the case number by name of a file that is not there."""
    number = li.apply().json()["number"]
    case = f"{V1}/cases/{number}/receipt?reason=register"
    bodies = {
        "copy": li.get(case).content, "receipt": client.signed_in(APPROVER).get(case).content, "keys": client.get(f"{V1}/keys").content,
    }  # fmt: skip
    whole_record(service)
    for name, body in bodies.items():
        (tmp_path / name).write_bytes(body)
    return {name: tmp_path / name for name in bodies} | {"number": Path(number)}


def test_a_whole_record_is_whole_also_while_it_is_served(audit: Any, files: dict[str, Path]) -> None:
    code, printed, _ = audit("verify")
    assert (code, "the record is whole" in printed) == (0, True)
    code, _, found = audit("verify", "--json", "--keys", files["keys"])
    assert code == 0
    assert (found["whole"], found["findings"], found["not_sealed"]) == (True, [], [])


def test_a_changed_row_is_found_and_named(audit: Any, files: dict[str, Path], settings: Settings) -> None:
    with beside(settings.database) as connection:
        connection.execute(text("UPDATE audit SET account_id = 4 WHERE id = 2"))
    code, printed, _ = audit("verify")
    assert (code, "row 2 (position 1) was changed" in printed) == (1, True)
    code, _, found = audit("verify", "--json")
    assert (code, found["whole"]) == (1, False)
    assert found["findings"][0].items() >= {"kind": "row-changed", "row": 2, "position": 1}.items()


def test_anchors_that_were_kept_elsewhere_tell_of_a_history_cut_short(
    audit: Any, files: dict[str, Path], settings: Settings, service: Service, tmp_path: Path
) -> None:
    kept = tmp_path / "kept.jsonl"
    kept.write_bytes((settings.data / "anchors.jsonl").read_bytes())
    (settings.data / "anchors.jsonl").write_bytes(b"")
    with beside(settings.database) as connection:
        for table in ("audit_leaf", "audit_tile", "audit_seal", "audit"):
            connection.execute(text(f"DELETE FROM {table}"))
        if settings.database.get_backend_name() == "sqlite":
            connection.execute(text("DELETE FROM sqlite_sequence"))
    assert audit("verify")[0] == 0
    code, printed, _ = audit("verify", "--anchors", kept)
    assert (code, "history was cut short" in printed) == (1, True)


def test_a_proof_is_made_and_checked_without_the_service(audit: Any, files: dict[str, Path], settings: Settings, tmp_path: Path) -> None:
    code, _, proof = audit("prove", files["number"])
    assert code == 0
    (tmp_path / "proof").write_bytes(orjson.dumps(proof))
    assert audit("check", tmp_path / "proof", "--keys", files["keys"])[0] == 0
    anchors = settings.data / "anchors.jsonl"
    assert audit("check", tmp_path / "proof", "--keys", files["keys"], "--anchors", anchors)[0] == 0
    (tmp_path / "none").write_bytes(b"")
    assert audit("check", tmp_path / "proof", "--keys", files["keys"], "--anchors", tmp_path / "none")[0] == 1
    proof["rows"][0]["entry"]["at"] = "2026-11-23T01:00:00.000000+00:00"
    (tmp_path / "proof").write_bytes(orjson.dumps(proof))
    code, _, said = audit("check", tmp_path / "proof", "--keys", files["keys"], "--json")
    assert (code, said["holds"]) == (1, False)
    assert audit("prove", "LH20261123000000909")[0] == 1


@pytest.mark.parametrize("name", ["receipt", "copy"])
def test_the_seal_of_a_receipt_and_of_a_copy_is_checked(audit: Any, files: dict[str, Path], name: str) -> None:
    assert audit("check", files[name], "--keys", files["keys"])[0] == 0
    assert audit("check", files[name])[0] == 0
    files[name].write_bytes(files[name].read_bytes().replace(b"300.00", b"301.00"))
    code, printed, _ = audit("check", files[name], "--keys", files["keys"])
    assert (code, "the content was changed" in printed) == (1, True)


def test_a_new_key_is_taken_up_by_the_service_and_the_old_seals_still_hold(
    audit: Any, files: dict[str, Path], service: Service
) -> None:
    code, printed, _ = audit("rotate")
    assert code == 0
    whole_record(service)
    assert service.sealer.keys.current == printed.strip()
    assert audit("verify")[0] == 0
    assert [each["kid"] for each in audit("keys")[2]["keys"]][-1] == printed.strip()
    assert audit("check", files["receipt"])[0] == 0


def test_it_seals_where_nothing_is_served(audit: Any, files: dict[str, Path], service: Service, li: Client, settings: Settings) -> None:
    if settings.database.get_backend_name() == "sqlite":
        code, printed, _ = audit("seal")
        assert (code, "another process" in printed) == (2, True)
    service.close()
    code, printed, _ = audit("seal")
    assert (code, "batches sealed" in printed) == (0, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("verify", "--database", "none.db"), ("verify", "--keys", "none.json"), ("verify", "--anchors", "none.jsonl"),
        ("verify", "--keys", "{receipt}"), ("check", "none.json"), ("check", "{bad}"), ("prove",), ("nothing",), (),
    ],
)  # fmt: skip
def test_wrong_use_is_a_sentence_and_2(audit: Any, files: dict[str, Path], tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "bad").write_bytes(b'{"a": 1, "a": 2}')
    named = [each.format(receipt=files["receipt"], bad=tmp_path / "bad") for each in arguments]
    code, printed, _ = audit(*named)
    assert code == 2
    assert "Traceback" not in printed


def test_it_is_a_command_of_miaopi_and_helps(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "service.cli", "audit", "verify", "--help", "--lang", "en"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ})
    assert found.returncode == 0
    assert "miaopi audit verify --database" in found.stdout
