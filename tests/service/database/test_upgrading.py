"""What an earlier release left behind is taken up: a backup of it is restored, this version starts on it, and goes on.

`python -m tests.service.releases.making` makes the backups, each by the release it is named after.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from engine.catalogue import Catalogue
from engine.decision.replay import replay
from service.app import create_app
from service.audit.checking import verify
from service.database.beside import beside as read_beside
from service.database.migrating import tables
from service.demo import APPROVER, HE, LI, SUN, WU
from service.operation.backups import restore
from service.rulesets import Rulesets
from service.settings import Settings
from service.signing_keys import PublicKeys
from service.starting import start
from service.state import Service
from tests.service.conftest import ROOT, V1, Client, Clock, do_work
from tests.service.databases import KINDS, beside, empty_database
from tests.service.elders import another_elder
from tests.service.handing_in import PDF
from tests.service.rows import select

HERE = Path(__file__).resolve().parents[1] / "releases"
RELEASES = sorted({each.name.rpartition("-")[0] for each in HERE.glob("*.backup.gz")})
DECEMBER = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)


@dataclass
class Upgraded:
    service: Service
    settings: Settings
    clock: Clock
    client: Client

    def person(self, number: str) -> Client:
        return self.client.signed_in(number)

    def case(self, number: str) -> dict[str, Any]:
        """The first that somebody applied for."""
        person = self.person(number)
        first = person.get(f"{V1}/cases").json()["cases"][-1]
        found: dict[str, Any] = person.get(f"{V1}/cases/{first['number']}").json()
        return found


@pytest.fixture(params=[(release, kind) for release in RELEASES for kind in KINDS], ids="-".join)
def upgraded(
    request: pytest.FixtureRequest, tmp_path: Path, templates: Path, rules: tuple[Catalogue, Rulesets]
) -> Iterator[Upgraded]:
    release, kind = request.param
    file = tmp_path / "backup"
    file.write_bytes(gzip.decompress((HERE / f"{release}-{kind}.backup.gz").read_bytes()))
    with empty_database(kind, tmp_path / "data", templates) as url:
        settings = Settings(ROOT / "rules", ROOT / "matters.yaml", url, tmp_path / "data")
        assert restore(settings, file).version == release
        clock = Clock()
        service = start(settings, *rules, now=clock)
        try:
            yield Upgraded(service, settings, clock, Client(create_app(service)))
        finally:
            service.close()


def test_the_tables_become_those_of_this_version(upgraded: Upgraded) -> None:
    with beside(upgraded.settings.database) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables()) == []


def test_cases_are_as_they_were_and_their_receipts_still_replay(upgraded: Upgraded) -> None:
    found = {number: upgraded.case(number) for number in (LI, WU, SUN, HE)}
    assert [each["status"] for each in found.values()] == ["approved", "under_appeal", "approved", "awaiting_evidence"]
    assert found[SUN]["decision"]["reason"] == "已电话核实"
    zheng = upgraded.person(APPROVER)
    for each in found.values():
        receipt = zheng.get(f"{each['links']['receipt']}?reason=register").json()
        decided_by = upgraded.service.rulesets.by_hash(receipt["ruleset_hash"])
        assert decided_by is not None
        assert replay(receipt, decided_by.compiled) == ()
    [upload] = upgraded.person(LI).get(f"{V1}/materials").json()["materials"]
    assert upgraded.person(LI).get(f"{V1}/materials/{upload['id']}").content == PDF


def test_the_record_still_holds_and_goes_on(upgraded: Upgraded) -> None:
    upgraded.person(LI)
    upgraded.service.sealer.seal()
    record, data = upgraded.settings.record, upgraded.settings.data
    with read_beside(upgraded.settings.database) as session:
        found = verify(session, PublicKeys(record.keys(data).public()), record.anchored(data).kept())
    assert found.findings == ()
    assert found.sealed > 0


def test_applications_are_decided_and_what_was_coming_comes(upgraded: Upgraded) -> None:
    answer = upgraded.person(another_elder(upgraded.service)).apply().json()
    assert (answer["status"], answer["grant"]) == ("approved", {"monthly_amount": "300.00"})
    upgraded.clock.moment = DECEMBER
    answer = upgraded.person(another_elder(upgraded.service, 203)).apply().json()
    assert (answer["status"], answer["grant"]) == ("approved", {"monthly_amount": "500.00"})


def test_the_work_that_waited_is_done(upgraded: Upgraded) -> None:
    do_work(upgraded.service)
    assert select(upgraded.settings.database, "SELECT kind, error FROM work WHERE error IS NOT NULL") == []


def test_what_was_given_then_is_not_given_again(upgraded: Upgraded) -> None:
    do_work(upgraded.service)
    given = "SELECT case_number FROM given_once ORDER BY case_number"
    assert select(upgraded.settings.database, given) == sorted((upgraded.case(each)["number"],) for each in (LI, SUN))
    again = upgraded.person(LI).apply(key="again").json()
    assert (again["status"], [each["condition"] for each in again["reasons"] if each["outcome"] == "fail"]) == (
        "rejected", ["not-yet-granted"])  # fmt: skip
