"""Look-ups answer what a session would, on both databases, with what is encrypted and looked up blindly."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import URL, bindparam, select, text
from sqlalchemy.exc import SQLAlchemyError

from service.database import Database, open_database
from service.evidence import store
from service.evidence.tables import LicenceRow
from service.protection.actions import protect

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HOLDERS = [f"4403091948{each:04}0014" for each in range(20)]
TYPES = ["household-register", "resident-id-card"]
_LICENCE = LicenceRow.__table__.c  # type: ignore[attr-defined]
_VALID = select(_LICENCE.type, _LICENCE.valid_until).where(
    _LICENCE.holder_index == bindparam("holder"), _LICENCE.valid_until >= bindparam("day"), _LICENCE.status.in_(("valid", "suspended"))
)


@pytest.fixture
def opened(database: URL, tmp_path: Path) -> Iterator[Database]:
    found = open_database(database)
    protect(found, tmp_path / "keys.json", NOW)
    found.insert([
        LicenceRow(type=type_, holder=holder, issued_on=date(2015, 6, 1), valid_until=date(2026, 12, 31), attributes='{"n":1}')
        for type_ in TYPES
        for holder in HOLDERS
    ])  # fmt: skip
    yield found
    found.close()


@pytest.mark.parametrize("types", [TYPES, TYPES[:1], []])
@pytest.mark.parametrize("holders", [HOLDERS, HOLDERS[3:4], ["nobody"], []])
def test_lists_of_any_length_find_what_they_name(opened: Database, types: list[str], holders: list[str]) -> None:
    for _ in range(2):  # compiled, and as compiled before
        found = store.licences(opened, types, holders)
        assert {(each.type, each.holder) for each in found} == {(a, b) for a in types for b in holders if b in HOLDERS}
        assert all(each.attributes == '{"n":1}' and each.issued_on == date(2015, 6, 1) for each in found)


@pytest.mark.parametrize(("day", "found"), [(date(2026, 12, 31), 2), (date(2027, 1, 1), 0)])
def test_values_are_converted_and_constants_stay(opened: Database, day: date, found: int) -> None:
    rows = opened.look_up(_VALID, {"holder": HOLDERS[0], "day": day})
    assert sorted(rows) == [(each, date(2026, 12, 31)) for each in TYPES][:found]


def test_what_was_kept_is_seen_at_once(opened: Database) -> None:
    assert opened.look_up(_VALID, {"holder": "new", "day": date(2026, 1, 1)}) == []
    opened.insert([LicenceRow(type="x", holder="new", issued_on=date(2026, 1, 1), valid_until=date(2027, 1, 1), attributes="{}")])
    assert opened.look_up(_VALID, {"holder": "new", "day": date(2026, 1, 1)}) == [("x", date(2027, 1, 1))]


def test_many_threads_look_up_at_once(opened: Database) -> None:
    with ThreadPoolExecutor(16) as threads:
        found = list(threads.map(lambda each: store.licences(opened, TYPES, [HOLDERS[each % 20]]), range(400)))
    assert all({each.holder for each in licences} == {HOLDERS[place % 20]} for place, licences in enumerate(found))


def test_a_failure_is_told_as_of_any_statement_and_harms_no_later_one(opened: Database) -> None:
    broken = select(_LICENCE.type).where(text("no_such_function(:holder) = 1").bindparams(bindparam("holder")))
    with pytest.raises(SQLAlchemyError) as failed:
        opened.look_up(broken, {"holder": HOLDERS[0]})
    assert HOLDERS[0] not in str(failed.value)
    assert len(opened.look_up(_VALID, {"holder": HOLDERS[0], "day": NOW.date()})) == 2
