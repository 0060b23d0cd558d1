"""The record over HTTP: receipts sealed, heads for everybody, the proof of one case for auditors alone."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson
import pytest

from engine.decision.replay import replay
from service.audit.checking import verify
from service.audit.heads import read_head
from service.audit.proofs import CaseProof, check_proof
from service.audit.receipt_seal import check_seal
from service.demo import APPROVER, AUDITOR, LI
from service.signing_keys import BadSignature, PublicKeys
from service.state import Service
from tests.service.audit.history import whole_record
from tests.service.conftest import V1, Client


def keys_of(client: Client) -> PublicKeys:
    return PublicKeys(client.get(f"{V1}/keys").json())


def receipt_for(client: Client, person: str, number: str) -> tuple[bytes, dict[str, Any]]:
    answer = client.signed_in(person).get(f"{V1}/cases/{number}/receipt?reason=register")
    assert answer.status_code == 200
    return answer.content, answer.json()


def test_a_receipt_is_sealed_and_still_decided_again_to_the_same(service: Service, client: Client, li: Client) -> None:
    number = li.apply().json()["number"]
    _, receipt = receipt_for(client, APPROVER, number)
    check_seal(receipt, keys_of(client))
    prepared = service.rulesets.by_hash(receipt["ruleset_hash"])
    assert prepared is not None
    assert replay(receipt, prepared.compiled) == ()
    receipt["grant"]["monthly_amount"] = "900.00"
    with pytest.raises(BadSignature):
        check_seal(receipt, keys_of(client))


def test_the_applicants_copy_has_a_seal_of_its_own_and_nothing_to_guess_by(client: Client, li: Client) -> None:
    number = li.apply().json()["number"]
    _, copy = receipt_for(client, LI, number)
    _, complete = receipt_for(client, APPROVER, number)
    check_seal(copy, keys_of(client))
    assert copy["copy"] == "applicant"
    assert "receipt_hash" not in copy
    assert copy["seal"] != complete["seal"]
    assert complete["receipt_hash"] not in orjson.dumps(copy).decode()


def test_the_seal_is_only_on_what_was_decided(client: Client) -> None:
    body = {"form": {"bank_account": "6222000000000001"}}
    assert "seal" not in client.post(f"{V1}/situations/senior-allowance-first-claim/precheck", body).json()


def test_an_auditor_gets_everything_on_record_about_a_case_with_its_proof(
    service: Service, client: Client, li: Client
) -> None:
    number = li.apply().json()["number"]
    body, _ = receipt_for(client, APPROVER, number)
    whole_record(service)
    auditor = client.signed_in(AUDITOR)
    proof = auditor.get(f"{V1}/audit/cases/{number}").json()
    checked = check_proof(proof, keys_of(client))
    assert isinstance(checked, CaseProof)
    told = {row.entry["action"]: row.entry for row in checked.rows}
    assert set(told) == {"case.submitted", "receipt.sealed", "receipt.read"}
    assert orjson.loads(told["receipt.sealed"]["detail"])["receipt"] == f"sha256:{hashlib.sha256(body).hexdigest()}"
    assert [each["action"] for each in checked.not_sealed] == ["record.read"]  # that the auditor looked, before the answer


def test_only_auditors_get_it(client: Client, li: Client) -> None:
    number = li.apply().json()["number"]
    assert client.get(f"{V1}/audit/cases/{number}").status_code == 401
    for person in (LI, APPROVER):
        assert client.signed_in(person).get(f"{V1}/audit/cases/{number}").status_code == 403
    assert client.signed_in(AUDITOR).get(f"{V1}/audit/cases/LH20261123000000909").status_code == 404
    assert client.signed_in(AUDITOR).get(f"{V1}/audit/cases/{'x' * 99}").status_code == 422


def test_everybody_gets_heads_and_the_proof_that_the_record_only_grew(service: Service, client: Client, li: Client) -> None:
    assert client.get(f"{V1}/audit/head").status_code == 404
    whole_record(service)
    first = client.get(f"{V1}/audit/head").json()["head"]
    li.apply()
    whole_record(service)
    batch = read_head(first, keys_of(client)).head.batch
    proof = client.get(f"{V1}/audit/consistency?old={batch}").json()
    assert proof["old"] == first
    assert proof["new"] == client.get(f"{V1}/audit/head").json()["head"]
    check_proof(proof, keys_of(client))
    check_proof(client.get(f"{V1}/audit/consistency?old={batch}&new={batch}").json(), keys_of(client))
    for query, status in (("old=99999", 404), (f"old={batch + 1}&new={batch}", 404), ("old=0", 422), ("old=x", 422), (f"old={2**60}", 422)):
        assert client.get(f"{V1}/audit/consistency?{query}").status_code == status


def test_what_the_service_does_is_a_whole_record(service: Service, client: Client, li: Client) -> None:
    number = li.apply().json()["number"]
    receipt_for(client, APPROVER, number)
    whole_record(service)
    with service.database.reading() as session:
        found = verify(session, PublicKeys(service.sealer.keys.public()), service.sealer.anchored.kept())
    assert (found.findings, found.unsealed) == ((), ())
    assert found.anchored == found.batches
