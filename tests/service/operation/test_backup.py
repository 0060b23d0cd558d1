"""A backup made while the service runs is restored elsewhere, for real: the record holds, and the service answers as before."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import URL

from engine.catalogue import Catalogue
from service.app import create_app
from service.audit.checking import verify
from service.database.beside import beside as read_beside
from service.demo import APPROVER
from service.operation.backups import back_up, restore
from service.rulesets import Rulesets
from service.settings import Settings, sqlite_url
from service.signing_keys import PublicKeys
from service.starting import start
from service.state import Service
from service.unusable import Unusable
from tests.service.conftest import NOW, V1, Client
from tests.service.databases import empty_database, new_database

PASSPHRASE = "红色的自行车 17".encode()


@contextmanager
def elsewhere(settings: Settings, folder: Path, templates: Path) -> Iterator[Settings]:
    """Settings of another installation, with nothing in it."""
    with empty_database(settings.database.get_backend_name(), folder, templates) as url:
        yield replace(settings, database=url, data=folder)


@pytest.fixture
def elsewhere_empty(settings: Settings, tmp_path: Path, templates: Path) -> Iterator[Settings]:
    with elsewhere(settings, tmp_path / "elsewhere", templates) as found:
        yield found


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
def test_what_was_backed_up_while_served_is_all_there_again(
    service: Service, li: Client, settings: Settings, elsewhere_empty: Settings, rules: tuple[Catalogue, Rulesets], tmp_path: Path,
    passphrase: bytes | None,
) -> None:  # fmt: skip
    number = li.apply().json()["number"]
    service.sealer.seal()
    receipt = Client(create_app(service)).signed_in(APPROVER).get(f"{V1}/cases/{number}/receipt?reason=request").content
    file = tmp_path / "x.backup"
    made = back_up(settings, file, NOW, passphrase)
    assert {"database", "anchors.jsonl", "keys.json", "seal-keys.json", "data/draw.key"} <= {*made.parts}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert (b"seal-keys.json" in file.read_bytes()) is (passphrase is None)
    assert not [each for each in tmp_path.iterdir() if each.name.startswith(".miaopi") or each.name.endswith(".begun")]

    assert restore(elsewhere_empty, file, passphrase) == made
    keys = elsewhere_empty.record.keys(elsewhere_empty.data)
    with read_beside(elsewhere_empty.database) as session:
        found = verify(session, PublicKeys(keys.public()), elsewhere_empty.record.anchored(elsewhere_empty.data).kept())
    assert found.findings == ()
    again = start(elsewhere_empty, *rules, now=service.now)
    try:
        answer = Client(create_app(again)).signed_in(APPROVER).get(f"{V1}/cases/{number}/receipt?reason=request")
        assert (answer.status_code, answer.content) == (200, receipt)
    finally:
        again.close()


def test_what_is_there_is_never_written_over(service: Service, settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "x.backup"
    back_up(settings, file, NOW)
    before = file.read_bytes()
    with pytest.raises(Unusable, match="exists already"):
        back_up(settings, file, NOW)
    with pytest.raises(Unusable, match="empty"):
        restore(settings, file)
    assert file.read_bytes() == before


def test_a_database_with_tables_is_not_restored_into(
    service: Service, settings: Settings, tmp_path: Path, templates: Path
) -> None:
    if settings.database.get_backend_name() == "sqlite":
        pytest.skip("a matter of PostgreSQL's")
    back_up(settings, tmp_path / "x.backup", NOW)
    with new_database("postgresql", tmp_path / "new", templates) as url, pytest.raises(Unusable, match="has tables"):
        restore(replace(settings, database=url, data=tmp_path / "new"), tmp_path / "x.backup")


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
@pytest.mark.parametrize("where", [0.02, 0.5, 0.97, None])
def test_a_damaged_backup_restores_nothing(
    service: Service, settings: Settings, tmp_path: Path, passphrase: bytes | None, where: float | None
) -> None:
    if settings.database.get_backend_name() != "sqlite":
        pytest.skip("the archive is the same")
    file = tmp_path / "x.backup"
    back_up(settings, file, NOW, passphrase)
    content = bytearray(file.read_bytes())
    if where is None:
        del content[len(content) // 2 :]
    else:
        place = content.index(b"SQLite format 3") + 30 if passphrase is None else int(len(content) * where)
        content[place] ^= 1
    file.write_bytes(content)
    new = replace(settings, database=sqlite_url(tmp_path / "new" / "miaopi.db"), data=tmp_path / "new")
    with pytest.raises(Unusable):
        restore(new, file, passphrase)
    assert not (tmp_path / "new").exists() or not any((tmp_path / "new").iterdir())


def test_another_passphrase_or_none_opens_nothing(service: Service, settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "x.backup"
    back_up(settings, file, NOW, PASSPHRASE)
    url: URL = sqlite_url(tmp_path / "new" / "miaopi.db")
    new = replace(settings, database=url, data=tmp_path / "new")
    for wrong in (b"another", None):
        with pytest.raises(Unusable, match="passphrase"):
            restore(new, file, wrong)


def test_keys_may_be_left_out(service: Service, settings: Settings, tmp_path: Path) -> None:
    made = back_up(settings, tmp_path / "x.backup", NOW, with_keys=False)
    assert not {"keys.json", "seal-keys.json"} & {*made.parts}
    assert {*made.apart} >= {"keys.json", "seal-keys.json"}
