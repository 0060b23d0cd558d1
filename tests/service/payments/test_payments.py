"""An approval that gives money is a payment order, once; what is revoked is stopped or got back."""

from __future__ import annotations

import csv
import io

import pytest

from service.app import create_app
from service.demo import FIRM, HEAD, LI, WU
from service.settings import Settings
from service.state import Service
from tests.service.conftest import CLAIM, V1, Client, do_work
from tests.service.databases import beside
from tests.service.rows import select
from tests.service.test_applications import SUBSIDY


@pytest.fixture
def paid_for(client: Client, service: Service) -> tuple[Client, str]:
    """李桂芳's allowance, ordered."""
    li = client.signed_in(LI)
    number = li.apply().json()["number"]
    do_work(service)
    return li, number


def test_what_is_granted_is_ordered_to_the_account_of_the_form(paid_for: tuple[Client, str]) -> None:
    li, number = paid_for
    [payment] = li.get(f"{V1}/cases/{number}/payments").json()["payments"]
    assert (payment["grant"], payment["amount"], payment["every"], payment["state"]) == ("monthly_amount", "300.00", "month", "ordered")
    assert payment["payee"] == "6222********0001"


def test_an_account_in_full_width_digits_is_paid_to_as_the_bank_knows_it(client: Client, service: Service) -> None:
    li = client.signed_in(LI)
    number = li.apply({**CLAIM, "form": {"bank_account": " ６２２２００００００００００１２"}}).json()["number"]
    do_work(service)
    [payment] = li.get(f"{V1}/cases/{number}/payments").json()["payments"]
    assert payment["payee"] == "6222********0012"


def test_work_that_is_done_twice_orders_once(paid_for: tuple[Client, str], service: Service, settings: Settings) -> None:
    with beside(settings.database) as connection:
        connection.exec_driver_sql("UPDATE work SET done_at = NULL")
    do_work(service)
    assert select(settings.database, "SELECT count(*), sum(amount) FROM payment") == [(1, 30_000)]


def test_a_refusal_orders_nothing(client: Client, service: Service, settings: Settings) -> None:
    client.signed_in(WU).apply()
    do_work(service)
    assert select(settings.database, "SELECT count(*) FROM payment") == [(0,)]


def test_a_file_for_the_bank_takes_each_order_once_and_says_how_many_and_how_much(
    paid_for: tuple[Client, str], client: Client, service: Service
) -> None:
    client.signed_in(FIRM).apply(SUBSIDY)
    do_work(service)
    head = client.signed_in(HEAD)
    file = head.post(f"{V1}/payments/files")
    assert (file.status_code, file.headers["content-type"]) == (201, "text/csv; charset=utf-8")
    *_, order, total = csv.reader(io.StringIO(file.text))
    assert order[1:] == [paid_for[1], "monthly_amount", "\t6222000000000001", "300.00", "month"]
    assert total == ["total", "1", "", "", "300.00", ""]  # the firm's is another department's
    assert "total,0" in head.post(f"{V1}/payments/files").text


def test_what_the_bank_says_is_kept_and_nothing_that_cannot_follow(paid_for: tuple[Client, str], client: Client) -> None:
    head = client.signed_in(HEAD)
    [payment] = head.get(f"{V1}/payments?state=ordered").json()["payments"]
    here = f"{V1}/payments/{payment['id']}/state"
    assert head.post(here, {"state": "paid"}).json()["allowed"] == ["sent", "cancelled"]
    head.post(f"{V1}/payments/files")
    assert head.post(here, {"state": "failed", "reason": "账号不存在"}).json()["reason"] == "账号不存在"
    assert head.post(here, {"state": "ordered"}).json()["state"] == "ordered"


def test_nobody_but_those_who_pay_sees_the_payments_of_others(paid_for: tuple[Client, str], client: Client) -> None:
    _, number = paid_for
    for who in (LI, WU):
        assert client.signed_in(who).get(f"{V1}/payments").status_code == 403
        assert client.signed_in(who).post(f"{V1}/payments/files").status_code == 403
    assert client.signed_in(WU).get(f"{V1}/cases/{number}/payments").status_code == 404
    assert Client(create_app(client.app.state.service)).get(f"{V1}/payments").status_code == 401
