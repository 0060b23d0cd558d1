"""Every field that may tell of a person is in the table of docs/privacy.md, and no text is kept in clear that nobody has looked at."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Column, LargeBinary, MetaData, String, Table
from sqlmodel import AutoString

from service.database.migrating import tables
from service.protection.blind_index import BlindIndex
from service.protection.encrypted import Encrypted, Sealed
from tests.service.conftest import ROOT

Fields = set[tuple[str, str]]
_CLEAR = (String, AutoString, LargeBinary)


def _sealed(found: MetaData) -> Fields:
    return {(each.name, one.name) for each in found.tables.values() for one in each.columns if isinstance(one.type, (Sealed, BlindIndex))}


def _accounts(found: MetaData) -> Fields:
    """Numbers of accounts, the record's own too, and the addresses that signing in was tried from."""
    kept = {
        (each.name, one.name) for each in found.tables.values() for one in each.columns
        if any(key.target_fullname == "account.id" for key in one.foreign_keys)
    }  # fmt: skip
    return kept | {("audit", "account_id"), ("sign_in_try", "client"), ("rate_window", "subject")}


def _clear(found: MetaData) -> Fields:
    texts = {(each.name, one.name) for each in found.tables.values() for one in each.columns if isinstance(one.type, _CLEAR)}
    return texts - _accounts(found) - _sealed(found)


def _told() -> tuple[Fields, Fields, Fields]:
    """What the page names as encrypted, as accounts, and as nobody's."""
    section = (ROOT / "docs/privacy.md").read_text(encoding="utf-8").split("## Every field")[1].split("\n## ")[0]
    sealed: Fields = set()
    accounts: Fields = set()
    for table, encrypted, numbers, kept, seen in re.findall(r"^\| `(\w+)` \|(.*?)\|(.*?)\|(.*?)\|(.*?)\|$", section, re.M):
        assert kept.strip(), table
        assert seen.strip(), table
        sealed |= {(table, each) for each in re.findall(r"`(\w+)`", encrypted)}
        accounts |= {(table, each) for each in re.findall(r"`(\w+)`", numbers)}
    lists = re.findall(r"^- `(\w+)`: (.+)$", section, re.M)
    return sealed, accounts, {(table, each.strip()) for table, names in lists for each in names.split(",")}


def test_every_field_is_in_the_table_and_nothing_else() -> None:
    for told, there in zip(_told(), (_sealed(tables()), _accounts(tables()), _clear(tables())), strict=True):
        assert told ^ there == set()


@pytest.mark.parametrize("column", [
    Column("phone", String()), Column("phone", AutoString()), Column("photo", LargeBinary()), Column("phone", Encrypted("account.phone")),
])  # fmt: skip
def test_a_new_field_without_an_entry_is_found(column: Column[object]) -> None:
    new = MetaData()
    Table("account", new, column)
    sealed, accounts, clear = _told()
    assert (_sealed(new) | _clear(new)) - sealed - accounts - clear
