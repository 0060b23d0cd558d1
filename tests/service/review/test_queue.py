"""The queue: what is in it, in what order, and that a case which somebody took is theirs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from service.app import create_app
from service.demo import APPROVER, HE, HEAD, LI, WU
from service.state import Service
from tests.service.conftest import V1, Client
from tests.service.review.approvers import ALIVE, WITHOUT_RULESET, Approver, approvers, code, left_to_a_person


def test_a_case_that_was_taken_leaves_the_others_lists(client: Client) -> None:
    number = left_to_a_person(client)
    zheng, luo = approvers(client)
    assert zheng.queue() == luo.queue() == [number]
    version = zheng.take(number)
    assert (zheng.queue(), luo.queue()) == ([number], [])
    assert (zheng.queue("?assignee=me"), zheng.queue("?assignee=none")) == ([number], [])
    assert zheng.move(number, "release", version).json()["assignee"] is None
    assert luo.queue() == [number]


def test_an_approver_sees_first_what_they_are_skilled_at_and_what_they_have_taken(client: Client) -> None:
    alive = left_to_a_person(client)
    general = client.signed_in(LI).apply(WITHOUT_RULESET).json()["number"]
    _, luo = approvers(client)  # skilled at `general` and `spot-check`
    queue = [each["number"] for each in luo.client.get(f"{V1}/reviews").json()["reviews"]]
    assert queue == [general]
    assert set(luo.queue("?queue=all")) == {alive, general}
    assert luo.queue("?queue=life-status") == [alive]
    luo.take(alive)
    assert {each["number"] for each in luo.client.get(f"{V1}/reviews").json()["reviews"]} == {alive, general}


def test_only_the_head_sees_what_others_have_taken(client: Client) -> None:
    number = left_to_a_person(client)
    zheng, luo = approvers(client)
    zheng.take(number)
    assert code(luo.client.get(f"{V1}/reviews?assignee=all")) == (403, "head-only")
    answer = client.signed_in(HEAD).get(f"{V1}/reviews?assignee=all").json()
    assert [(each["number"], each["assignee"]) for each in answer["reviews"]] == [(number, "郑文清")]


def test_a_stale_version_is_told_who_changed_what(client: Client) -> None:
    number = left_to_a_person(client)
    zheng, luo = approvers(client)
    zheng.take(number)
    answer = luo.move(number, "claim", 1)
    assert code(answer) == (412, "changed-meanwhile")
    assert {name: answer.json()[name] for name in ("version", "what", "by")} == {"version": 2, "what": "claimed", "by": "郑文清"}
    assert answer.json()["at"]
    assert code(luo.move(number, "approve", 1, {"reason": "x", "settled": [ALIVE]}))[0] == 412
    taken = luo.move(number, "claim", 2)
    assert (code(taken), taken.json()["by"]) == ((409, "taken"), "郑文清")


@pytest.mark.parametrize("what", ["claim", "release", "approve", "reject", "transfer", "appeal-decision"])
def test_no_move_without_the_version_that_was_seen(client: Client, what: str) -> None:
    number = left_to_a_person(client)
    zheng, _ = approvers(client)
    bodies = {"approve": {"reason": "x"}, "reject": {"reason": "x"}, "transfer": {"queue": "general", "reason": "x"},
              "appeal-decision": {"conclusion": "approve", "reason": "x"}}  # fmt: skip
    assert code(zheng.move(number, what, None, bodies.get(what))) == (428, "if-match-missing")
    path = f"{V1}/cases/{number}/appeal-decision" if what == "appeal-decision" else f"{V1}/reviews/{number}/{what}"
    for wrong in ("1", "*", 'W/"1"', '"x"', '"1", "2"'):
        assert code(zheng.client.post(path, bodies.get(what), headers={"If-Match": wrong})) == (400, "if-match-invalid")


def test_a_case_is_taken_before_it_is_decided(client: Client) -> None:
    number = left_to_a_person(client)
    zheng, luo = approvers(client)
    assert code(zheng.move(number, "approve", 1, {"reason": "x", "settled": [ALIVE]})) == (409, "not-claimed")
    assert code(zheng.move(number, "transfer", 1, {"queue": "general", "reason": "x"})) == (409, "not-claimed")
    version = zheng.take(number)
    assert code(luo.move(number, "approve", version, {"reason": "x", "settled": [ALIVE]})) == (409, "taken")
    assert code(luo.move(number, "release", version)) == (409, "taken")


def test_what_is_decided_cannot_be_decided_again(client: Client) -> None:
    number = left_to_a_person(client)
    zheng, luo = approvers(client)
    done = zheng.move(number, "approve", zheng.take(number), {"reason": "x", "settled": [ALIVE]}).json()
    assert code(luo.move(number, "claim", done["version"])) == (409, "not-allowed-now")
    assert code(zheng.move(number, "approve", done["version"], {"reason": "x", "settled": [ALIVE]})) == (409, "not-allowed-now")
    assert zheng.queue() == []


def test_a_case_is_passed_on(client: Client) -> None:
    number = left_to_a_person(client)
    zheng, luo = approvers(client)
    version = zheng.take(number)
    for wrong in ({"queue": "nowhere"}, {"queue": "general", "department": "nowhere"}, {"queue": "talent"}):
        assert code(zheng.move(number, "transfer", version, {**wrong, "reason": "x"})) == (422, "unknown-queue")
    moved = zheng.move(number, "transfer", version, {"queue": "assistance", "reason": "救助岗办理"}).json()
    assert (moved["queue"], moved["assignee"]) == ("assistance", None)
    assert luo.queue("?queue=assistance") == [number]
    assert luo.queue("?queue=life-status") == []
    taken = luo.take(number)
    away = luo.move(number, "transfer", taken, {"queue": "talent", "department": "human-resources", "reason": "不属本部门"})
    assert away.json()["department"] == "human-resources"
    assert luo.queue() == []


def test_the_oldest_deadline_is_first_page_by_page(client: Client) -> None:
    he, li, wu = (client.signed_in(each) for each in (HE, LI, WU))
    without = li.apply(WITHOUT_RULESET).json()["number"]  # nothing is promised
    numbers = [he.apply().json()["number"], wu.apply(WITHOUT_RULESET, key="w").json()["number"]]
    zheng, _ = approvers(client)
    everything = zheng.queue()
    assert set(everything) == {without, *numbers}
    due = [each["clock"]["due_on"] or "9999" for each in zheng.client.get(f"{V1}/reviews").json()["reviews"]]
    assert due == sorted(due)
    seen: list[str] = []
    path: str | None = f"{V1}/reviews?limit=1&assignee=none"
    while path:
        page = zheng.client.get(path).json()
        seen += [each["number"] for each in page["reviews"]]
        path = page["next"]
    assert seen == everything
    back: list[list[str]] = []
    path = page["previous"]
    while path:
        page = zheng.client.get(path).json()
        back.append([each["number"] for each in page["reviews"]])
        path = page["previous"]
    assert back == [[each] for each in reversed(everything[:-1])]
    assert page["next"]
    assert zheng.queue("?situation=senior-card-new") == [each for each in everything if each in (without, numbers[1])]
    assert code(zheng.client.get(f"{V1}/reviews?after=x")) == (404, "not-found")


def test_clocks_count_working_days_over_holidays_and_make_up_days(service: Service) -> None:
    def on(month: int, day: int) -> dict[str, object]:
        now = replace(service, now=lambda: datetime(2026, month, day, 2, tzinfo=UTC))
        client = Client(create_app(now))
        answer = Approver(client.signed_in(APPROVER)).client.get(f"{V1}/reviews").json()
        found: dict[str, object] = answer["reviews"][0]["clock"]
        return found

    before = replace(service, now=lambda: datetime(2026, 9, 23, 2, tzinfo=UTC))
    Client(create_app(before)).signed_in(HE).apply()
    first = on(9, 23)
    assert (first["due_on"], first["left"], first["overdue"], first["due_soon"]) == ("2026-09-24", 1, False, True)
    last = on(9, 24)
    assert (last["left"], last["overdue"], last["due_soon"]) == (0, False, True)
    over = on(9, 25)
    assert (over["overdue"], over["due_soon"]) == (True, False)
    assert on(9, 28)["left"] == -1
