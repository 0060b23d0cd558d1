"""The service's receipts under the engine's own eyes: each is decided again to the same bytes, and can be explained."""

from __future__ import annotations

from typing import Any

import pytest

from engine.decision.replay import replay
from service.app import create_app
from service.demo import APPROVER, FIRM, HE, HR_APPROVER, LI, WU
from service.state import Service
from tests.service.conftest import CLAIM, Client
from tests.service.test_applications import SUBSIDY, with_situation

NO_RULESET = {"situation": "senior-card-new", "form": {"note": "x", "amount": 1}}


@pytest.mark.parametrize(("number", "body", "conclusion"), [
    (LI, CLAIM, "approve"), (WU, CLAIM, "reject"), (HE, CLAIM, "review"), (FIRM, SUBSIDY, "approve"), (LI, NO_RULESET, "review"),
])  # fmt: skip
def test_a_complete_receipt_is_decided_again_to_the_same(
    service: Service, number: str, body: dict[str, Any], conclusion: str
) -> None:
    receipt = _receipt(service, number, body)
    assert receipt["conclusion"] == conclusion
    assert receipt["situation"] == body["situation"]
    assert replay(receipt, _compiled(service, receipt)) == ()


def test_a_refusal_that_was_only_proposed_is_decided_again_to_the_same(service: Service) -> None:
    receipt = _receipt(with_situation(service, automatic="approve-only"), WU, CLAIM)
    assert (receipt["conclusion"], receipt["proposed"]) == ("review", "reject")
    assert replay(receipt, _compiled(service, receipt)) == ()


def test_a_receipt_that_was_tampered_with_is_noticed(service: Service) -> None:
    receipt = _receipt(service, WU, CLAIM)
    receipt["facts"]["evidence"]["hukou"]["city"] = "深圳市"
    assert replay(receipt, _compiled(service, receipt))


def _receipt(service: Service, number: str, body: dict[str, Any]) -> dict[str, Any]:
    client = Client(create_app(service))
    link = client.signed_in(number).apply(body).json()["links"]["receipt"]
    approver = HR_APPROVER if number == FIRM else APPROVER
    found: dict[str, Any] = client.signed_in(approver).get(f"{link}?reason=register").json()
    return found


def _compiled(service: Service, receipt: dict[str, Any]) -> Any:
    found = service.rulesets.by_hash(receipt["ruleset_hash"])
    return None if found is None else found.compiled
