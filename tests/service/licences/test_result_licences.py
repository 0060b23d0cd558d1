"""An approval's result is a licence: signed, in the wallet, evidence for the next application, and gone with the approval."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import sqlmodel
from sqlalchemy import URL, text
from sqlmodel import Session

from engine.language.identifiers import licence_id_check
from service.accounts.actions import account_of
from service.app import create_app
from service.cases.moves import move, to_change
from service.demo import LI, WU
from service.licences.actions import new_code
from service.licences.tables import IssuedLicenceRow
from service.signing_keys import BadSignature, PublicKeys
from service.state import Service
from tests.service.conftest import CLAIM, V1, Client, Clock, do_work
from tests.service.databases import beside
from tests.service.rows import select

NOTICE = "senior-allowance-notice"


def approve(client: Client, service: Service, key: str = "first") -> str:
    answer = client.apply(CLAIM, key)
    assert answer.json()["status"] == "approved"
    do_work(service)
    return str(answer.json()["number"])


def revoke(service: Service, number: str) -> None:
    """As a revocation ends, whoever started it."""
    service.database.write(
        lambda session: move(session, to_change(session, number), "revoked", service.now(), None, "revoked")
    )
    do_work(service)


def notices(client: Client) -> list[dict[str, object]]:
    return [each for each in client.get(f"{V1}/licences").json()["licences"] if each["type"] == NOTICE]


def test_an_approval_is_in_the_wallet_as_a_licence_that_anybody_can_verify(li: Client, service: Service) -> None:
    number = approve(li, service)
    [notice] = notices(li)
    assert licence_id_check(str(notice["id"]))
    assert (notice["status"], notice["case_number"]) == ("valid", number)
    assert notice["attributes"] == {"monthly_amount": "300.00"}
    whole = li.get(f"{V1}/licences/{notice['id']}").json()
    keys = PublicKeys(li.get(f"{V1}/licence-keys").json())
    assert b'"status":"valid"' in keys.payload(whole["token"], "licence+jws")
    changed = whole["token"][:-6] + "AAAAAA"
    with pytest.raises(BadSignature):
        keys.payload(changed, "licence+jws")
    assert (whole["holder"], [each["purpose"] for each in whole["uses"]["uses"]]) == (
        "李桂芳", [f"高龄老人津贴 · 首次申领（{number}）"]
    )  # fmt: skip


def test_what_is_told_twice_issues_one_licence(li: Client, service: Service, database: URL) -> None:
    approve(li, service)
    with beside(database) as connection:
        connection.execute(text("UPDATE work SET done_at = NULL, attempts = 0 WHERE kind = 'case.moved'"))
    do_work(service)
    assert select(database, "SELECT count(*) FROM issued_licence") == [(1,)]


def test_the_same_benefit_is_not_granted_twice_until_the_first_is_revoked(li: Client, service: Service) -> None:
    number = approve(li, service)
    again = li.apply(CLAIM, "second").json()
    assert again["status"] == "rejected"
    assert [each["condition"] for each in again["reasons"] if each["outcome"] == "fail"] == ["not-yet-granted"]
    assert "300.00元" in next(each["message"] for each in again["reasons"] if each["outcome"] == "fail")
    revoke(service, number)
    assert [each["status"] for each in notices(li)] == ["revoked"]
    third = li.apply(CLAIM, "third").json()
    assert third["status"] == "approved"


def test_a_rejection_issues_nothing(client: Client, service: Service) -> None:
    wu = client.signed_in(WU)
    assert wu.apply().json()["status"] == "rejected"
    do_work(service)
    assert notices(wu) == []


def test_a_key_that_was_rotated_out_still_verifies(li: Client, service: Service) -> None:
    approve(li, service)
    service.issuer.keys.rotate()
    assert li.apply(CLAIM, "second").json()["status"] == "rejected"
    assert (service.issuer.keys._path.stat().st_mode & 0o777) == 0o600


def test_a_licence_that_somebody_rewrote_leads_to_a_person(li: Client, service: Service) -> None:
    approve(li, service)

    def rewrite(session: Session) -> None:
        row = session.exec(sqlmodel.select(IssuedLicenceRow)).one()
        row.token = row.token[:-6] + "AAAAAA"
        session.add(row)

    service.database.write(rewrite)
    again = li.apply(CLAIM, "second").json()
    assert (again["status"], [each["reason"] for each in again["unreliable"]]) == ("in_review", ["bad-signature"])


def test_with_a_repository_elsewhere_its_own_licences_are_found_at_home(remote: Service, clock: Clock) -> None:
    li = Client(create_app(remote)).signed_in(LI)
    approve(li, remote)
    assert li.apply(CLAIM, "second").json()["status"] == "rejected"
    assert [each["type"] for each in li.get(f"{V1}/licences").json()["licences"]] == [NOTICE]
    fetched = li.get(f"{V1}/licences?fetch=true").json()
    assert {each["type"] for each in fetched["licences"]} == {NOTICE, "resident-id-card", "household-register"}
    assert fetched["unreachable"] == []


def test_a_wallet_is_its_holders_alone(client: Client, li: Client, service: Service) -> None:
    approve(li, service)
    [notice] = notices(li)
    wu = client.signed_in(WU)
    assert notices(wu) == []
    assert wu.get(f"{V1}/licences/{notice['id']}").status_code == 404
    assert wu.post(f"{V1}/licences/{notice['id']}/code").status_code == 404
    assert client.get(f"{V1}/licences").status_code == 401


def test_a_code_tells_whoever_has_it_no_more_than_needed_and_for_ten_minutes(
    client: Client, li: Client, service: Service, clock: Clock
) -> None:
    number = approve(li, service)
    [notice] = notices(li)
    code = li.post(f"{V1}/licences/{notice['id']}/code").json()["code"]
    assert client.get(f"{V1}/verify/{code}").json() == {
        "status": "valid", "type": NOTICE, "title": "高龄老人津贴核准通知书", "issuer": service.issuer.code, "holder": "李**",
        "issued_on": date(2026, 11, 23).isoformat(), "valid_until": None, "attributes": None,
    }  # fmt: skip
    with service.database.reading() as session:
        holder = account_of(session, 1)
    printed = new_code(service, holder, str(notice["id"]), document=True).code  # a document's code tells what the document does
    assert client.get(f"{V1}/verify/{printed}").json()["attributes"] == {"monthly_amount": "300.00"}
    revoke(service, number)
    assert [client.get(f"{V1}/verify/{each}").json()["status"] for each in (code, printed)] == ["revoked", "revoked"]
    clock.on(minutes=10)
    assert client.get(f"{V1}/verify/{code}").json()["type"] == "urn:miaopi:problem:unknown-code"
    assert client.get(f"{V1}/verify/{printed}").status_code == 200
    clock.on(days=365)
    assert client.get(f"{V1}/verify/{printed}").status_code == 404


def test_an_issuers_code_is_checked_at_the_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from service.settings import Unusable, find_settings

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MIAOPI_ISSUER", "not-a-code")
    with pytest.raises(Unusable, match="MIAOPI_ISSUER"):
        find_settings()
