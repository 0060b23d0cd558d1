"""A promise that stood in for a material is looked at again by its day: borne out by a source, or put before a person."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import URL, text

from service.accounts import actions as accounts
from service.demo import FIRM, HR_APPROVER, HR_HEAD
from service.evidence import actions as evidence
from service.state import Service
from tests.service.conftest import V1, Client, Clock, do_work
from tests.service.databases import beside
from tests.service.review.approvers import Approver
from tests.service.rows import select

LEASE = "housing/lease-record"
PREMISES = "material.premises"
PERMIT: dict[str, Any] = {"situation": "hr-service-permit-new", "form": {}, "materials": {"premises": "commitment"}}
REGISTRAR = "440309198001010027"


def approve(client: Client, service: Service, application: dict[str, Any], approver: str, key: str = "key-1") -> str:
    said = client.signed_in(FIRM).apply(application, key).json()
    assert said["status"] == "in_review", said
    one = Approver(client.signed_in(approver))
    answer = one.move(said["number"], "approve", one.take(said["number"]), {"reason": "材料齐全"})
    assert answer.status_code == 200, answer.text
    do_work(service)
    return str(said["number"])


@pytest.fixture
def permitted(client: Client, service: Service) -> str:
    return approve(client, service, PERMIT, HR_APPROVER)


def follow_ups(client: Client, state: str, who: str = HR_APPROVER) -> dict[str, str | None]:
    found = client.signed_in(who).get(f"{V1}/follow-ups?state={state}").json()["follow_ups"]
    return {each["condition"]: each["told"] for each in found}


def lease(service: Service, **said: Any) -> None:
    service.database.write(lambda session: evidence.seed(session, [], [{"check": LEASE, "subject": FIRM, **said}]))


def test_it_is_put_down_with_the_approval_and_kept_once_a_register_bears_it_out(
    client: Client, service: Service, permitted: str, clock: Clock
) -> None:
    [found] = client.signed_in(HR_APPROVER).get(f"{V1}/follow-ups?state=open").json()["follow_ups"]
    assert (found["case_number"], found["condition"], found["by"]) == (permitted, PREMISES, "2027-01-23")
    clock.on(days=50)
    do_work(service)
    assert follow_ups(client, "open") == {PREMISES: None}  # there are some days yet
    lease(service, attributes={"address": "龙华区清湖路1号", "leased_until": "2030-01-01"})
    clock.on(days=7)
    do_work(service)
    assert follow_ups(client, "kept") == {PREMISES: "pass"}
    uses = client.signed_in(FIRM).get(f"{V1}/licence-uses").json()["uses"]
    assert any(each["purpose"].startswith("告知承诺核查") and each["case_number"] == permitted for each in uses)


def test_while_the_source_is_down_there_is_time_until_the_day(client: Client, service: Service, permitted: str, clock: Clock) -> None:
    lease(service, silent=True)
    clock.on(days=58)
    do_work(service)
    assert follow_ups(client, "open") == {PREMISES: None}
    clock.on(days=5)
    do_work(service)
    assert follow_ups(client, "doubtful") == {PREMISES: "unknown"}


def test_what_no_source_can_tell_comes_before_a_person(client: Client, service: Service, clock: Clock) -> None:
    people = [{"kind": "person", "name": "登记审批人", "number": REGISTRAR, "roles": "approver", "department": "market-regulation"}]
    service.database.write(lambda session: accounts.enrol(session, people))
    reissue = {"situation": "food-business-permit-reissue", "form": {}, "materials": {"loss": "commitment"}}
    number = approve(client, service, reissue, REGISTRAR)
    clock.on(days=70)
    do_work(service)
    assert follow_ups(client, "doubtful", REGISTRAR) == {"material.loss": "unknown"}
    here = f"{V1}/follow-ups/{number}/material.loss/finding"
    found = client.signed_in(REGISTRAR).post(here, {"broken": False, "reason": "已见登报声明"})
    assert found.json()["state"] == "dismissed"


def test_a_broken_one_closes_promises_and_ends_in_a_revocation(
    client: Client, service: Service, permitted: str, clock: Clock, database: URL
) -> None:
    clock.on(days=60)
    do_work(service)
    assert follow_ups(client, "doubtful") == {PREMISES: "fail"}
    here = f"{V1}/follow-ups/{permitted}/{PREMISES}/finding"
    broken = client.signed_in(HR_APPROVER).post(here, {"broken": True, "reason": "现场没有经营场所"})
    assert broken.json()["state"] == "broken"
    again = client.signed_in(FIRM).apply(PERMIT, "again")
    assert again.json()["type"].endswith("commitments-closed")
    head = client.signed_in(HR_HEAD)
    assert head.post(f"{V1}/cases/{permitted}/revoke", {"reason": "承诺没有兑现", "clause": "国办发〔2020〕42号"}).status_code == 201
    clock.on(days=14)
    done = client.signed_in(HR_HEAD).post(
        f"{V1}/cases/{permitted}/revocation/conclusion", {"outcome": "revoked", "reason": "逾期没有陈述"}
    )
    assert done.json()["state"] == "revoked", done.text
    do_work(service)
    assert select(database, "SELECT status FROM issued_licence") == [("revoked",)]


def test_what_is_told_twice_is_checked_once(client: Client, service: Service, permitted: str, database: URL) -> None:
    told = "UPDATE work SET done_at = NULL, attempts = 0 WHERE kind = 'case.moved'"
    with beside(database) as connection:
        connection.execute(text(told))
    do_work(service)
    assert select(database, "SELECT count(*) FROM follow_up") == [(1,)]
    assert select(database, "SELECT count(*) FROM work WHERE kind = 'follow-up.check'") == [(1,)]
