"""Evidence fetched over HTTP from a repository in another process: what is taken, and what never approves."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest
from prometheus_client import REGISTRY

from service.app import create_app
from service.demo import APPROVER, FIRM, HE, LI, WU
from service.evidence.settings import EvidenceSettings
from service.settings import Settings
from service.starting import start
from service.state import Service
from tests.service.conftest import CLAIM, NOW, V1, Client
from tests.service.handing_in import hand_in
from tests.service.repository import Repository, hurried
from tests.service.test_applications import SUBSIDY

pytestmark = pytest.mark.either_database

REQUIRED = {
    "id_card": "resident-id-card", "hukou": "household-register", "death": "civil-affairs/death-register",
}  # fmt: skip
FAULTS: dict[str, str] = {
    "slow": "timed-out", "down": "down", "half-open": "timed-out", "wrong-holder": "wrong-holder", "forged": "bad-signature",
    "malformed": "malformed", "several": "several", "expired": "expired", "unknown-key": "unknown-key",
}  # fmt: skip
"""Each fault, and the reason that a case names for it."""
ALARMING = ("bad-signature", "unknown-key", "untrusted-issuer")


def _fault(kind: str) -> dict[str, Any]:
    return {"kind": kind, "milliseconds": 60_000 if kind == "slow" else 0}


def _alarms(type_: str, reason: str) -> float:
    return REGISTRY.get_sample_value("miaopi_evidence_alarms_total", {"type": type_, "reason": reason}) or 0


def _unreliable(service: Service, number: str, who: str = APPROVER) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = Client(create_app(service)).signed_in(who).get(f"{V1}/cases/{number}").json()["unreliable"]
    return found


@pytest.mark.parametrize(("number", "body", "conclusion"), [
    (LI, CLAIM, "approve"), (WU, CLAIM, "reject"), (HE, CLAIM, "review"), (FIRM, SUBSIDY, "approve"),
])  # fmt: skip
def test_licences_over_http_decide_as_the_embedded_ones_do(
    remote: Service, service: Service, number: str, body: dict[str, Any], conclusion: str
) -> None:
    embedded, fetched = (Client(create_app(each)).signed_in(number).apply(body).json() for each in (service, remote))
    assert fetched["conclusion"] == conclusion
    for name in ("conclusion", "grant", "reasons", "missing", "unreliable", "causes"):
        assert fetched[name] == embedded[name]


@pytest.mark.parametrize("evidence", REQUIRED)
@pytest.mark.parametrize("kind", FAULTS)
def test_no_fault_of_any_required_source_approves_and_the_case_names_source_and_reason(
    remote: Service, repository: Repository, evidence: str, kind: str
) -> None:
    type_, reason = REQUIRED[evidence], FAULTS[kind]
    repository.switch({type_: _fault(kind)})
    before = _alarms(type_, reason)
    service = hurried(remote, 4) if reason == "timed-out" else remote
    client = Client(create_app(service)).signed_in(LI)
    said = client.apply().json()
    if (evidence, kind) == ("hukou", "expired"):  # what has expired may be uploaded, so that is asked for first
        assert [each["code"] for each in said["gaps"]] == ["material-lapsed"]
        said = client.apply({**CLAIM, "materials": {"household": hand_in(client).json()["id"]}}).json()
    assert (said["conclusion"], said["missing"]) == ("review", [evidence])
    [named] = _unreliable(remote, said["number"])
    assert (named["evidence"], named["type"], named["reason"]) == (evidence, type_, reason)
    assert _alarms(type_, reason) - before == (reason in ALARMING)


def test_why_a_register_says_nothing_is_for_the_approver_alone(remote: Service, repository: Repository) -> None:
    repository.switch({REQUIRED["death"]: _fault("several"), REQUIRED["hukou"]: _fault("down")})
    number = Client(create_app(remote)).signed_in(LI).apply().json()["number"]
    told = {each["evidence"]: each["reason"] for each in _unreliable(remote, number, LI)}
    assert told == {"death": None, "hukou": "down"}


def test_a_forged_licence_is_on_record_as_badly_signed_and_nothing_in_it_is_kept(
    remote: Service, repository: Repository
) -> None:
    repository.switch({REQUIRED["hukou"]: _fault("forged")})
    client = Client(create_app(remote))
    said = client.signed_in(LI).apply().json()
    receipt = client.signed_in(APPROVER).get(f"{said['links']['receipt']}?reason=register").json()
    assert receipt["facts"]["evidence"]["hukou"] == {"signature_valid": False}
    assert "miaopi_evidence_alarms_total" in client.get("/metrics").text


def test_of_another_holders_licence_nothing_is_kept(remote: Service, repository: Repository) -> None:
    repository.switch({REQUIRED["hukou"]: _fault("wrong-holder")})
    client = Client(create_app(remote))
    said = client.signed_in(LI).apply().json()
    receipt = client.signed_in(APPROVER).get(f"{said['links']['receipt']}?reason=register")
    assert receipt.json()["facts"]["evidence"]["hukou"] == {"holder": "", "signature_valid": True}
    assert WU not in receipt.text
    assert HE not in receipt.text


def test_sources_are_asked_at_once(remote: Service, repository: Repository) -> None:
    asked_for = {*REQUIRED.values(), "senior-allowance-notice"}
    repository.switch({each: {"kind": "slow", "milliseconds": 3000} for each in asked_for})
    before = len(repository.requests())
    assert Client(create_app(remote)).signed_in(LI).apply().json()["conclusion"] == "approve"
    asked = repository.requests()[before:]
    assert {each["type"] for each in asked} == asked_for
    assert max(each["received_at"] for each in asked) < min(each["answered_at"] for each in asked)


def test_every_request_says_what_it_is_for(remote: Service, repository: Repository) -> None:
    before = len(repository.requests())
    number = Client(create_app(remote)).signed_in(LI).apply().json()["number"]
    assert {each["use_cause"] for each in repository.requests()[before:]} == {f"高龄老人津贴 · 首次申领（{number}）"}


def test_after_the_keys_rotated_new_and_old_licences_are_believed(
    fetching: Settings, remote: Service, repository: Repository
) -> None:
    client = Client(create_app(remote))
    assert client.signed_in(LI).apply().json()["conclusion"] == "approve"
    old = {each["kid"] for each in repository.control.get("/keys").json()["keys"]}
    assert repository.rotate() not in old
    assert client.signed_in(WU).apply().json()["conclusion"] == "reject"  # what is not believed is unknown, and refuses nobody
    assert old < {each["kid"] for each in repository.control.get("/keys").json()["keys"]}


def test_an_issuer_that_is_not_trusted_for_a_type_is_not_believed(
    fetching: Settings, rules: Any, repository: Repository
) -> None:
    issuers = {"*": frozenset({"11440309MA5XQY1239"}), "household-register": frozenset({"11440300007542195T"})}
    evidence = fetching.evidence.model_copy(update={"issuers": issuers})
    service = start(replace(fetching, evidence=evidence), rules[0], rules[1], now=lambda: NOW)
    before = _alarms("household-register", "untrusted-issuer")
    said = Client(create_app(service)).signed_in(LI).apply().json()
    [named] = _unreliable(service, said["number"])
    service.sources.close()
    service.database.close()
    assert (said["conclusion"], named["reason"]) == ("review", "untrusted-issuer")
    assert _alarms("household-register", "untrusted-issuer") == before + 1


def test_a_repository_that_is_not_there_leads_to_review(settings: Settings, rules: Any) -> None:
    evidence = EvidenceSettings.model_validate({"authority": "http://127.0.0.1:9", "source_deadline": 1})
    service = start(replace(settings, evidence=evidence), rules[0], rules[1], now=lambda: NOW)
    said = Client(create_app(service)).signed_in(LI).apply().json()
    reasons = {each["reason"] for each in _unreliable(service, said["number"])}
    service.sources.close()
    service.database.close()
    assert (said["conclusion"], reasons) == ("review", {"unreachable"})


def test_a_source_that_keeps_failing_is_left_alone_for_a_while_and_tried_again(
    fetching: Settings, rules: Any, repository: Repository
) -> None:
    evidence = fetching.evidence.model_copy(update={"source_rest": 5.0})
    service = start(replace(fetching, evidence=evidence), rules[0], rules[1], now=lambda: NOW)
    client = Client(create_app(service)).signed_in(FIRM)
    situations = client.get(f"{V1}/matters/public-venue-hygiene-permit").json()["situations"]
    path = next(f"{V1}/situations/{each['id']}/form" for each in situations if each["instant"])

    def reason() -> str | None:
        client.get(path)  # prefilled from the business licence alone
        found: str | None = client.get(f"{V1}/licence-uses").json()["uses"][0]["reason"]
        return found

    repository.switch({"business-licence": _fault("malformed")})
    assert {reason() for _ in range(7)} == {"malformed"}  # an answer, though no good one
    repository.switch({"business-licence": _fault("down")})
    assert [reason() for _ in range(5)] == ["down"] * 5
    asked = len(repository.requests())
    assert reason() == "circuit-open"
    assert len(repository.requests()) == asked
    repository.switch({})
    while (said := reason()) == "circuit-open":
        time.sleep(0.5)
    assert said is None
    service.sources.close()
    service.database.close()


def test_a_failure_that_may_pass_is_tried_three_times(remote: Service, repository: Repository) -> None:
    repository.switch({REQUIRED["hukou"]: _fault("down")})
    before = len(repository.requests())
    Client(create_app(remote)).signed_in(LI).apply()
    types = [each["type"] for each in repository.requests()[before:]]
    assert (types.count(REQUIRED["hukou"]), types.count(REQUIRED["death"])) == (3, 1)
