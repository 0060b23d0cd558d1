"""Starting: where things are kept, who may read them, and what stands in the way of a start."""

from __future__ import annotations

import os
import shutil
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from engine.catalogue import Catalogue
from service import audit
from service.database import open_database
from service.database.sqlite import Sqlite
from service.demo import PEOPLE
from service.rulesets import Rulesets, load_rules
from service.serving import run
from service.settings import Settings, Unusable, find_settings, sqlite_url
from service.starting import start
from service.state import Service
from tests.service.conftest import NOW, ROOT
from tests.service.databases import beside
from tests.service.rows import select


def test_only_its_owner_reads_what_the_service_keeps(service: Service, settings: Settings) -> None:
    assert stat.S_IMODE(settings.data.stat().st_mode) == 0o700
    assert _modes(settings) == {("file", 0o600), ("folder", 0o700)}


def test_every_connection_syncs_fully_and_holds_foreign_keys(service: Service) -> None:
    if not isinstance(service.database, Sqlite):
        pytest.skip("a matter of SQLite's")

    def asked(session: Session) -> list[object]:
        connection = session.connection()
        pragmas = ("journal_mode", "synchronous", "foreign_keys")
        return [connection.exec_driver_sql(f"PRAGMA {each}").scalar() for each in pragmas]

    with service.database.reading() as session:
        assert asked(session) == ["wal", 2, 1]
    assert service.database.write(asked) == ["wal", 2, 1]


def test_a_reader_cannot_write(service: Service) -> None:
    with service.database.reading() as session:
        audit.record(session, NOW, None, "x")
        with pytest.raises(DBAPIError, match=r"readonly|read-only"):
            session.flush()


def test_work_that_fails_leaves_nothing(service: Service, settings: Settings) -> None:
    def work(session: Session) -> None:
        audit.record(session, NOW, None, "half")
        session.flush()
        raise KeyError

    with pytest.raises(KeyError):
        service.database.write(work)
    assert select(settings.database, "SELECT * FROM audit WHERE action = 'half'") == []


def test_a_second_process_does_not_get_the_same_file(service: Service, settings: Settings) -> None:
    if not isinstance(service.database, Sqlite):
        pytest.skip("PostgreSQL serves any number of processes")
    with pytest.raises(Unusable, match="another process"):
        open_database(settings.database)


def test_a_database_of_another_version_is_left_alone(settings: Settings) -> None:
    with beside(settings.database) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Unusable, match="schema 9999"):
        open_database(settings.database)


def test_a_database_that_no_migration_made_is_left_alone(settings: Settings) -> None:
    with beside(settings.database) as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    with pytest.raises(Unusable, match="no migration"):
        open_database(settings.database)


def test_a_second_start_keeps_people_and_secret(settings: Settings, rules: tuple[Catalogue, Rulesets]) -> None:
    key = settings.data / "draw.key"
    start(settings, *rules).database.close()
    key.write_bytes(b"an operator's own")
    again = start(settings, *rules)
    again.database.close()
    assert again.draw.secret == b"an operator's own"
    assert select(settings.database, "SELECT count(*) FROM account") == [(len(PEOPLE),)]


def test_by_default_data_lies_beside_the_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "matters.yaml").touch()
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    data = tmp_path / "data"
    assert find_settings() == Settings(tmp_path / "rules", tmp_path / "matters.yaml", sqlite_url(data / "miaopi.db"), data)


def test_without_rules_above_the_starter_rules_are_taken_and_data_stays_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = find_settings()
    assert found.catalogue == ROOT / "matters.yaml"
    assert found.database == sqlite_url(tmp_path / "data" / "miaopi.db")


@pytest.mark.parametrize("named", ["mysql://user:secret@host/db", "", ":memory:", "sqlite://", "://", "postgresql+x://a:secret@b/c"])
def test_a_database_that_is_none_of_the_two_is_refused_without_telling_its_password(named: str) -> None:
    with pytest.raises(Unusable) as refused:
        find_settings(named)
    assert "secret" not in str(refused.value)


def test_a_url_and_a_path_name_the_same_file(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    assert find_settings(f"sqlite:///{path}").database == find_settings(str(path)).database == sqlite_url(path)


def test_every_finding_of_every_file_is_shown_at_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    shutil.copy(ROOT / "matters.yaml", tmp_path)
    for name in ("senior-allowance/2019-10-01", "unemployment-registration/2020-01-01"):
        path = tmp_path / "rules" / f"{name}.yaml"
        path.write_text(path.read_text("utf-8").replace("years >= minimum_age", "years >= minimum_agee"), "utf-8")
    with pytest.raises(SystemExit) as ended:
        run("127.0.0.1", 0, 1, str(tmp_path / "x.db"), tmp_path / "rules")
    shown = capsys.readouterr().err
    assert ended.value.code == 1
    assert "senior-allowance" in shown
    assert "unemployment-registration" in shown


def test_more_than_one_worker_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run("127.0.0.1", 0, 2, None)
    assert ended.value.code == 2
    assert "one worker" in capsys.readouterr().err


def test_a_ruleset_is_chosen_by_its_day(settings: Settings, tmp_path: Path) -> None:
    shutil.copytree(settings.rules, tmp_path / "rules")
    folder = tmp_path / "rules" / "senior-allowance"
    shutil.copy(folder / "2019-10-01.yaml", folder / "2026-12-01.yaml")
    _, rulesets = load_rules(replace(settings, rules=tmp_path / "rules"))
    day = NOW.date()
    assert [rulesets.on("senior-allowance", each).since.isoformat() if rulesets.on("senior-allowance", each) else None  # type: ignore[union-attr]
            for each in (day.replace(2019, 9, 30), day, day.replace(2026, 12, 1))] == [None, "2019-10-01", "2026-12-01"]


def test_new_files_are_private_whatever_the_umask(settings: Settings, rules: tuple[Catalogue, Rulesets]) -> None:
    before = os.umask(0)
    try:
        start(settings, *rules).database.close()
    finally:
        os.umask(before)
    assert _modes(settings) == {("file", 0o600), ("folder", 0o700)}


def test_the_folder_around_the_rules_may_be_given_for_them(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "matters.yaml").touch()
    data = tmp_path / "data"
    expected = Settings(tmp_path / "rules", tmp_path / "matters.yaml", sqlite_url(data / "miaopi.db"), data)
    assert find_settings(rules=tmp_path) == find_settings(rules=tmp_path / "rules") == expected


def _modes(settings: Settings) -> set[tuple[str, int]]:
    return {("folder" if each.is_dir() else "file", stat.S_IMODE(each.stat().st_mode)) for each in settings.data.iterdir()}
