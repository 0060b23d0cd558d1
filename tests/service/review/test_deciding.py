"""An approver decides what the rules did not: by what they found, and never by an amount."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from sqlmodel import Session, select

from engine.decision.replay import replay
from service.app import create_app
from service.demo import APPROVER, HE, HR_APPROVER, LI, WU
from service.evidence.tables import LicenceRow
from service.settings import Settings
from service.state import Service
from tests.service.conftest import CLAIM, V1, Client
from tests.service.handing_in import hand_in
from tests.service.review.approvers import ALIVE, DEAD, WITHOUT_RULESET, approvers, code, left_to_a_person
from tests.service.rows import select as rows
from tests.service.test_applications import with_situation


def test_settled_facts_are_approved_with_the_amount_that_the_ruleset_computes(client: Client, service: Service) -> None:
    number = left_to_a_person(client)
    zheng, _ = approvers(client)
    version = zheng.take(number)
    answer = zheng.move(number, "approve", version, {"reason": "已电话核实", "settled": [ALIVE]})
    assert (answer.status_code, answer.json()["status"]) == (200, "approved")
    seen = client.signed_in(HE).get(f"{V1}/cases/{number}").json()
    assert (seen["status"], seen["conclusion"], seen["grant"]) == ("approved", "approve", {"monthly_amount": "200.00"})
    assert seen["decision"]["reason"] == "已电话核实"
    assert seen["unreliable"] == []
    receipt = zheng.client.get(f"{seen['links']['receipt']}?reason=register").json()
    assert receipt["facts"]["evidence"]["death"] == {"registered": False}
    [prepared] = service.rulesets.current.by_id["senior-allowance"]
    assert replay(receipt, prepared.compiled) == ()


def test_what_was_decided_stays_on_record_with_who_and_why(client: Client, settings: Settings) -> None:
    number = left_to_a_person(client)
    zheng, luo = approvers(client)
    version = zheng.take(number)
    rejected = zheng.move(number, "reject", version, {"reason": "本人已去世", "settled": [DEAD]})
    assert rejected.json()["status"] == "rejected"
    [decision] = luo.see(number)["decisions"]
    assert (decision["by"], decision["reason"], decision["settled"]) == ("郑文清", "本人已去世", [{**DEAD, "place": None}])
    assert [each[0] for each in rows(settings.database, "SELECT why FROM receipt ORDER BY sequence")] == ["submission", "settled"]
    kinds = [each["kind"] for each in luo.see(number)["timeline"]]
    assert kinds == ["submitted", "claimed", "rejected"]


def test_what_the_rules_do_not_come_to_cannot_be_said(client: Client) -> None:
    number = left_to_a_person(client)
    zheng, _ = approvers(client)
    version = zheng.take(number)
    assert code(zheng.move(number, "approve", version, {"reason": "同意"})) == (409, "not-approvable")
    assert code(zheng.move(number, "approve", version, {"reason": "同意", "settled": [DEAD]})) == (409, "not-approvable")
    assert code(zheng.move(number, "reject", version, {"reason": "不同意"})) == (409, "nothing-failed")
    assert code(zheng.move(number, "reject", version, {"reason": "不同意", "settled": [ALIVE]})) == (409, "nothing-failed")
    assert zheng.see(number)["version"] == version


@pytest.mark.parametrize("body", [
    {"reason": "同意", "grant": {"monthly_amount": "500.00"}},
    {"reason": "同意", "amount": "500.00"},
    {"reason": "", "settled": [ALIVE]},
    {"settled": [ALIVE]},
    {"reason": "同意", "settled": [{**ALIVE, "reason": ""}]},
    {"reason": "同意", "settled": [{**ALIVE, "value": "maybe"}]},
    {"reason": "同意", "settled": [{**ALIVE, "value": None}]},
    {"reason": "同意", "settled": [{**ALIVE, "attribute": "holder"}]},
    {"reason": "同意", "settled": [{**ALIVE, "evidence": "nothing"}]},
    {"reason": "同意", "settled": [{**ALIVE, "attribute": "valid_until", "value": "tomorrow"}]},
    {"reason": "同意", "settled": [{**ALIVE, "attribute": "status", "value": "fine"}]},
    {"reason": "同意", "settled": [{**ALIVE, "place": 0}]},
    {"reason": "同意", "settled": [ALIVE], "judged": [{"condition": "aged", "outcome": "pass", "reason": "x"}]},
    {"reason": "同意", "settled": [ALIVE], "judged": [{"condition": "aged", "outcome": "fail", "reason": "x"}]},
    {"reason": "同意", "settled": [ALIVE], "judged": [{"condition": "nothing", "outcome": "pass", "reason": "x"}]},
    {"reason": "同意", "settled": [ALIVE], "judged": [{"condition": "alive", "outcome": "unknown", "reason": "x"}]},
])  # fmt: skip
def test_no_amount_no_certain_outcome_and_nothing_unreadable_is_taken(client: Client, body: dict[str, Any]) -> None:
    number = left_to_a_person(client)
    zheng, _ = approvers(client)
    version = zheng.take(number)
    answer = zheng.move(number, "approve", version, body)
    assert answer.status_code == 422
    assert answer.json()["gaps"]
    assert zheng.see(number)["status"] == "in_review"


def test_an_attribute_that_was_wrong_is_corrected_and_the_rest_stands(service: Service) -> None:
    client = Client(create_app(with_situation(service, automatic="approve-only")))
    number = client.signed_in(WU).apply().json()["number"]
    zheng, _ = approvers(client)
    assert zheng.see(number)["proposed"] == "reject"
    version = zheng.take(number)
    corrected = {"evidence": "hukou", "attribute": "city", "value": "深圳市", "reason": "户口簿原件已迁入"}
    refused = {"condition": "shenzhen-hukou", "outcome": "pass", "reason": "酌情"}
    assert zheng.move(number, "approve", version, {"reason": "同意", "judged": [refused]}).status_code == 422
    assert zheng.move(number, "approve", version, {"reason": "核对原件", "settled": [corrected]}).json()["status"] == "approved"
    receipt = zheng.client.get(f"{V1}/cases/{number}/receipt?reason=register").json()
    assert receipt["facts"]["evidence"]["hukou"]["city"] == "深圳市"
    assert receipt["facts"]["evidence"]["hukou"]["members"] == [WU]


def test_a_refusal_that_the_rules_proposed_is_confirmed_by_a_person(service: Service) -> None:
    client = Client(create_app(with_situation(service, automatic="approve-only")))
    number = client.signed_in(WU).apply().json()["number"]
    zheng, _ = approvers(client)
    assert zheng.move(number, "reject", zheng.take(number), {"reason": "户籍不在深圳"}).json()["status"] == "rejected"


def test_without_a_ruleset_a_person_decides_alone_and_a_refusal_has_its_clause(client: Client) -> None:
    zheng, _ = approvers(client)
    li = client.signed_in(LI)
    number = li.apply(WITHOUT_RULESET).json()["number"]
    version = zheng.take(number)
    assert code(zheng.move(number, "approve", version, {"reason": "齐", "settled": [ALIVE]})) == (422, "nothing-to-settle")
    assert code(zheng.move(number, "reject", version, {"reason": "照片不符"})) == (422, "clause-missing")
    refused = zheng.move(number, "reject", version, {"reason": "照片不符", "clause": "优待办法第五条"})
    assert refused.json()["status"] == "rejected"
    again = li.apply(WITHOUT_RULESET, key="again").json()["number"]
    assert zheng.move(again, "approve", zheng.take(again), {"reason": "齐全"}).json()["status"] == "approved"
    assert li.get(f"{V1}/cases/{again}").json()["grant"] == {}


def test_a_preview_says_what_it_would_come_to_and_keeps_nothing(client: Client, settings: Settings) -> None:
    number = left_to_a_person(client)
    zheng, _ = approvers(client)
    nothing = zheng.move(number, "preview", None, {}).json()
    assert (nothing["conclusion"], nothing["may_approve"], nothing["may_reject"]) == ("review", False, False)
    alive = zheng.move(number, "preview", None, {"settled": [ALIVE]}).json()
    assert (alive["conclusion"], alive["may_approve"], alive["grant"]) == ("approve", True, {"monthly_amount": "200.00"})
    dead = zheng.move(number, "preview", None, {"settled": [DEAD]}).json()
    assert (dead["conclusion"], dead["may_approve"], dead["may_reject"], dead["failed"]) == ("review", False, True, ["alive"])
    assert zheng.see(number)["version"] == 1
    assert rows(settings.database, "SELECT count(*) FROM receipt") == [(1,)]


def test_the_page_says_first_why_the_case_came(client: Client, settings: Settings) -> None:
    number = left_to_a_person(client)
    zheng, _ = approvers(client)
    page = zheng.see(number)
    assert [each["id"] for each in page["causes"]] == ["alive", "evidence.death"]
    assert [each["outcome"] for each in page["causes"]] == ["unknown", "unknown"]
    assert page["causes"][0]["may_judge"]
    assert page["conditions"][0]["condition"] == "alive"
    first = page["evidence"][0]
    assert (first["name"], first["answer"], first["usable"], first["problem"]) == ("death", "unavailable", False, "unavailable")
    assert "registered" in first["attributes"]
    assert all(each["sources"] and each["sources"][0]["authorisation"] == "holder" for each in page["evidence"])
    assert page["form"] == [{"name": "bank_account", "label": "智慧养老颐年卡账号", "value": "6222000000000001"}]
    assert page["applicant"]["number"] == f"{HE[:6]}********{HE[-4:]}"
    looks = "SELECT count(*) FROM audit WHERE action = 'review.read'"
    assert rows(settings.database, looks) == [(1,)]


def test_earlier_cases_of_the_applicant_stand_beside(client: Client) -> None:
    he = client.signed_in(HE)
    first = he.apply(WITHOUT_RULESET, key="first").json()["number"]
    he.post(f"{V1}/cases/{first}/withdraw", {})
    number = he.apply().json()["number"]
    zheng, _ = approvers(client)
    [earlier] = zheng.see(number)["history"]
    assert (earlier["number"], earlier["status"], earlier["same_matter"]) == (first, "withdrawn", False)


def test_an_appeal_is_decided_by_somebody_else(client: Client) -> None:
    number = left_to_a_person(client)
    zheng, luo = approvers(client)
    zheng.move(number, "reject", zheng.take(number), {"reason": "本人已去世", "settled": [DEAD]})
    client.signed_in(HE).post(f"{V1}/cases/{number}/appeal", {"reason": "我还在世"})
    version = zheng.see(number)["version"]
    assert number not in zheng.queue()
    assert number in luo.queue("?state=under_appeal")
    assert code(zheng.move(number, "claim", version)) == (409, "decided-before")
    taken = luo.take(number)
    body = {"conclusion": "approve", "reason": "本人到场核实", "settled": [ALIVE]}
    assert luo.move(number, "appeal-decision", taken, body).json()["status"] == "approved"
    assert luo.see(number)["decisions"][1]["by"] == "罗海燕"


def test_an_appeal_against_the_rules_is_decided_by_anybody(client: Client) -> None:
    wu = client.signed_in(WU)
    number = wu.apply().json()["number"]
    wu.post(f"{V1}/cases/{number}/appeal", {"reason": "户籍已于上月迁入深圳"})
    zheng, _ = approvers(client)
    version = zheng.take(number)
    body = {"conclusion": "reject", "reason": "户籍仍在惠州"}
    assert zheng.move(number, "appeal-decision", version, body).json()["status"] == "rejected"
    assert code(wu.post(f"{V1}/cases/{number}/appeal", {"reason": "仍不服"})) == (409, "appealed-before")


def test_what_is_no_appeal_is_not_decided_as_one(client: Client) -> None:
    number = left_to_a_person(client)
    zheng, _ = approvers(client)
    version = zheng.take(number)
    body = {"conclusion": "approve", "reason": "x", "settled": [ALIVE]}
    assert code(zheng.move(number, "appeal-decision", version, body)) == (409, "not-allowed-now")


def test_only_approvers_of_the_department_have_the_case(client: Client) -> None:
    number = left_to_a_person(client)
    for who, expected in ((HR_APPROVER, (404, "unknown-case")), (LI, (403, "not-for-you"))):
        other = client.signed_in(who)
        assert code(other.get(f"{V1}/reviews/{number}")) == expected
        assert code(other.post(f"{V1}/reviews/{number}/claim", headers={"If-Match": '"1"'})) == expected
        assert code(other.post(f"{V1}/reviews/{number}/preview", {})) == expected
    assert client.signed_in(HR_APPROVER).get(f"{V1}/reviews").json()["reviews"] == []


def test_nobody_decides_their_own_case(client: Client) -> None:
    zheng, luo = approvers(client)
    household = hand_in(zheng.client).json()["id"]
    number = zheng.client.apply({**CLAIM, "materials": {"household": household}}).json()["number"]
    assert code(zheng.client.get(f"{V1}/reviews/{number}")) == (404, "unknown-case")
    assert number not in zheng.queue()
    assert number in luo.queue()


def test_nobody_sees_the_case_of_their_household(client: Client, service: Service) -> None:
    def join(session: Session) -> None:
        for licence in session.exec(select(LicenceRow)).all():
            if licence.type == "household-register" and licence.holder == HE:
                licence.attributes = orjson.dumps({**orjson.loads(licence.attributes), "members": [HE, APPROVER]}).decode()

    service.database.write(join)
    number = left_to_a_person(client)
    zheng, luo = approvers(client)
    assert code(zheng.client.get(f"{V1}/reviews/{number}")) == (404, "unknown-case")
    assert code(zheng.client.get(f"{V1}/cases/{number}")) == (404, "unknown-case")
    assert code(zheng.move(number, "claim", 1)) == (404, "unknown-case")
    assert zheng.queue() == []
    assert luo.queue() == [number]
