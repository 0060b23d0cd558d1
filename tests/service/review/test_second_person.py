"""The second pair of eyes: where it takes two, and that they are two."""

from __future__ import annotations

from typing import Any

import pytest

from service.app import create_app
from service.demo import HE, HEAD
from service.state import Service
from tests.service.conftest import V1, Client
from tests.service.review.approvers import ALIVE, DEAD, Approver, approvers, code, left_to_a_person
from tests.service.rows import select
from tests.service.test_applications import with_situation

APPROVAL = {"reason": "已电话核实", "settled": [ALIVE]}
REFUSAL = {"reason": "本人已去世", "settled": [DEAD]}


def under(service: Service, **changes: Any) -> tuple[Client, str]:
    client = Client(create_app(with_situation(service, **changes)))
    return client, left_to_a_person(client)


@pytest.mark.parametrize(("changes", "what", "body", "status"), [
    ({"second_person": True}, "approve", APPROVAL, "in_review"),
    ({"second_person": True}, "reject", REFUSAL, "in_review"),
    ({"second_person_above": 199}, "approve", APPROVAL, "in_review"),
    ({"second_person_above": 200}, "approve", APPROVAL, "approved"),
    ({"second_person_above": 199}, "reject", REFUSAL, "rejected"),
    ({}, "approve", APPROVAL, "approved"),
])  # fmt: skip
def test_it_takes_two_where_the_situation_or_the_amount_says_so(
    service: Service, changes: dict[str, Any], what: str, body: dict[str, Any], status: str
) -> None:
    client, number = under(service, **changes)
    zheng, _ = approvers(client)
    version = zheng.take(number)
    preview = zheng.move(number, "preview", None, {"settled": [ALIVE]}).json()
    assert preview["second_person"] is (status == "in_review" or (bool(changes) and what == "reject"))
    assert zheng.move(number, what, version, body).json()["status"] == status


def test_another_approver_confirms_what_was_proposed(service: Service) -> None:
    client, number = under(service, second_person=True)
    zheng, luo = approvers(client)
    proposed = zheng.move(number, "approve", zheng.take(number), APPROVAL).json()
    he = client.signed_in(HE)
    assert he.get(f"{V1}/cases/{number}").json()["decision"] is None
    assert [each["kind"] for each in he.get(f"{V1}/cases/{number}/timeline").json()["entries"]] == ["submitted"]
    assert (zheng.queue(), luo.queue()) == ([], [number])
    assert code(zheng.move(number, "claim", proposed["version"])) == (409, "decided-before")
    assert code(luo.move(number, "confirm", proposed["version"])) == (409, "not-claimed")
    page = luo.see(number)
    assert (page["proposal"]["by"], page["proposal"]["grant"]) == ("郑文清", {"monthly_amount": "200.00"})
    version = luo.take(number)
    assert code(luo.move(number, "approve", version, APPROVAL)) == (409, "waits-for-second")
    assert code(luo.move(number, "transfer", version, {"queue": "general", "reason": "x"})) == (409, "waits-for-second")
    assert luo.move(number, "confirm", version).json()["status"] == "approved"
    [decision] = luo.see(number)["decisions"]
    assert (decision["by"], decision["second"], decision["grant"]) == ("郑文清", "罗海燕", {"monthly_amount": "200.00"})
    assert he.get(f"{V1}/cases/{number}").json()["grant"] == {"monthly_amount": "200.00"}


def test_what_is_sent_back_is_with_whoever_proposed_it(service: Service) -> None:
    client, number = under(service, second_person=True)
    zheng, luo = approvers(client)
    zheng.move(number, "approve", zheng.take(number), APPROVAL)
    back = luo.move(number, "send-back", luo.take(number), {"reason": "请再核对"}).json()
    assert (back["assignee"], back["status"]) == ("郑文清", "in_review")
    assert code(luo.move(number, "confirm", back["version"])) == (409, "nothing-proposed")
    again = zheng.move(number, "reject", back["version"], REFUSAL).json()
    assert luo.queue() == [number]
    assert again["status"] == "in_review"
    assert luo.move(number, "confirm", luo.take(number)).json()["status"] == "rejected"


def test_both_keep_out_of_the_appeal(service: Service) -> None:
    client, number = under(service, second_person=True)
    zheng, luo = approvers(client)
    zheng.move(number, "reject", zheng.take(number), REFUSAL)
    luo.move(number, "confirm", luo.take(number))
    client.signed_in(HE).post(f"{V1}/cases/{number}/appeal", {"reason": "我还在世"})
    version = zheng.see(number)["version"]
    for each in (zheng, luo):
        assert code(each.move(number, "claim", version)) == (409, "decided-before")
    head = Approver(client.signed_in(HEAD))
    answer = head.move(number, "appeal-decision", head.take(number), {**APPROVAL, "conclusion": "approve"})
    assert answer.json()["status"] == "under_appeal"


def test_a_case_that_is_withdrawn_waits_for_nobody(service: Service) -> None:
    client, number = under(service, second_person=True)
    zheng, luo = approvers(client)
    proposed = zheng.move(number, "approve", zheng.take(number), APPROVAL).json()
    client.signed_in(HE).post(f"{V1}/cases/{number}/withdraw", {})
    assert luo.queue() == []
    assert code(luo.move(number, "confirm", proposed["version"]))[0] == 412
    assert code(luo.move(number, "confirm", proposed["version"] + 1)) == (409, "not-allowed-now")
    assert select(service.database.engines[0].url, "SELECT count(*) FROM decision") == [(0,)]
