"""What applicants can do about their cases, and nobody else about theirs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session

from service.app import create_app
from service.cases.applicant_moves import APPEAL_WITHIN
from service.cases.lapsing import LAPSE
from service.cases.moves import move, stop_clock, to_change
from service.cases.states import FOLLOWING, OPEN
from service.demo import APPROVER, APPROVER_2, FIRM, HE, LI, WU
from service.state import Service, day_of
from service.work.actions import later
from tests.service.conftest import CLAIM, V1, Client, Clock, do_work
from tests.service.test_applications import with_situation

REASON = {"reason": "请再核实"}


def ask_for_a_supplement(service: Service, number: str, days: int = 5) -> None:
    """As an approver does."""
    now = service.now()

    def work(session: Session) -> None:
        case = to_change(session, number)
        case.until = now + timedelta(days=days)
        stop_clock(case, day_of(now))
        move(session, case, "supplement-requested", now, None, "awaiting_supplement", "请补充银行账号")
        session.add(later(LAPSE, number, case.until))

    service.database.write(work)


@pytest.fixture
def reviewed(service: Service) -> tuple[Client, str]:
    """吴秀珍's case, of which the refusal is only proposed."""
    wu = Client(create_app(with_situation(service, automatic="approve-only"))).signed_in(WU)
    return wu, wu.apply().json()["number"]


def test_a_refused_applicant_appeals_and_the_case_is_open_again(client: Client) -> None:
    wu = client.signed_in(WU)
    number = wu.apply().json()["number"]
    said = wu.post(f"{V1}/cases/{number}/appeal", REASON)
    assert (said.status_code, said.json()["status"]) == (200, "under_appeal")
    assert said.headers["etag"] == '"2"'
    assert wu.apply(CLAIM, "key-2").json()["type"].endswith("case-open")
    assert wu.post(f"{V1}/cases/{number}/appeal", REASON).status_code == 409


def test_an_appeal_comes_too_late_after_sixty_days(client: Client, clock: Clock) -> None:
    wu = client.signed_in(WU)
    number = wu.apply().json()["number"]
    clock.moment += APPEAL_WITHIN + timedelta(seconds=1)
    said = client.signed_in(WU).post(f"{V1}/cases/{number}/appeal", REASON)
    assert (said.status_code, said.json()["type"]) == (409, "urn:miaopi:problem:appeal-too-late")


def test_what_is_asked_for_is_supplemented_and_goes_back_to_a_person(service: Service, reviewed: tuple[Client, str]) -> None:
    wu, number = reviewed
    ask_for_a_supplement(service, number)
    waiting = wu.get(f"{V1}/cases/{number}").json()
    assert waiting["due"] == {"on": None, "provisional": False, "days_left": 1}
    said = wu.post(f"{V1}/cases/{number}/supplement", {"form": {"bank_account": "6222000000000002"}, "note": "新账号"}).json()
    assert (said["status"], said["conclusion"], said["proposed"]) == ("in_review", "review", "reject")
    assert said["due"]["on"] == "2026-11-24"
    receipt = wu.get(said["links"]["receipt"]).json()
    assert receipt["facts"]["form"] == {"bank_account": "6222000000000002"}


def test_a_wrong_supplement_is_told_with_every_gap_and_changes_nothing(service: Service, reviewed: tuple[Client, str]) -> None:
    wu, number = reviewed
    ask_for_a_supplement(service, number)
    said = wu.post(f"{V1}/cases/{number}/supplement", {"form": {"bank_account": "12", "colour": "red"}})
    assert said.status_code == 422
    assert {each["path"] for each in said.json()["gaps"]} == {"form.bank_account", "form.colour"}
    assert wu.get(f"{V1}/cases/{number}").json()["status"] == "awaiting_supplement"


def test_a_supplement_that_never_comes_lets_the_case_lapse(service: Service, reviewed: tuple[Client, str], clock: Clock) -> None:
    wu, number = reviewed
    ask_for_a_supplement(service, number)
    clock.on(days=4)
    do_work(service)
    assert Client(wu.app).signed_in(WU).get(f"{V1}/cases/{number}").json()["status"] == "awaiting_supplement"
    clock.on(days=1)
    do_work(service)
    wu = Client(wu.app).signed_in(WU)
    assert wu.get(f"{V1}/cases/{number}").json()["status"] == "lapsed"
    assert wu.apply(CLAIM, "key-2").status_code == 201


@pytest.mark.parametrize(("call", "body"), [("withdraw", {}), ("appeal", REASON), ("supplement", {"form": {}})])
def test_nobody_but_the_applicant_moves_a_case_so(client: Client, call: str, body: dict[str, Any]) -> None:
    number = client.signed_in(WU).apply().json()["number"]
    answers = {who: client.signed_in(who).post(f"{V1}/cases/{number}/{call}", body).status_code for who in (LI, FIRM, APPROVER, APPROVER_2)}
    assert answers == {LI: 404, FIRM: 404, APPROVER: 404, APPROVER_2: 403}
    assert client.post(f"{V1}/cases/{number}/{call}", body).status_code == 401


@pytest.mark.parametrize("call", ["withdraw", "supplement", "appeal"])
def test_a_move_that_the_status_does_not_allow_names_those_that_it_does(client: Client, call: str) -> None:
    li = client.signed_in(LI)
    number = li.apply().json()["number"]
    said = li.post(f"{V1}/cases/{number}/{call}", REASON if call != "supplement" else {})
    assert said.status_code == 409
    assert (said.json()["case_status"], said.json()["allowed"]) == ("approved", ["revoked"])


def test_a_withdrawn_case_makes_room_for_another(client: Client) -> None:
    he = client.signed_in(HE)
    number = he.apply().json()["number"]
    assert he.post(f"{V1}/cases/{number}/withdraw", {}).json()["due"] is None
    assert he.apply(CLAIM, "key-2").json()["number"] != number


def test_every_status_that_can_be_left_is_left_to_one_that_there_is() -> None:
    assert {each for following in FOLLOWING.values() for each in following} <= FOLLOWING.keys()
    assert set(OPEN) == {"in_review", "awaiting_evidence", "awaiting_supplement", "under_appeal"}
