"""An approval is taken back only after its holder could speak, and was heard where they want to be."""

from __future__ import annotations

import pytest

from service.demo import APPROVER, HEAD, LI, WU
from service.settings import Settings
from service.state import Service
from tests.service.conftest import CLAIM, V1, Client, Clock, do_work
from tests.service.rows import select

START = {"reason": "经核查已迁出深圳", "clause": "深民规〔2019〕2号 第九条"}
REVOKE = {"outcome": "revoked", "reason": "证据充分"}


@pytest.fixture
def approved(client: Client, service: Service) -> str:
    number: str = client.signed_in(LI).apply().json()["number"]
    do_work(service)
    return number


@pytest.fixture
def started(client: Client, approved: str) -> str:
    answer = client.signed_in(HEAD).post(f"{V1}/cases/{approved}/revoke", START)
    assert (answer.status_code, answer.json()["state"]) == (201, "notified")
    assert answer.json()["until"] == "2026-11-30T16:00:00Z"  # five working days
    return approved


def conclude(client: Client, number: str, body: dict[str, str] = REVOKE) -> dict[str, str]:
    answer: dict[str, str] = client.signed_in(HEAD).post(f"{V1}/cases/{number}/revocation/conclusion", body).json()
    return answer


def test_whoever_says_nothing_in_time_is_revoked_and_what_was_not_paid_is_not_paid(
    client: Client, service: Service, settings: Settings, started: str, clock: Clock
) -> None:
    assert conclude(client, started)["type"].endswith("may-still-speak")
    clock.on(days=8)
    assert conclude(client, started)["state"] == "revoked"
    do_work(service)
    li = client.signed_in(LI)
    assert li.get(f"{V1}/cases/{started}").json()["status"] == "revoked"
    assert select(settings.database, "SELECT state FROM payment") == [("cancelled",)]
    kinds = [each["kind"] for each in li.get(f"{V1}/cases/{started}/timeline").json()["entries"]]
    assert kinds == ["submitted", "revocation-started", "revoked"]
    assert any("撤销" in each["subject"]["zh"] for each in li.get(f"{V1}/inbox").json()["messages"])


def test_what_was_sent_is_got_back(client: Client, service: Service, settings: Settings, started: str, clock: Clock) -> None:
    client.signed_in(HEAD).post(f"{V1}/payments/files")
    clock.on(days=8)
    conclude(client, started)
    do_work(service)
    assert select(settings.database, "SELECT state FROM payment") == [("recovering",)]


def test_whoever_wants_a_hearing_gets_one_first(client: Client, started: str, clock: Clock) -> None:
    li = client.signed_in(LI)
    said = li.post(f"{V1}/cases/{started}/revocation/statement", {"statement": "我没有迁出", "wants_hearing": True})
    assert said.json()["state"] == "stated"
    assert li.post(f"{V1}/cases/{started}/revocation/statement", {"statement": "再说一次"}).status_code == 409
    assert conclude(client, started)["type"].endswith("hearing-missing")
    head = client.signed_in(HEAD)
    for day in ("2026-11-22", "2026-11-25", "2026-02-30"):
        assert head.post(f"{V1}/cases/{started}/revocation/hearing", {"on": day, "record": "……"}).status_code == 422
    heard = head.post(f"{V1}/cases/{started}/revocation/hearing", {"on": "2026-11-23", "record": "当事人到场"})
    assert heard.json()["state"] == "heard"
    assert conclude(client, started)["state"] == "revoked"


def test_a_proceeding_may_be_dropped_and_the_approval_stands(client: Client, started: str) -> None:
    assert conclude(client, started, {"outcome": "dropped", "reason": "查无此事"})["state"] == "dropped"
    assert client.signed_in(LI).get(f"{V1}/cases/{started}").json()["status"] == "approved"
    assert client.signed_in(HEAD).post(f"{V1}/cases/{started}/revoke", START).status_code == 201


def test_its_holder_is_told_that_it_starts_and_that_it_is_dropped(client: Client, service: Service, started: str) -> None:
    li = client.signed_in(LI)
    do_work(service)
    told = li.get(f"{V1}/inbox").json()["messages"][0]
    assert (told["subject"]["zh"].split("：")[0], told["topic"]) == ("拟撤销批准，请陈述意见", "decision")
    for said in (START["reason"], "2026年11月30日", "听证"):
        assert said in told["body"]["zh"]
    assert "30 November 2026" in told["body"]["en"]
    conclude(client, started, {"outcome": "dropped", "reason": "查无此事"})
    do_work(service)
    assert li.get(f"{V1}/inbox").json()["messages"][0]["subject"]["zh"].startswith("批准不撤销")


def test_it_comes_too_late_to_speak_when_the_time_is_over(client: Client, started: str, clock: Clock) -> None:
    clock.on(days=8)
    late = client.signed_in(LI).post(f"{V1}/cases/{started}/revocation/statement", {"statement": "我没有迁出"})
    assert late.json()["type"].endswith("too-late-to-speak")


def test_only_a_head_revokes_only_the_holder_speaks_and_no_stranger_knows(client: Client, approved: str) -> None:
    for who, status in ((LI, 403), (APPROVER, 403), (WU, 403)):
        assert client.signed_in(who).post(f"{V1}/cases/{approved}/revoke", START).status_code == status
    head = client.signed_in(HEAD)
    assert head.post(f"{V1}/cases/{approved}/revoke", START).status_code == 201
    assert head.post(f"{V1}/cases/{approved}/revoke", START).status_code == 409
    assert head.post(f"{V1}/cases/{approved}/revocation/statement", {"statement": "x"}).status_code == 403
    assert client.signed_in(WU).get(f"{V1}/cases/{approved}/revocation").status_code == 404


def test_a_refused_case_cannot_be_revoked(client: Client) -> None:
    number = client.signed_in(WU).apply(CLAIM).json()["number"]
    assert client.signed_in(HEAD).post(f"{V1}/cases/{number}/revoke", START).status_code == 409
