"""No benefit is granted twice: not to whoever applies again, not at the same moment, not through somebody else, not by a person."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import orjson
import pytest
from sqlmodel import Session, col, update

from service.accounts import actions as accounts
from service.demo import FIRM, HR_APPROVER, LI
from service.evidence import actions as evidence
from service.evidence.providers.embedded import EmbeddedProvider
from service.evidence.providers.interface import Question, Reply
from service.evidence.tables import RegisterRow
from service.state import Service
from tests.service.conftest import CLAIM, V1, Client, Clock, do_work
from tests.service.licences.test_result_licences import revoke
from tests.service.review.approvers import Approver, approvers

FIRM_2 = "91440309MA5XQY1244"
HIRED, ALSO_HIRED = "440309199703120014", "44030919970313001X"
PAID_ELSEWHERE = [
    "440309199703140015", "440309199703150010", "440309199703160016", "440309199703170011", "440309199703180017",
    "440309199703190012", "440309199703200014", "44030919970321001X", "440309199703220015", "440309199703230010",
]  # fmt: skip
NAMES = {HIRED: "赵一鸣", ALSO_HIRED: "钱双喜"}


def hiring(*numbers: str) -> dict[str, Any]:
    employees = [{"name": NAMES[each], "id_number": each} for each in numbers]
    return {
        "situation": "employment-creation-subsidy-claim",
        "form": {"employees": employees, "bank_account": "4000020000001"},
    }


def move_to(service: Service, number: str, firm: str) -> None:
    """The insurance register has it that somebody works there now."""
    said = orjson.dumps({"employer": firm, "months": 7, "number": number}).decode()
    change = update(RegisterRow).where(col(RegisterRow.subject_index) == number).values(attributes=said)
    service.database.write(lambda session: session.exec(change))


@pytest.fixture
def firm(client: Client) -> Client:
    return client.signed_in(FIRM)


@pytest.fixture
def another_firm(client: Client, service: Service) -> Client:
    licence = {
        "name": "深圳市龙华区晚风商贸有限公司",
        "uscc": FIRM_2,
        "established_on": "2025-12-01",
        "representative_number": LI,
    }

    def enrol(session: Session) -> None:
        accounts.enrol(
            session,
            [
                {
                    "kind": "organisation",
                    "name": licence["name"],
                    "number": FIRM_2,
                    "agent_number": LI,
                    "roles": "applicant",
                }
            ],
        )
        evidence.seed(
            session,
            [{"type": "business-licence", "holder": FIRM_2, "issued_on": date(2025, 12, 1), "attributes": licence}],
            [],
        )

    service.database.write(enrol)
    return client.signed_in(FIRM_2)


def failed(answer: dict[str, Any]) -> list[str]:
    return [each["condition"] for each in answer["reasons"] if each["outcome"] == "fail"]


def meanwhile(monkeypatch: pytest.MonkeyPatch, what: Callable[[], object]) -> None:
    """Once, after the sources have answered somebody and before anything of that is kept."""
    answering, begun = EmbeddedProvider.ask, threading.Event()

    def ask(self: EmbeddedProvider, questions: Sequence[Question], within: float) -> Sequence[Reply]:
        replies = answering(self, questions, within)
        if not begun.is_set():
            begun.set()
            other = threading.Thread(target=what)
            other.start()
            other.join()
        return replies

    monkeypatch.setattr(EmbeddedProvider, "ask", ask)


def test_a_hired_person_counts_once_for_whoever_hires_them(
    firm: Client, another_firm: Client, service: Service
) -> None:
    first = firm.apply(hiring(HIRED), "first").json()
    assert (first["status"], first["grant"]) == (
        "approved",
        {"amount": "2000.00", "headcount": 1, "employees": [HIRED]},
    )
    do_work(service)
    again = firm.apply(hiring(HIRED, ALSO_HIRED), "again").json()
    assert (again["status"], failed(again)) == ("rejected", ["not-subsidised-before"])
    move_to(service, HIRED, FIRM_2)
    elsewhere = another_firm.apply(hiring(HIRED), "elsewhere").json()
    assert (elsewhere["status"], failed(elsewhere)) == ("rejected", ["not-subsidised-before"])
    revoke(service, first["number"])
    assert another_firm.apply(hiring(HIRED), "after").json()["status"] == "approved"
    do_work(service)
    assert failed(another_firm.apply(hiring(HIRED), "and-again").json()) == ["not-subsidised-before"]


def test_what_was_granted_before_counts_for_steps_and_cap(firm: Client, service: Service) -> None:
    assert firm.apply(hiring(HIRED), "first").json()["status"] == "approved"
    do_work(service)
    second = firm.apply(hiring(ALSO_HIRED), "second").json()
    assert (second["status"], second["grant"]["amount"]) == ("approved", "2000.00")
    do_work(service)
    licences = firm.get(f"{V1}/licences").json()["licences"]
    notices = [each["attributes"] for each in licences if each["type"] == "employment-subsidy-notice"]
    assert notices == [{"amount": "2000.00", "headcount": 1}] * 2
    service.database.write(lambda session: evidence.seed(session, [], [
        {"check": "human-resources/employment-subsidies", "subject": FIRM, "attributes": {"employees": PAID_ELSEWHERE, "paid": "27000.00"}}
    ]))  # fmt: skip
    assert failed(firm.apply(hiring(ALSO_HIRED), "over-the-cap").json()) == [
        "not-subsidised-before",
        "below-cap",
        "ledger-agrees",
    ]
    revoke(service, second["number"])
    assert firm.apply(hiring(ALSO_HIRED), "below-the-cap").json()["grant"]["amount"] == "1000.00"


def test_another_firm_that_applies_for_the_same_person_meanwhile_is_first(
    firm: Client, another_firm: Client, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs: list[dict[str, Any]] = []

    def hired_away() -> None:
        move_to(service, HIRED, FIRM_2)
        theirs.append(another_firm.apply(hiring(HIRED), "theirs").json())
        do_work(service)

    meanwhile(monkeypatch, hired_away)
    ours = firm.apply(hiring(HIRED, ALSO_HIRED), "ours").json()
    assert (theirs[0]["status"], ours["status"]) == ("approved", "rejected")
    assert failed(ours) == ["not-subsidised-before"]


def test_an_application_decided_before_the_same_was_granted_is_decided_again(
    client: Client, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = client.signed_in(LI), client.signed_in(LI)
    early: list[dict[str, Any]] = []

    def overtake() -> None:
        early.append(second.apply(CLAIM, "early").json())
        do_work(service)

    meanwhile(monkeypatch, overtake)
    late = first.apply(CLAIM, "late").json()
    assert (early[0]["status"], late["status"], failed(late)) == ("approved", "rejected", ["not-yet-granted"])


def test_of_many_at_once_one_is_granted(firm: Client, service: Service) -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = [each.json() for each in threads.map(lambda key: firm.apply(hiring(HIRED), f"key-{key}"), range(8))]
    do_work(service)
    answers.append(firm.apply(hiring(HIRED), "afterwards").json())
    assert [each["status"] for each in answers].count("approved") == 1


def test_no_person_approves_it_a_second_time(
    client: Client, firm: Client, another_firm: Client, service: Service
) -> None:
    dishonest = {
        "check": "credit/public-credit",
        "subject": FIRM,
        "attributes": {"dishonest": True, "false_promises": []},
    }
    service.database.write(lambda session: evidence.seed(session, [], [dishonest]))
    waiting = firm.apply(hiring(HIRED), "ours").json()
    assert waiting["status"] == "in_review"
    move_to(service, HIRED, FIRM_2)
    theirs = another_firm.apply(hiring(HIRED), "theirs").json()
    assert theirs["status"] == "approved"
    approver = Approver(client.signed_in(HR_APPROVER))
    version = approver.take(waiting["number"])
    honest = {"evidence": "credit", "attribute": "dishonest", "value": False, "reason": "信用中国已修复"}
    answer = approver.move(waiting["number"], "approve", version, {"reason": "信用已修复", "settled": [honest]})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:miaopi:problem:given-already")
    assert answer.json()["number"] == theirs["number"]
    assert firm.get(f"{V1}/cases/{waiting['number']}").json()["status"] == "in_review"


def test_without_a_ruleset_a_person_is_held_to_it_too(
    client: Client, firm: Client, service: Service, clock: Clock
) -> None:
    approver = Approver(client.signed_in(HR_APPROVER))
    claim = {"situation": "start-up-rent-subsidy-other", "form": {}, "materials": {}}
    service.database.write(lambda session: evidence.seed(session, [], [
        {"check": "housing/lease-record", "subject": FIRM, "attributes": {"address": "龙华区", "leased_until": "2029-01-01"}}
    ]))  # fmt: skip

    def apply_and_approve(key: str) -> Any:
        number = firm.apply(claim, key).json()["number"]
        answer = approver.move(number, "approve", approver.take(number), {"reason": "材料齐全"})
        do_work(service)
        return answer

    assert apply_and_approve("first").status_code == 200
    refused = apply_and_approve("second")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:miaopi:problem:given-already")
    [waiting] = approver.queue("?state=in_review")
    clock.on(days=366)  # it is given for a year
    approver = Approver(client.signed_in(HR_APPROVER))
    assert (
        approver.move(waiting, "approve", approver.see(waiting)["version"], {"reason": "上一年度已期满"}).status_code
        == 200
    )


def test_what_was_stopped_may_be_granted_again(client: Client, li: Client, service: Service) -> None:
    assert li.apply(CLAIM, "first").json()["status"] == "approved"
    do_work(service)
    one, _ = approvers(client)
    stop = li.apply({"situation": "senior-allowance-stop", "form": {}}, "stop").json()
    answer = one.move(stop["number"], "approve", one.take(stop["number"]), {"reason": "本人申请停发"})
    assert answer.status_code == 200, answer.text
    do_work(service)
    assert li.apply(CLAIM, "anew").json()["status"] == "approved"
