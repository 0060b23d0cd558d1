"""What is promised of encrypted columns and blind indexes, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import create_engine, insert, text, update
from sqlalchemy.exc import ArgumentError, StatementError
from sqlmodel import Session, col, select

from service.database import Conflict, open_database
from service.protection.blind_index import Blind
from service.protection.keyring import Undecipherable, Unprotected
from service.settings import sqlite_url
from tests.service.plain_search import Dump, dumped, plain_search
from tests.service.protection.conftest import AnswerRow, PersonRow, Planted, Protected, on_postgres

LI, WU = "440309194503150021", "440309195104060023"


def _person(number: str = LI, name: str = "李桂芳", **more: Any) -> PersonRow:
    return PersonRow(name=name, number=number, **more)


def _kept(protected: Protected, *rows: Planted) -> None:
    protected.write(lambda session: session.add_all(rows))


def test_what_was_written_is_read(protected: Protected) -> None:
    _kept(protected, _person(phone="13800138000", photo=b"\x00\xff"), _person(WU, "吴秀珍"))
    with protected.reading() as session:
        li, wu = session.exec(select(PersonRow).order_by(col(PersonRow.id))).all()
    assert (li.name, li.number, li.phone, li.photo) == ("李桂芳", LI, "13800138000", b"\x00\xff")
    assert (wu.phone, wu.phone_index, wu.photo) == (None, None, None)
    assert isinstance(li.number_index, Blind)


@examples(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(st.characters(exclude_categories=["Cs"])), photo=st.none() | st.binary())
def test_any_text_and_bytes_come_back(protected: Protected, name: str, photo: bytes | None) -> None:
    with Session(protected.engine) as session:
        row = _person(name=name, photo=photo)
        session.add(row)
        session.flush()
        session.expire(row)
        assert (row.name, row.photo) == (name, photo)


def test_nothing_lies_in_clear(protected: Protected, tmp_path: Path) -> None:
    _kept(protected, _person(phone="13800138000", photo="李桂芳".encode()))
    planted = "王小明的明文"
    with protected.engine.begin() as connection:
        connection.execute(text("CREATE TABLE planted (it VARCHAR(50))"))
        connection.execute(text("INSERT INTO planted VALUES (:it)"), {"it": planted})
    places: list[Path | Dump] = [tmp_path, *([dumped(protected.url)] if on_postgres(protected.url) else [])]
    assert plain_search(places, ["李桂芳", LI, "13800138000"]) == []
    assert plain_search(places, [planted])


def test_the_same_value_twice_looks_different(protected: Protected) -> None:
    _kept(protected, _person(), _person(WU))
    (first,), (second,) = protected.stored("SELECT name FROM person")
    assert bytes(first) != bytes(second)


def test_a_row_is_found_by_its_number(protected: Protected) -> None:
    _kept(protected, _person(), _person(WU, "吴秀珍"))
    with protected.reading() as session:
        found = session.exec(select(PersonRow).where(col(PersonRow.number_index) == WU)).one()
        both = session.exec(select(PersonRow).where(col(PersonRow.number_index).in_([LI, WU]))).all()
        others = session.exec(select(PersonRow).where(col(PersonRow.number_index) != WU)).all()
        again = session.exec(select(PersonRow).where(col(PersonRow.number_index) == found.number_index)).one()
    assert (found.name, len(both), [each.number for each in others]) == ("吴秀珍", 2, [LI])
    assert again.number == WU


def test_a_number_is_kept_once(protected: Protected) -> None:
    _kept(protected, _person())
    with pytest.raises(Conflict):
        _kept(protected, _person())


def test_the_index_is_filled_without_the_orm_too(protected: Protected) -> None:
    with protected.engine.begin() as connection:
        people = [{"name": "李桂芳", "number": LI}, {"name": "吴秀珍", "number": WU}]
        connection.execute(insert(PersonRow), people)
    protected.database.insert([_person("440309194808150014", phone="13800138000")])
    with protected.reading() as session:
        assert session.exec(select(PersonRow).where(col(PersonRow.number_index) == WU)).one().name == "吴秀珍"
        assert session.exec(select(PersonRow).where(col(PersonRow.phone_index) == "13800138000")).one().name == "李桂芳"


def test_the_index_follows_its_column(protected: Protected) -> None:
    _kept(protected, _person(phone="13800138000"))

    def change(session: Session) -> None:
        row = session.exec(select(PersonRow)).one()
        row.number, row.phone = WU, None

    protected.write(change)
    with protected.reading() as session:
        row = session.exec(select(PersonRow).where(col(PersonRow.number_index) == WU)).one()
        assert (row.phone, row.phone_index) == (None, None)
        assert session.exec(select(PersonRow).where(col(PersonRow.number_index) == LI)).first() is None


def test_a_row_read_and_changed_keeps_its_index(protected: Protected) -> None:
    _kept(protected, _person())
    before = protected.stored("SELECT number_index FROM person")

    def rename(session: Session) -> None:
        row = session.exec(select(PersonRow)).one()
        row.name = "李桂芬"
        session.merge(row)

    protected.write(rename)
    assert protected.stored("SELECT number_index FROM person") == before


def test_a_blind_index_can_be_a_key(protected: Protected) -> None:
    _kept(protected, AnswerRow(check="death", subject=LI, body="{}"), AnswerRow(check="death", subject=WU, body='{"a": 1}'))
    with protected.reading() as session:
        found = session.exec(select(AnswerRow).where(AnswerRow.check == "death", col(AnswerRow.subject_index) == WU)).one()
    assert (found.subject, found.body) == (WU, '{"a": 1}')


def test_tables_cannot_be_joined_by_their_indexes(protected: Protected) -> None:
    _kept(protected, _person(phone=LI), AnswerRow(check="death", subject=LI, body="{}"))
    (person,) = protected.stored("SELECT number_index, phone_index FROM person")
    (answer,) = protected.stored("SELECT subject_index FROM answer")
    assert len({bytes(each) for each in (*person, *answer)}) == 3


@pytest.mark.parametrize("column", ["number", "phone", "photo"])
def test_a_ciphertext_opens_in_its_own_column_alone(protected: Protected, column: str) -> None:
    _kept(protected, _person(phone="13800138000", photo=b"x"))
    with protected.engine.begin() as connection:
        connection.execute(text(f"UPDATE person SET name = {column}"))
    with protected.reading() as session, pytest.raises(Undecipherable, match=r"person\.name"):
        session.exec(select(PersonRow)).one()


@given(place=st.integers(0, 41), flip=st.integers(1, 255))
@examples(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_changed_byte_is_noticed(protected: Protected, place: int, flip: int) -> None:
    with Session(protected.engine) as session:
        session.add(_person())
        session.flush()
        connection = session.connection()
        stored = bytes(connection.execute(text("SELECT name FROM person")).scalar_one())
        assert len(stored) == 42
        changed = stored[:place] + bytes((stored[place] ^ flip,)) + stored[place + 1 :]
        connection.execute(text("UPDATE person SET name = :changed"), {"changed": changed})
        with pytest.raises(Undecipherable) as raised:
            session.exec(select(PersonRow.name)).one()
        assert "李桂芳" not in str(raised.value)


@pytest.mark.parametrize("changed", [b"", b"\x01", b"\x01\x00\x00\x00\x01", "李桂芳".encode(), bytes(60)])
def test_what_is_no_ciphertext_is_refused(protected: Protected, changed: bytes) -> None:
    _kept(protected, _person())
    with protected.engine.begin() as connection:
        connection.execute(text("UPDATE person SET name = :changed"), {"changed": changed})
    with protected.reading() as session, pytest.raises(Undecipherable):
        session.exec(select(PersonRow)).one()


def test_an_encrypted_column_cannot_be_searched_or_sorted(protected: Protected) -> None:
    misuses: list[Callable[[], Any]] = [
        lambda: select(PersonRow).where(PersonRow.number == LI),
        lambda: select(PersonRow).where(col(PersonRow.number).in_([LI])),
        lambda: select(PersonRow).where(col(PersonRow.name).like("李%")),
        lambda: select(PersonRow).order_by(col(PersonRow.name).desc()),
        lambda: select(PersonRow).where(col(PersonRow.number_index) > LI),
    ]
    for misuse in misuses:
        with pytest.raises(ArgumentError, match=r"encrypted|blind"):
            misuse()


def test_whether_there_is_a_value_can_be_asked(protected: Protected) -> None:
    _kept(protected, _person(), _person(WU, phone="13800138000"))
    with protected.reading() as session:
        assert session.exec(select(PersonRow).where(col(PersonRow.phone).is_(None))).one().number == LI
        assert session.exec(select(PersonRow).where(col(PersonRow.phone) != None)).one().number == WU  # noqa: E711


def test_without_keys_nothing_is_stored(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/bare.db", hide_parameters=True)
    Planted.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(_person())
        with pytest.raises(StatementError) as raised:
            session.flush()
    assert isinstance(raised.value.orig, Unprotected)
    assert "attach" in str(raised.value)
    assert LI not in str(raised.value)
    engine.dispose()
    assert plain_search([tmp_path], ["李桂芳", LI]) == []


def test_two_databases_in_one_process_have_their_own_keys(protected: Protected, tmp_path: Path) -> None:
    database = open_database(sqlite_url(tmp_path / "other.db"))
    other = Protected(database, protected.url, tmp_path / "other.json")
    Planted.metadata.create_all(other.engine)
    other.opened()
    for each in (protected, other):
        _kept(each, _person())
    (first,), (second,) = (each.stored("SELECT number_index FROM person") for each in (protected, other))
    assert first != second
    with other.reading() as session:
        assert session.exec(select(PersonRow)).one().number == LI
    other.database.close()


def test_an_update_by_a_statement_names_the_index_too(protected: Protected) -> None:
    _kept(protected, _person())
    with protected.engine.begin() as connection:
        connection.execute(update(PersonRow).values(number=WU, number_index=WU))
    renamed = update(PersonRow).where(col(PersonRow.number_index) == WU).values(name="吴秀珍")
    protected.write(lambda session: session.exec(renamed))
    with protected.reading() as session:
        assert session.exec(select(PersonRow).where(col(PersonRow.number_index) == WU)).one().number == WU
