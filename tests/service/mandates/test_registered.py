"""Guardians and representatives are who a register or a document says, and never who says so of themselves."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import orjson
import pytest
from sqlmodel import Session, col, select

from service.demo import ADMINISTRATOR, CHILD, DAUGHTER, FIRM, HE, LI, MOTHER, REPRESENTATIVE, WU
from service.evidence.tables import LicenceRow
from service.mandates.registered import CONFIRMED
from service.mandates.tables import MandateRow
from service.state import Service
from tests.service.conftest import NOW, V1, Client, Clock
from tests.service.mandates.proxies import Proxy, code
from tests.service.repository import Repository

KNOWN = {"kind": "guardian", "principal": {"number": HE, "name": "何振声"}, "agent": {"number": WU, "name": "吴秀珍"},
         "reference": "（2026）粤0309民特12号"}  # fmt: skip


@pytest.fixture
def unknown(service: Service) -> None:
    """Nobody may act for anybody, before the registers are asked."""

    def forget(session: Session) -> None:
        for each in session.exec(select(MandateRow)).all():
            session.delete(each)

    service.database.write(forget)


def confirmed(client: Client, agent: str, principal: str) -> Any:
    return client.signed_in(agent).post(f"{V1}/mandates/confirmations", {"principal": principal})


@pytest.mark.usefixtures("unknown")
def test_the_business_licence_tells_whom_a_firm_is_represented_by(client: Client) -> None:
    found = confirmed(client, REPRESENTATIVE, FIRM).json()
    assert (found["kind"], found["state"], found["principal"]["name"]) == ("representative", "in-force", "深圳市龙华区晨光百货有限公司")
    assert found["until"] == (NOW.date() + CONFIRMED).isoformat()
    assert Proxy(client.signed_in(REPRESENTATIVE), found["id"]).get(f"{V1}/cases").status_code == 200
    [use] = client.signed_in(FIRM).get(f"{V1}/licence-uses").json()["uses"]
    assert (use["authorisation"], use["purpose"]) == ("duty: 市场主体登记管理条例 第三十五条", "核实能否代为办理")


@pytest.mark.usefixtures("unknown")
def test_the_birth_certificate_tells_whose_child_it_is(client: Client) -> None:
    found = confirmed(client, MOTHER, CHILD).json()
    assert (found["kind"], found["principal"]["name"], found["until"]) == ("guardian", "陈一诺", "2037-08-31")


@pytest.mark.usefixtures("unknown")
@pytest.mark.parametrize(("agent", "principal", "problem"), [
    (DAUGHTER, FIRM, "mandate-unconfirmed"), (WU, CHILD, "mandate-unconfirmed"), (MOTHER, "440309202001010018", "mandate-unconfirmed"),
    (DAUGHTER, LI, "mandate-of-age"), (MOTHER, "91440309MA5XQY1244", "mandate-unconfirmed"), (MOTHER, "x" * 18, "mandate-unconfirmed"),
    (FIRM, CHILD, "mandate-unconfirmed"),
])  # fmt: skip
def test_what_no_register_says_is_not_so(client: Client, agent: str, principal: str, problem: str) -> None:
    answer = confirmed(client, agent, principal)
    assert (answer.status_code, code(answer)) == (409, problem)
    assert client.signed_in(agent).get(f"{V1}/mandates").json()["mandates"] == []


@pytest.mark.usefixtures("unknown")
def test_asking_again_gives_one_that_lasts_longer_and_no_second_beside_it(client: Client, clock: Clock) -> None:
    first = confirmed(client, REPRESENTATIVE, FIRM).json()["id"]
    assert confirmed(client, REPRESENTATIVE, FIRM).json()["id"] == first
    clock.on(days=10)
    assert confirmed(client, REPRESENTATIVE, FIRM).json()["until"] == (NOW.date() + CONFIRMED + timedelta(10)).isoformat()
    assert confirmed(client, MOTHER, CHILD).json()["id"] == confirmed(client, MOTHER, CHILD).json()["id"]


@pytest.mark.usefixtures("unknown")
def test_a_licence_that_was_cancelled_tells_nothing(client: Client, service: Service) -> None:
    def cancel(session: Session) -> None:
        row = session.exec(select(LicenceRow).where(col(LicenceRow.holder_index) == FIRM)).one()
        row.status = "cancelled"
        session.add(row)

    service.database.write(cancel)
    assert code(confirmed(client, REPRESENTATIVE, FIRM)) == "mandate-unconfirmed"


def test_a_silent_register_is_told_from_one_that_says_no(remote: Service, repository: Repository) -> None:
    from service.app import create_app

    repository.switch({"business-licence": {"kind": "down"}})
    answer = confirmed(Client(create_app(remote)), REPRESENTATIVE, FIRM)
    assert (answer.status_code, code(answer)) == (503, "mandate-register-silent")


def test_an_administrator_enters_what_a_document_says_and_ends_it(client: Client) -> None:
    office = client.signed_in(ADMINISTRATOR)
    entered = office.post(f"{V1}/known-mandates", KNOWN).json()
    guardian = Proxy(client.signed_in(WU), entered["id"])
    assert (entered["state"], entered["until"], guardian.get(f"{V1}/cases").status_code) == ("in-force", None, 200)
    assert [each["id"] for each in office.get(f"{V1}/known-mandates?number={HE}").json()["mandates"]] == [entered["id"]]
    assert office.post(f"{V1}/known-mandates/{entered['id']}/end").json()["state"] == "ended"
    assert code(guardian.get(f"{V1}/cases")) == "no-mandate"
    assert code(office.post(f"{V1}/known-mandates/{entered['id']}/end")) == "mandate-closed"


def test_whoever_has_no_account_gets_one_by_which_nobody_signs_in(client: Client) -> None:
    child = "440309202001010018"
    known = {**KNOWN, "principal": {"number": child, "name": "王小满"}}
    entered = client.signed_in(ADMINISTRATOR).post(f"{V1}/known-mandates", known).json()
    said = Proxy(client.signed_in(WU), entered["id"]).apply({"situation": "kindergarten-subsidy-claim", "form": {}})
    assert (entered["until"], said.status_code) == (date(2037, 12, 31).isoformat(), 422)  # it has no household register
    assert client.post(f"{V1}/sessions", {"number": child}).status_code == 404


@pytest.mark.parametrize(("fields", "problem"), [
    ({"kind": "representative"}, "mandate-principal"), ({"principal": {"number": FIRM, "name": "晨光"}}, "mandate-principal"),
    ({"agent": {"number": FIRM, "name": "晨光"}}, "mandate-agent"), ({"agent": KNOWN["principal"]}, "mandate-agent"),
    ({"until": "2026-11-22"}, "mandate-until"), ({"until": "soon"}, "mandate-until"), ({"reference": ""}, "invalid-request"),
    ({"kind": "mandate"}, "invalid-request"),
])  # fmt: skip
def test_what_the_office_cannot_enter(client: Client, fields: dict[str, Any], problem: str) -> None:
    answer = client.signed_in(ADMINISTRATOR).post(f"{V1}/known-mandates", {**KNOWN, **fields})
    assert (answer.status_code, code(answer)) == (422, problem)


def test_the_examples_of_the_interface_run(client: Client) -> None:
    document = client.get(f"{V1}/openapi.json").json()
    found = {name: document["components"]["schemas"][name]["examples"][0] for name in ("NewMandate", "KnownMandate", "Confirmation")}
    assert client.signed_in(HE).post(f"{V1}/mandates", found["NewMandate"]).status_code == 201
    assert client.signed_in(ADMINISTRATOR).post(f"{V1}/known-mandates", found["KnownMandate"]).status_code == 201
    assert client.signed_in(REPRESENTATIVE).post(f"{V1}/mandates/confirmations", found["Confirmation"]).status_code == 200
    assert orjson.dumps(found)
