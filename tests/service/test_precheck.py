"""The decision that would be made: on what the caller says, keeping nothing, so often and no oftener."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from service.app import create_app
from service.rate_limits import SharedWindow
from service.settings import Settings
from service.state import Service
from tests.service.conftest import CLAIM, V1, Client
from tests.service.rows import KEPT, counts, select

pytestmark = pytest.mark.either_database

PATH = f"{V1}/situations/{CLAIM['situation']}/precheck"
PERSON = {"name": "李桂芳", "number": "440309194503150021"}
GIVEN: dict[str, Any] = {
    "applicant": PERSON,
    "form": CLAIM["form"],
    "evidence": {
        "id_card": {**PERSON, "birth_date": "1945-03-15"},
        "hukou": {"city": "深圳市"},
        "death": {"registered": False},
        "notice": "none",
    },
}


def test_anyone_learns_what_would_be_decided(client: Client) -> None:
    answer = client.post(PATH, GIVEN)
    assert answer.status_code == 200
    assert (answer.json()["conclusion"], answer.json()["grant"]) == ("approve", {"monthly_amount": "300.00"})
    assert answer.json()["copy"] == "applicant"


def test_what_is_left_out_is_unknown_and_nobody_is_asked_for_it(li: Client, settings: Settings) -> None:
    said = li.post(PATH, {"form": CLAIM["form"], "applicant": PERSON}).json()
    assert said["conclusion"] == "review"
    assert said["missing"] == ["id_card", "hukou", "death"]
    assert select(settings.database, "SELECT count(*) FROM licence_use") == [(0,)]


def test_a_form_may_be_left_open_and_is_still_held_to_what_it_says(client: Client) -> None:
    assert client.post(PATH, {**GIVEN, "form": {}}).json()["conclusion"] == "approve"
    wrong = client.post(PATH, {**GIVEN, "form": {"bank_account": "x"}})
    assert [gap["code"] for gap in wrong.json()["gaps"]] == ["pattern"]


def test_a_precheck_keeps_nothing(client: Client, settings: Settings) -> None:
    client.post(PATH, GIVEN)
    assert counts(settings.database) == dict.fromkeys(KEPT, 0)


def test_a_precheck_is_never_drawn(client: Client) -> None:
    [reason] = [each for each in client.post(PATH, GIVEN).json()["reasons"] if each["condition"] == "not-sampled"]
    assert reason["outcome"] == "pass"


@pytest.mark.parametrize("extra", [{"case": {"draw": "99"}}, {"applied_on": "2020-01-01"}, {"evidence": {"hukuo": {}}}])
def test_a_precheck_takes_only_what_it_knows(client: Client, extra: dict[str, Any]) -> None:
    assert client.post(PATH, {**GIVEN, **extra}).status_code == 422


def test_a_situation_without_ruleset_would_go_to_a_person(client: Client) -> None:
    said = client.post(f"{V1}/situations/senior-card-new/precheck", {"form": {}}).json()
    assert (said["conclusion"], said["causes"]) == ("review", ["no-ruleset"])


def test_who_asks_too_often_is_told_when_to_come_back_and_others_are_served(service: Service) -> None:
    app = create_app(replace(service, prechecks=SharedWindow(service.database, "few", 2, 3_600, service.now)))
    here, elsewhere = Client(app), Client(app, host="192.0.2.7")
    answers = [here.post(PATH, GIVEN) for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 429]
    assert 1 <= int(answers[2].headers["retry-after"]) <= 3_601
    assert elsewhere.post(PATH, GIVEN).status_code == 200
