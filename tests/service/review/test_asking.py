"""What stops the clock: a supplement that is asked for, a special procedure. And the texts that are chosen from."""

from __future__ import annotations

from typing import Any

import pytest

from engine.catalogue.model import SpecialProcedure
from service.demo import HE, HEAD, HR_APPROVER, LI
from service.state import Service
from tests.service.conftest import V1, Client
from tests.service.review.approvers import ALIVE, approvers, code, left_to_a_person
from tests.service.review.moving_clock import MovingClock, moving
from tests.service.test_applications import with_situation

ASKED = {"templates": ["household-proof"], "words": "另请写明居住地址。", "working_days": 5}
NEW = {"id": "bank-card-photo", "kind": "supplement", "zh": "请补充银行卡照片。", "en": "Please add a photograph of the card."}


def test_the_clock_stands_still_while_the_applicant_supplements(service: Service) -> None:
    clock = MovingClock()
    clock.at(9, 23)  # the Wednesday before Mid-Autumn; promised within a working day
    with moving(service, clock) as (client, _):
        number = left_to_a_person(client)
        zheng, luo = approvers(client)
        asked = zheng.move(number, "request-supplement", zheng.take(number), ASKED).json()
        assert (asked["status"], asked["assignee"]) == ("awaiting_supplement", "郑文清")
        he = client.signed_in(HE)
        seen = he.get(f"{V1}/cases/{number}").json()
        assert seen["due"] == {"on": None, "provisional": False, "days_left": 1}
        # 24 September, then the holiday to the 27th, then four working days: the 30th; October begins with a holiday until the 7th
        assert seen["until"] == "2026-10-08T16:00:00Z"
        told = he.get(f"{V1}/cases/{number}/timeline").json()["entries"][-1]
        assert (told["kind"], told["note"]) == (
            "supplement-requested", "请补充户口簿首页和本人页，或说明户籍迁移情况。\n另请写明居住地址。")
        assert (zheng.queue("?state=awaiting_supplement"), zheng.queue()) == ([number], [])
        assert zheng.see(number)["clock"]["stopped"]
        clock.at(9, 30)
        he = client.signed_in(HE)
        assert he.post(f"{V1}/cases/{number}/supplement", {"note": "住在民治"}).json()["status"] == "in_review"
        zheng, luo = approvers(client)
        back = zheng.see(number)
        assert (back["clock"]["due_on"], back["clock"]["left"], back["mine"]) == ("2026-10-08", 1, True)
        assert luo.queue() == []


def test_what_does_not_come_lets_the_case_lapse(service: Service) -> None:
    clock = MovingClock()
    with moving(service, clock) as (client, worker):
        number = left_to_a_person(client)
        zheng, _ = approvers(client)
        zheng.move(number, "request-supplement", zheng.take(number), {**ASKED, "working_days": 1})
        clock.at(11, 24)
        while worker.do_due():
            pass
        zheng, _ = approvers(client)
        assert zheng.see(number)["status"] == "awaiting_supplement"
        clock.at(11, 25)
        while worker.do_due():
            pass
        zheng, _ = approvers(client)
        lapsed = zheng.see(number)
        assert (lapsed["status"], lapsed["timeline"][-1]["kind"], lapsed["timeline"][-1]["by"]) == ("lapsed", "lapsed", None)
        assert code(zheng.move(number, "claim", lapsed["version"])) == (409, "not-allowed-now")


@pytest.mark.parametrize(("body", "expected"), [
    ({"templates": ["no-such-text"]}, (422, "unknown-template")),
    ({}, (422, "unknown-template")),
    ({"words": ""}, (422, "invalid-request")),
    ({"words": "x", "working_days": 0}, (422, "invalid-request")),
    ({"words": "x", "working_days": 61}, (422, "invalid-request")),
])  # fmt: skip
def test_the_applicant_is_told_what_is_asked_for(client: Client, body: dict[str, Any], expected: tuple[int, str]) -> None:
    number = left_to_a_person(client)
    zheng, _ = approvers(client)
    assert code(zheng.move(number, "request-supplement", zheng.take(number), body)) == expected


def test_only_whoever_took_the_case_asks(client: Client) -> None:
    number = left_to_a_person(client)
    zheng, luo = approvers(client)
    assert code(zheng.move(number, "request-supplement", 1, ASKED)) == (409, "not-claimed")
    version = zheng.take(number)
    assert code(luo.move(number, "request-supplement", version, ASKED)) == (409, "taken")
    assert code(zheng.move(number, "request-supplement", None, ASKED)) == (428, "if-match-missing")


def test_a_special_procedure_stops_the_clock_and_bars_the_decision(service: Service) -> None:
    clock = MovingClock()
    clock.at(9, 23)
    assessed = with_situation(service, special_procedure=SpecialProcedure("专家评审", 30))
    with moving(assessed, clock) as (client, _):
        number = left_to_a_person(client)
        zheng, _luo = approvers(client)
        version = zheng.take(number)
        assert code(zheng.move(number, "end-procedure", version, {})) == (409, "no-special-procedure")
        started = zheng.move(number, "start-procedure", version, {"note": "委托专家"}).json()["version"]
        assert code(zheng.move(number, "start-procedure", started, {})) == (409, "procedure-runs")
        assert code(zheng.move(number, "approve", started, {"reason": "x", "settled": [ALIVE]})) == (409, "procedure-runs")
        assert code(zheng.move(number, "request-supplement", started, ASKED)) == (409, "procedure-runs")
        clock.at(10, 9)
        zheng, _luo = approvers(client)
        assert zheng.see(number)["clock"]["stopped"]
        ended = zheng.move(number, "end-procedure", started, {"note": "评审通过"}).json()["version"]
        seen = zheng.see(number)
        assert (seen["clock"]["due_on"], seen["procedure_since"]) == ("2026-10-10", None)  # a Saturday that is worked
        assert zheng.move(number, "approve", ended, {"reason": "x", "settled": [ALIVE]}).json()["status"] == "approved"


def test_without_a_special_procedure_none_is_started(client: Client) -> None:
    number = left_to_a_person(client)
    zheng, _ = approvers(client)
    assert code(zheng.move(number, "start-procedure", zheng.take(number), {})) == (409, "no-special-procedure")


def test_the_head_adds_texts_for_the_department_in_versions(client: Client) -> None:
    head, other = client.signed_in(HEAD), client.signed_in(HR_APPROVER)
    zheng, _ = approvers(client)
    path = f"{V1}/review-templates"
    assert code(zheng.client.post(path, NEW)) == (403, "not-for-you")
    assert code(client.signed_in(LI).get(path)) == (403, "not-for-you")
    assert head.post(path, NEW).json()["version"] == 1
    assert head.post(path, {**NEW, "zh": "请补充银行卡正面照片。"}).json()["version"] == 2
    assert code(head.post(path, {**NEW, "id": "household-proof"})) == (422, "unknown-template")

    def offered(who: Client) -> dict[str, str]:
        return {each["id"]: each["zh"] for each in who.get(path).json()["templates"]}

    assert offered(zheng.client)["bank-card-photo"] == "请补充银行卡正面照片。"
    assert "bank-card-photo" not in offered(other)
    assert "household-proof" in offered(other)
    head.post(path, {**NEW, "retired": True})
    assert "bank-card-photo" not in offered(zheng.client)
