"""Rotation and re-encryption, and what a start does when keys are missing, wrong or readable by others."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from service.protection import key_file
from service.protection.actions import data_keys, forget, open_keyring, reencrypt, rotate
from service.protection.keyring import Undecipherable
from service.settings import Unusable
from tests.service.protection.conftest import NOW, AnswerRow, PersonRow, Planted, Protected

LI, WU = "440309194503150021", "440309195104060023"
HEADS = "SELECT DISTINCT substr(name, 1, 5) FROM person"


def _numbers(protected: Protected) -> set[str]:
    with protected.reading() as session:
        return {each.number for each in session.exec(select(PersonRow))}


def _add(protected: Protected, *numbers: str) -> None:
    protected.write(lambda session: session.add_all(PersonRow(name="李桂芳", number=each) for each in numbers))


def test_the_key_file_is_private_and_made_once(protected: Protected) -> None:
    before = protected.keys.read_bytes()
    assert protected.keys.stat().st_mode & 0o777 == 0o600
    protected.opened()
    assert protected.keys.read_bytes() == before


def test_processes_that_start_together_share_one_key_file(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: key_file.read_or_make(tmp_path / "keys.json", NOW).index_secret, range(8)))
    assert len(made) == 1


def test_after_rotation_everything_reads_and_new_starts_do_too(protected: Protected) -> None:
    _add(protected, LI)
    old = [each.kek for each in data_keys(protected.database)]
    done = rotate(protected.database, protected.keys, NOW)
    assert (done.wrapped, done.data_key) == (1, None)
    assert [each.kek for each in data_keys(protected.database)] == [done.kek]
    assert done.kek not in old
    assert _numbers(protected) == {LI}
    protected.opened()
    _add(protected, WU)
    assert _numbers(protected) == {LI, WU}


def test_a_new_data_key_encrypts_and_the_old_one_still_reads(protected: Protected) -> None:
    _add(protected, LI)
    assert rotate(protected.database, protected.keys, NOW, data=True).data_key == 2
    protected.opened()
    _add(protected, WU)
    assert len(protected.stored(HEADS)) == 2
    assert _numbers(protected) == {LI, WU}
    with protected.reading() as session:
        assert session.exec(select(PersonRow).where(col(PersonRow.number_index) == LI)).one().name == "李桂芳"


def test_a_process_that_runs_meets_a_key_made_elsewhere(protected: Protected) -> None:
    elsewhere = open_keyring(protected.database, protected.keys, NOW)
    rotate(protected.database, protected.keys, NOW, data=True)
    newer = open_keyring(protected.database, protected.keys, NOW)
    assert newer.head != elsewhere.head
    assert elsewhere.decrypt(newer.encrypt(b"x", "a.b"), "a.b") == b"x"
    assert newer.head == elsewhere.head


def test_old_rows_are_encrypted_again_in_batches(protected: Protected) -> None:
    numbers = {str(440309194503150000 + each) for each in range(23)}
    _add(protected, *numbers)
    protected.write(lambda session: session.add_all(AnswerRow(check="death", subject=each, body="{}") for each in numbers))
    rotate(protected.database, protected.keys, NOW, data=True)
    keyring = protected.opened()
    _add(protected, WU)
    assert reencrypt(protected.database, keyring, Planted.metadata, batch=5) == {"person": 23, "answer": 23}
    assert [bytes(each) for (each,) in protected.stored(HEADS)] == [keyring.head]
    assert _numbers(protected) == {*numbers, WU}
    assert reencrypt(protected.database, keyring, Planted.metadata) == {"person": 0, "answer": 0}


def test_reencryption_stops_at_what_does_not_open_and_keeps_what_was_done(protected: Protected) -> None:
    _add(protected, "1", "2", "3")
    with protected.engine.begin() as connection:
        connection.execute(text("UPDATE person SET name = number WHERE id = 3"))
    rotate(protected.database, protected.keys, NOW, data=True)
    keyring = protected.opened()
    with pytest.raises(Undecipherable, match=r"person\.name.*row \(3,\)"):
        reencrypt(protected.database, keyring, Planted.metadata, batch=2)
    heads = [bytes(each) == keyring.head for (each,) in protected.stored("SELECT substr(name, 1, 5) FROM person ORDER BY id")]
    assert heads == [True, True, False]


def test_forgotten_are_only_keys_that_wrap_nothing(protected: Protected) -> None:
    _add(protected, LI)
    first = data_keys(protected.database)[0].kek
    assert forget(protected.database, protected.keys) == frozenset()
    rotate(protected.database, protected.keys, NOW)
    assert forget(protected.database, protected.keys) == {first}
    protected.opened()
    assert _numbers(protected) == {LI}


def test_a_crash_between_file_and_database_loses_nothing(protected: Protected) -> None:
    _add(protected, LI)
    key_file.with_new_key(protected.keys, NOW)  # as far as a rotation may come
    protected.opened()
    assert _numbers(protected) == {LI}


def test_an_encrypted_database_does_not_start_without_its_keys(protected: Protected) -> None:
    protected.keys.unlink()
    with pytest.raises(Unusable, match="cannot be read"):
        protected.opened()
    assert not protected.keys.exists()


def test_an_encrypted_database_does_not_start_with_the_keys_of_another(protected: Protected) -> None:
    protected.keys.unlink()
    key_file.read_or_make(protected.keys, NOW)
    with pytest.raises(Unusable, match="has no key"):
        protected.opened()


@pytest.mark.parametrize("planted", ["", "{}", "[]", '{"wrapping": [], "index": ""}', '{"wrapping": [{"id": 1}], "index": "x"}'])
def test_a_file_of_something_else_is_refused(tmp_path: Path, planted: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(planted)
    path.chmod(0o600)
    with pytest.raises(Unusable, match="no key file"):
        key_file.read_or_make(path, NOW)
    assert path.read_text() == planted


def test_a_key_file_that_others_may_read_is_refused(protected: Protected) -> None:
    protected.keys.chmod(0o640)
    with pytest.raises(Unusable, match="chmod 600"):
        protected.opened()


def test_a_changed_key_is_noticed(protected: Protected) -> None:
    held = json.loads(protected.keys.read_bytes())
    held["wrapping"][0]["key"] = held["index"]
    protected.keys.write_text(json.dumps(held))
    with pytest.raises(Unusable, match="does not open"):
        protected.opened()
