"""Submitting an application: decided at once, kept before it is answered, never twice."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from engine.catalogue import Catalogue
from service.app import create_app
from service.cases.tables import ReceiptRow
from service.demo import APPROVER, FIRM, HE, LI, WU
from service.rulesets import Rulesets, load_rules
from service.settings import Settings
from service.starting import start
from service.state import Service
from tests.service.conftest import CLAIM, NOW, V1, Client
from tests.service.handing_in import hand_in
from tests.service.rows import KEPT, clear, counts, select

EMPLOYEES = [
    {"name": "赵一鸣", "id_number": "440309199703120014"},
    {"name": "钱双喜", "id_number": "44030919970313001X"},
]
SUBSIDY = {
    "situation": "employment-creation-subsidy-claim",
    "form": {"employees": EMPLOYEES, "bank_account": "4000020000001"},
}


def test_the_application_of_the_readme_is_approved_with_its_grant_and_reasons(li: Client) -> None:
    answer = li.apply()
    said = answer.json()
    assert answer.status_code == 201
    assert (said["conclusion"], said["status"], said["grant"]) == ("approve", "approved", {"monthly_amount": "300.00"})
    assert [each["outcome"] for each in said["reasons"]] == ["pass"] * 7
    assert {"年满70周岁", "深圳户籍"} <= {each["label"] for each in said["reasons"]}
    assert answer.headers["location"] == said["links"]["self"] == f"{V1}/cases/{said['number']}"


def test_a_household_elsewhere_is_rejected_with_the_clause_and_what_to_do(client: Client) -> None:
    said = client.signed_in(WU).apply().json()
    [failed] = [each for each in said["reasons"] if each["outcome"] == "fail"]
    assert (said["conclusion"], said["status"], said["grant"]) == ("reject", "rejected", {})
    assert failed["basis"] == "第三条"
    assert "惠州市" in failed["message"]


def test_a_silent_register_makes_a_review_and_no_error(client: Client) -> None:
    said = client.signed_in(HE).apply().json()
    assert (said["conclusion"], said["status"], said["queue"]) == ("review", "awaiting_evidence", "life-status")
    assert said["missing"] == ["death"]
    assert said["until"] == "2026-11-25T16:00:00Z"  # two working days


def test_an_organisation_is_paid_for_whom_it_insured(client: Client) -> None:
    said = client.signed_in(FIRM).apply(SUBSIDY).json()
    assert (said["conclusion"], said["grant"]) == (
        "approve", {"amount": "4000.00", "headcount": 2, "employees": ["440309199703120014", "44030919970313001X"]})  # fmt: skip


def test_everything_about_an_application_is_kept_together(li: Client, settings: Settings) -> None:
    number = li.apply().json()["number"]
    assert counts(settings.database) == {'"case"': 1, "receipt": 1, "idempotency": 1, "licence_use": 4}
    assert select(settings.database, "SELECT action FROM audit WHERE case_number IS NOT NULL ORDER BY id") == [
        ("case.submitted",), ("receipt.sealed",)
    ]  # fmt: skip
    [kept] = clear(settings, ReceiptRow)
    receipt = orjson.loads(kept.body)
    assert receipt["facts"]["case"]["number"] == number
    assert receipt["facts"]["evidence"]["death"]["registered"] is False
    assert receipt["receipt_hash"].startswith("sha256:")


def test_the_same_key_and_body_get_the_same_bytes_and_no_second_case(li: Client, settings: Settings) -> None:
    first, again = li.apply(), li.apply({"form": CLAIM["form"], "situation": CLAIM["situation"]})
    assert again.status_code == first.status_code == 201
    assert again.content == first.content
    assert again.headers["location"] == first.headers["location"]
    assert counts(settings.database)['"case"'] == 1


def test_the_same_key_with_another_body_is_refused(li: Client) -> None:
    li.apply()
    answer = li.apply({**CLAIM, "form": {"bank_account": "6222000000000002"}})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:miaopi:problem:idempotency-key-reused")


def test_keys_of_different_people_have_nothing_to_do_with_each_other(client: Client) -> None:
    first, second = client.signed_in(LI).apply(), client.signed_in(WU).apply()
    assert first.json()["number"] != second.json()["number"]


@pytest.mark.parametrize(("key", "code"), [
    (None, "idempotency-key-missing"), ("", "idempotency-key-missing"), ("a b", "idempotency-key-invalid"),
    ("k" * 256, "idempotency-key-invalid"), ("键".encode(), "idempotency-key-invalid"),
])  # fmt: skip
def test_without_a_proper_key_nothing_is_taken(li: Client, settings: Settings, key: Any, code: str) -> None:
    answer = li.post(f"{V1}/applications", CLAIM, headers={} if key is None else {"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["type"]) == (400, f"urn:miaopi:problem:{code}")
    assert counts(settings.database) == dict.fromkeys(KEPT, 0)


def test_an_open_case_stands_in_the_way_of_a_second_and_is_linked(client: Client) -> None:
    he = client.signed_in(HE)
    first = he.apply().json()
    answer = he.apply(key="key-2")
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:miaopi:problem:case-open")
    assert answer.json()["links"]["self"] == first["links"]["self"]
    assert he.get(answer.json()["links"]["self"]).status_code == 200


def test_a_form_with_gaps_shows_all_of_them_and_nothing_is_kept(client: Client, settings: Settings) -> None:
    answer = client.signed_in(FIRM).apply({
        "situation": SUBSIDY["situation"], "form": {"employees": [{"name": "", "id_number": "1"}], "bank": 1},
    })  # fmt: skip
    assert answer.status_code == 422
    assert {gap["path"] for gap in answer.json()["gaps"]} == {
        "form.employees[0].name", "form.employees[0].id_number", "form.bank", "form.bank_account"}
    assert counts(settings.database) == dict.fromkeys(KEPT, 0)


def test_a_situation_nobody_knows_is_not_found(li: Client) -> None:
    answer = li.apply({**CLAIM, "situation": "no-such-thing"})
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:miaopi:problem:unknown-situation")


def test_a_situation_without_ruleset_goes_to_a_person_with_everything_that_was_sent(li: Client) -> None:
    said = li.apply({"situation": "senior-card-new", "form": {"note": "照片稍后补"}}).json()
    assert (said["conclusion"], said["status"], said["causes"]) == ("review", "in_review", ["no-ruleset"])
    assert li.get(said["links"]["receipt"]).json()["facts"]["form"] == {"note": "照片稍后补"}


def test_a_matter_for_organisations_is_not_for_a_person(li: Client) -> None:
    answer = li.apply(SUBSIDY)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:miaopi:problem:wrong-audience")


def test_before_its_first_day_a_ruleset_takes_no_application(
    settings: Settings, rules: tuple[Catalogue, Rulesets]
) -> None:
    service = start(settings, *rules, now=lambda: datetime(2019, 9, 30, 15, 59, tzinfo=UTC))
    answer = Client(create_app(service)).signed_in(LI).apply()
    service.database.close()
    assert (answer.status_code, answer.json()["first_day"]) == (409, "2019-10-01")


def test_after_its_last_day_a_ruleset_takes_no_application_and_names_that_day(settings: Settings, tmp_path: Path) -> None:
    shutil.copytree(settings.rules, tmp_path / "rules")
    ruleset = tmp_path / "rules" / "senior-allowance" / "2019-10-01.yaml"
    ruleset.write_text(ruleset.read_text("utf-8").replace("dated_by: today", "dated_by: today\nends: 2026-11-22"), "utf-8")
    settings = replace(settings, rules=tmp_path / "rules")
    service = start(settings, *load_rules(settings), now=lambda: NOW)
    answer = Client(create_app(service)).signed_in(LI).apply()
    service.database.close()
    assert (answer.status_code, answer.json()["last_day"]) == (409, "2026-11-22")


def test_the_deciding_day_is_the_one_in_shenzhen(settings: Settings, rules: tuple[Catalogue, Rulesets]) -> None:
    service = start(settings, *rules, now=lambda: datetime(2026, 11, 22, 16, 0, tzinfo=UTC))
    said = Client(create_app(service)).signed_in(LI).apply().json()
    service.database.close()
    assert said["decided_for"] == "2026-11-23"
    assert said["number"].startswith("LH2026112300000001")


@pytest.mark.parametrize(("changes", "number", "proposed"), [
    ({"automatic": "approve-only"}, WU, "reject"),
    ({"automatic": "approve-only", "effect": "burden"}, LI, "approve"),
    ({"automatic": "approve-only", "effect": "burden"}, WU, "reject"),
])  # fmt: skip
def test_what_may_not_be_concluded_alone_is_proposed_to_a_person(
    service: Service, changes: dict[str, str], number: str, proposed: str
) -> None:
    applicant = Client(create_app(with_situation(service, **changes))).signed_in(number)
    said = applicant.apply().json()
    assert (said["conclusion"], said["proposed"], said["status"]) == ("review", proposed, "in_review")
    assert (said["grant"], said["queue"]) == ({}, "general")
    assert applicant.get(said["links"]["receipt"]).json()["proposed"] == proposed


def test_numbers_go_on_where_an_earlier_run_stopped(settings: Settings, rules: tuple[Catalogue, Rulesets]) -> None:
    numbers = []
    for who in (LI, WU):
        service = start(settings, *rules, now=lambda: NOW)
        numbers.append(Client(create_app(service)).signed_in(who).apply().json()["number"])
        service.close()
    assert numbers[0][:-1] == "LH2026112300000001"
    assert numbers[1][:-1] > numbers[0][:-1]


def test_trying_again_within_90_days_draws_the_same(service: Service) -> None:
    day = NOW.date()
    drawn = {service.draw.of(WU, "s", day + timedelta(days=each)) for each in range(90)}
    assert len(drawn) <= 2
    assert len({service.draw.of(WU, f"s{each}", day) for each in range(200)}) > 150


def test_the_application_of_the_readme_is_never_drawn(service: Service) -> None:
    days = [NOW.date() + timedelta(days=each) for each in range(0, 30 * 365, 30)]
    assert min(float(service.draw.of(LI, CLAIM["situation"], day)) for day in days) >= 2


def test_an_approver_may_apply_like_anybody(client: Client) -> None:
    approver = client.signed_in(APPROVER)
    household = hand_in(approver).json()["id"]
    assert approver.apply({**CLAIM, "materials": {"household": household}}).json()["conclusion"] == "review"


def with_situation(service: Service, **changes: Any) -> Service:
    """The same service with the README's situation changed."""
    matters = dict(service.catalogue.matters)
    matter = matters["senior-allowance"]
    first, *others = matter.situations
    matters["senior-allowance"] = replace(matter, situations=(replace(first, **changes), *others))
    return replace(service, catalogue=replace(service.catalogue, matters=matters))
