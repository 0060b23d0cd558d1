"""The way back from the database to files: what is exported is what was published, and a new database starts from it alike."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from engine.catalogue import Catalogue
from service.cli import main
from service.demo import APPROVER, LI
from service.policies.exporting import export
from service.rulesets import Rulesets, load_rules
from service.settings import DATA, Settings, Unusable, sqlite_url
from service.starting import start
from tests.service.conftest import NOW, ROOT, Client
from tests.service.policies.writing import SENIOR, TODAY, TOMORROW, Writers, cases, flat, policy
from tests.service.rows import select

_PUBLISHED = "SELECT ruleset, effective, resolved_for, hash, text, cases, sources FROM published_ruleset ORDER BY hash"


def test_what_a_new_database_started_from_comes_out_as_it_was(writing: Writers, settings: Settings, tmp_path: Path) -> None:
    paths = export(settings.database, settings.key_file, tmp_path / "out")
    assert len(paths) > 20
    for each in paths:
        assert (tmp_path / "out" / each).read_bytes() == (ROOT / "rules" / each).read_bytes()
    there = {each.relative_to(ROOT / "rules").as_posix() for each in (ROOT / "rules").rglob("*.yaml")}
    assert set(paths) == there


def test_a_database_that_starts_from_what_was_exported_decides_by_the_same_hashes(
    writing: Writers, settings: Settings, tmp_path: Path
) -> None:
    writing.put_in_force(flat(500), cases(TODAY))
    writing.put_in_force(flat(600), cases(TOMORROW, 600), TOMORROW)
    rules = tmp_path / "rules"
    export(settings.database, settings.key_file, rules)
    new = replace(settings, rules=rules, database=sqlite_url(tmp_path / "new" / "miaopi.db"), data=tmp_path / "new")
    start(new, *load_rules(new), now=lambda: NOW).close()
    assert select(new.database, _PUBLISHED) == select_as_text(settings)


def select_as_text(settings: Settings) -> list[tuple[object, ...]]:
    """Days as SQLite has them."""
    return [tuple(each.isoformat() if hasattr(each, "isoformat") else each for each in row)
            for row in select(settings.database, _PUBLISHED)]


def test_what_was_rolled_back_to_is_exported_from_its_new_day(writing: Writers, settings: Settings, tmp_path: Path) -> None:
    old = policy(writing.one)["in_force"]
    writing.put_in_force(flat(500), cases(TODAY))
    back = {"hash": old, "effective": TODAY, "reason": "新标准有误"}
    version = writing.one.post(f"/api/v1/policies/{SENIOR}/roll-back", back).json()["version"]
    assert writing.publish(version=version).status_code == 200
    export(settings.database, settings.key_file, tmp_path)
    assert (tmp_path / SENIOR / f"{TODAY}.yaml").read_bytes() == (tmp_path / SENIOR / "2019-10-01.yaml").read_bytes()


def test_the_command_exports_beside_a_running_service(
    settings: Settings, rules: tuple[Catalogue, Rulesets], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = start(settings, *rules, now=lambda: NOW)
    out, url = tmp_path / "out", settings.database.render_as_string(hide_password=False)
    monkeypatch.setenv(DATA, str(settings.data))  # where its keys lie
    monkeypatch.setattr(sys, "argv", ["miaopi", "policies", "export", "--out", str(out), "--database", url])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    assert (out / "evidence.yaml").is_file()
    service.close()


def test_there_is_nothing_to_export_where_there_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(Unusable):
        export(sqlite_url(tmp_path / "none.db"), tmp_path / "keys.json", tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_receipt_is_replayed_by_a_ruleset_that_only_the_database_has(
    writing: Writers, client: Client, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing.put_in_force(flat(500), cases(TODAY))
    link = client.signed_in(LI).apply().json()["links"]["receipt"]
    (tmp_path / "receipt.json").write_bytes(client.signed_in(APPROVER).get(f"{link}?reason=register").content)
    monkeypatch.setenv(DATA, str(settings.data))
    url = settings.database.render_as_string(hide_password=False)
    for database, code in ((["--database", url], 0), (["--database", str(tmp_path / "none.db")], 2)):
        arguments = ["miaopi", "replay", str(tmp_path / "receipt.json"), "--rules", str(ROOT / "rules"), *database]
        monkeypatch.setattr(sys, "argv", arguments)
        with pytest.raises(SystemExit) as ended:
            main()
        assert (ended.value.code or 0) == code
