"""Whoever works on a case sees identity numbers masked, over the API as on the page, until they say why they need them whole."""

from __future__ import annotations

import pytest
from sqlalchemy import URL

from service.demo import APPROVER, FIRM, HE, HR_APPROVER, LI
from service.state import Service
from tests.service.conftest import V1, Client, do_work
from tests.service.review.approvers import left_to_a_person
from tests.service.rows import select
from tests.service.test_applications import SUBSIDY

MASKED = "440309********0014"
HIRED = "440309199703120014"


@pytest.fixture
def number(client: Client) -> str:
    return left_to_a_person(client)


def test_a_case_is_shown_masked_and_whole_for_a_reason_that_is_on_record(client: Client, number: str, database: URL) -> None:
    zheng = client.signed_in(APPROVER)
    seen = zheng.get(f"{V1}/reviews/{number}")
    assert seen.json()["applicant"]["number"] == MASKED
    assert HE not in seen.text
    assert HE not in zheng.post(f"{V1}/reviews/{number}/preview", {}).text
    for wanted in ({}, {"reason": ""}, {"reason": "because"}):
        assert zheng.post(f"{V1}/reviews/{number}/unveil", wanted).status_code == 422
    assert select(database, "SELECT count(*) FROM audit WHERE action = 'review.unveiled'") == [(0,)]
    whole = zheng.post(f"{V1}/reviews/{number}/unveil", {"reason": "telephone"})
    assert (whole.json()["applicant"]["number"], whole.headers["etag"]) == (HE, seen.headers["etag"])
    told = select(database, "SELECT case_number, detail FROM audit WHERE action = 'review.unveiled'")
    assert told == [(number, '{"reason":"telephone"}')]


def test_the_complete_receipt_takes_a_reason_too(client: Client, number: str, database: URL) -> None:
    zheng, receipt = client.signed_in(APPROVER), f"{V1}/cases/{number}/receipt"
    refused = zheng.get(receipt)
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:miaopi:problem:reason-missing-to-look")
    assert HE in zheng.get(f"{receipt}?reason=register").text
    assert select(database, "SELECT detail FROM audit WHERE action = 'receipt.read'") == [('{"reason":"register"}',)]
    assert client.signed_in(HE).get(receipt).status_code == 200  # one's own needs none


def test_nobody_else_is_told_by_giving_a_reason(client: Client, number: str) -> None:
    for who in (LI, HR_APPROVER):
        assert client.signed_in(who).post(f"{V1}/reviews/{number}/unveil", {"reason": "telephone"}).status_code in (403, 404)


def test_a_list_that_is_granted_is_masked_for_others_and_whole_for_its_applicant(client: Client, service: Service) -> None:
    firm = client.signed_in(FIRM)
    number = firm.apply(SUBSIDY).json()["number"]
    do_work(service)
    assert HIRED in firm.get(f"{V1}/cases/{number}").text
    assert HIRED not in client.signed_in(HR_APPROVER).get(f"{V1}/cases/{number}").text
