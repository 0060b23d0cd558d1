"""The record of every use of somebody's evidence: before it leaves, with the decision, and before its holder's eyes."""

from __future__ import annotations

import httpx
import pytest

from service.app import create_app
from service.demo import FIRM, LI, WU
from service.evidence.tables import LicenceUseRow
from service.settings import Settings
from service.state import Service
from tests.service.conftest import CLAIM, V1, Client
from tests.service.repository import Repository
from tests.service.rows import clear, counts, select
from tests.service.server import serving
from tests.service.test_applications import EMPLOYEES, SUBSIDY


def test_a_holder_sees_every_use_with_case_purpose_authorisation_fields_and_time(remote: Service) -> None:
    client = Client(create_app(remote)).signed_in(LI)
    number = client.apply().json()["number"]
    uses = client.get(f"{V1}/licence-uses").json()["uses"]
    assert {each["case_number"] for each in uses} == {number}
    assert {each["purpose"] for each in uses} == {f"高龄老人津贴 · 首次申领（{number}）"}
    assert {each["authorisation"] for each in uses} == {"holder"}
    [card] = [each for each in uses if each["type"] == "resident-id-card"]
    assert (card["result"], card["reason"], card["fields"]) == ("answered", None, ["birth_date", "name", "number"])
    assert (card["asked_at"], card["answered_at"]) == ("2026-11-23T02:00:00Z", "2026-11-23T02:00:00Z")
    assert card["licences"][0].startswith("1.2.156.3005.2.11100000000013127D001.")
    assert card["licences"][0].endswith(" v001")


def test_what_a_register_tells_by_answering_is_not_told(remote: Service) -> None:
    client = Client(create_app(remote)).signed_in(LI)
    client.apply()
    [death] = [each for each in client.get(f"{V1}/licence-uses").json()["uses"] if each["kind"] == "check"]
    assert (death["title"], death["result"], death["fields"]) == ("死亡登记核验", None, [])


def test_nobody_sees_the_uses_of_others(remote: Service) -> None:
    client = Client(create_app(remote))
    client.signed_in(LI).apply()
    assert client.signed_in(WU).get(f"{V1}/licence-uses").json() == {"uses": [], "next": None}
    assert client.get(f"{V1}/licence-uses").status_code == 401


def test_older_uses_are_on_later_pages(remote: Service) -> None:
    client = Client(create_app(remote)).signed_in(LI)
    client.apply()
    first = client.get(f"{V1}/licence-uses?limit=2").json()
    second = client.get(first["next"]).json()
    assert [len(first["uses"]), len(second["uses"]), second["next"]] == [2, 2, None]


def test_the_clause_that_made_it_a_duty_is_on_record_for_those_it_was_about(remote: Service, fetching: Settings) -> None:
    Client(create_app(remote)).signed_in(FIRM).apply(SUBSIDY)
    found = {each.subject: each.authorisation for each in clear(fetching, LicenceUseRow) if each.evidence == "insurance"}
    assert found == {each["id_number"]: "duty: 创业带动就业补贴 审核参保情况" for each in EMPLOYEES}


def test_prefilling_a_form_is_a_use_too(remote: Service) -> None:
    client = Client(create_app(remote)).signed_in(FIRM)
    situations = client.get(f"{V1}/matters/public-venue-hygiene-permit").json()["situations"]
    client.get(f"{V1}/situations/{next(each['id'] for each in situations if each['instant'])}/form")
    [use] = client.get(f"{V1}/licence-uses").json()["uses"]
    assert (use["type"], use["case_number"], use["result"]) == ("business-licence", None, "answered")


def test_killed_between_intent_and_decision_the_intents_are_on_record(
    settings: Settings, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIAOPI_AUTHORITY", repository.url)
    with serving(settings, die="before-commit") as client:
        token = client.post(f"{V1}/sessions", json={"number": LI}).json()["token"]
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "key-1"}
        with pytest.raises(httpx.TransportError):
            client.post(f"{V1}/applications", json=CLAIM, headers=headers)
    assert counts(settings.database) == {'"case"': 0, "receipt": 0, "idempotency": 0, "licence_use": 4}
    assert {each.subject for each in clear(settings, LicenceUseRow)} == {LI}
    assert select(settings.database, "SELECT * FROM licence_answer") == []
    with serving(settings) as client:
        uses = client.get(f"{V1}/licence-uses", headers={"Authorization": f"Bearer {token}"}).json()["uses"]
    assert {(each["result"], each["answered_at"]) for each in uses} == {(None, None)}
    assert all(each["case_number"] for each in uses)
