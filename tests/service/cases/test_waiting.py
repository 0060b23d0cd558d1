"""A case whose source is silent waits for it: decided by itself when it answers, given to a person when the time is up."""

from __future__ import annotations

import pytest
from sqlmodel import update

from service.app import create_app
from service.demo import APPROVER, HE, LI
from service.evidence.tables import RegisterRow
from service.settings import Settings
from service.state import Service
from tests.service.conftest import V1, Client, Clock, do_work
from tests.service.repository import Repository, hurried
from tests.service.rows import select

DEATHS = "civil-affairs/death-register"


def _speak(service: Service) -> None:
    """The register that was silent about 何振声 says that he lives."""
    said = update(RegisterRow).values(silent=False, attributes='{"registered": false}')
    service.database.write(lambda session: session.exec(said))


def test_it_is_decided_by_itself_when_the_source_answers(client: Client, service: Service, settings: Settings, clock: Clock) -> None:
    he = client.signed_in(HE)
    number = he.apply().json()["number"]
    _speak(service)
    clock.on(minutes=1)
    do_work(service)
    said = he.get(f"{V1}/cases/{number}").json()
    assert (said["status"], said["conclusion"], said["grant"]) == ("approved", "approve", {"monthly_amount": "200.00"})
    assert (said["until"], said["version"]) == (None, 2)
    told = [(each["kind"], each["status"]) for each in he.get(f"{V1}/cases/{number}/timeline").json()["entries"]]
    assert told == [("submitted", "awaiting_evidence"), ("source-returned", "approved")]
    assert select(settings.database, "SELECT sequence, why FROM receipt ORDER BY 1") == [(1, "submission"), (2, "source-returned")]


def test_while_it_is_silent_the_case_waits_and_every_question_is_on_record(
    client: Client, service: Service, settings: Settings, clock: Clock
) -> None:
    he = client.signed_in(HE)
    number = he.apply().json()["number"]
    for _ in range(3):
        clock.on(minutes=20)
        do_work(service)
    assert client.signed_in(HE).get(f"{V1}/cases/{number}").json()["status"] == "awaiting_evidence"
    asked = "SELECT count(*) FROM licence_use JOIN licence_answer ON use_id = id WHERE licence_answer.case_number IS NOT NULL"
    assert select(settings.database, asked) == [(16,)]


def test_the_page_of_a_case_that_waits_speaks_of_the_register_alone(client: Client) -> None:
    he = client.signed_in(HE)
    number = he.apply().json()["number"]
    page = he.get(f"/my/cases/{number}").text
    assert "最多等到" in page
    assert '<span class="badge tone-wait">等待核验</span>' in page
    for said in ("由人工核对", "决定方式", "办结。"):
        assert said not in page


def test_a_person_gets_it_when_its_time_is_up(client: Client, service: Service, clock: Clock) -> None:
    he = client.signed_in(HE)
    number = he.apply().json()["number"]
    clock.on(days=3)
    do_work(service)
    he = client.signed_in(HE)
    said = he.get(f"{V1}/cases/{number}").json()
    assert (said["status"], said["conclusion"], said["queue"], said["until"]) == ("in_review", "review", "life-status", None)


def test_a_case_that_was_withdrawn_is_not_decided(client: Client, service: Service, settings: Settings, clock: Clock) -> None:
    he = client.signed_in(HE)
    number = he.apply().json()["number"]
    assert he.post(f"{V1}/cases/{number}/withdraw", {"reason": "改天再办"}).json()["status"] == "withdrawn"
    _speak(service)
    clock.on(minutes=1)
    do_work(service)
    assert he.get(f"{V1}/cases/{number}").json()["status"] == "withdrawn"


@pytest.mark.parametrize("type_", ["resident-id-card", "household-register", DEATHS])
@pytest.mark.parametrize(
    ("fault", "reason", "waits"),
    [
        ("slow", "timed-out", True), ("down", "down", True), ("half-open", "timed-out", True),
        ("malformed", "malformed", False), ("wrong-holder", "wrong-holder", False), ("forged", "bad-signature", False),
        ("unknown-key", "unknown-key", False), ("several", "several", False), ("expired", "expired", False),
    ],
)  # fmt: skip
def test_no_fault_of_a_required_source_is_ever_an_approval(
    remote: Service, repository: Repository, clock: Clock, type_: str, fault: str, reason: str, waits: bool
) -> None:
    repository.switch({type_: {"kind": fault, "milliseconds": 60_000}})
    client = Client(create_app(hurried(remote, 4) if reason == "timed-out" else remote))
    li = client.signed_in(LI)
    answer = li.apply()
    said = answer.json()
    if answer.status_code == 422:  # a document that has lapsed is handed in, where the situation takes one
        assert (fault, [gap["code"] for gap in said["gaps"]]) == ("expired", ["material-lapsed"])
        assert li.get(f"{V1}/cases").json()["cases"] == []
        repository.switch({})
        assert li.apply().json()["status"] == "approved"
        return
    assert said["conclusion"] != "approve"
    assert said["status"] == ("awaiting_evidence" if waits else "rejected" if said["conclusion"] == "reject" else "in_review")
    seen = client.signed_in(APPROVER).get(f"{V1}/cases/{said['number']}").json()
    assert type_ in {each["type"] for each in seen["unreliable"] if each["reason"] == reason}
    repository.switch({})
    clock.on(minutes=1)
    do_work(remote)
    after = li.get(f"{V1}/cases/{said['number']}").json()
    assert (after["status"] == "approved") is waits
