"""The page of a case says who decided it, and why."""

from __future__ import annotations

from service.demo import HE, LI
from tests.service.conftest import V1, Client
from tests.service.review.approvers import ALIVE, WITHOUT_RULESET, approvers, left_to_a_person

AT_ONCE, BY_RULES, BY_PERSON = "已当场批准", "<dd>规则当场决定</dd>", "<dd>审批人</dd>"


def test_what_the_rules_decided_is_theirs(client: Client) -> None:
    li = client.signed_in(LI)
    page = li.get(f"/my/cases/{li.apply().json()['number']}").text
    assert AT_ONCE in page
    assert BY_RULES in page
    assert BY_PERSON not in page


def test_what_an_approver_approved_is_theirs(client: Client) -> None:
    number = left_to_a_person(client)
    he, (zheng, _) = client.signed_in(HE), approvers(client)
    open_still = he.get(f"/my/cases/{number}").text
    assert "决定方式" not in open_still
    zheng.move(number, "approve", zheng.take(number), {"reason": "已电话核实", "settled": [ALIVE]})
    page = he.get(f"/my/cases/{number}").text
    assert "审批人已批准您的申请。" in page
    assert BY_PERSON in page
    assert AT_ONCE not in page
    assert BY_RULES not in page


def test_a_refusal_without_rules_is_not_said_to_lack_a_condition(client: Client) -> None:
    li, (zheng, _) = client.signed_in(LI), approvers(client)
    number = li.apply(WITHOUT_RULESET).json()["number"]
    zheng.move(number, "reject", zheng.take(number), {"reason": "照片不符", "clause": "优待办法第五条"})
    page = li.get(f"/my/cases/{number}").text
    assert "审批人决定不予批准，理由如下。" in page
    assert "有条件不符合" not in page
    assert BY_PERSON in page
    assert "依据：优待办法第五条" in page
    assert li.get(f"{V1}/cases/{number}").json()["decision"]["clause"] == "优待办法第五条"
