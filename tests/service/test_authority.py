"""The licence repository by itself: what it keeps to its owner, what it asks of a caller, and how it is started."""

from __future__ import annotations

import base64
import hashlib
import os
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from joserfc import jws
from joserfc.jwk import KeySet

from engine.language.identifiers import licence_id_check
from service.authority.app import create_app
from service.authority.running import ISSUER, licence_types, start
from service.demo import LI
from service.signing_keys import SigningKeys
from tests.processes import free_port
from tests.service.conftest import NOW, ROOT, Client
from tests.service.repository import Repository

HOLDER = {"holderCode": LI, "holderTypeCode": "111", "useCause": "测试"}
CARD = {**HOLDER, "certTypeCode": "11100000000013127D001"}
DATA, FILE = "/share/GetCertificateDataByHolder", "/share/GetCertificateFileByHolder"


def _ask(repository: Repository, path: str, data: dict[str, Any]) -> httpx.Response:
    return repository.control.post(path, json={"data": data})


def _payload(repository: Repository, token: str) -> Any:
    keys = KeySet.import_key_set(repository.control.get("/keys").json())
    return orjson.loads(jws.deserialize_compact(token, keys, algorithms=["Ed25519"]).payload)


def test_a_licence_says_who_issued_what_to_whom(repository: Repository) -> None:
    [token] = _ask(repository, DATA, CARD).json()["data"]["signed"]
    said = _payload(repository, token)
    assert (said["issuer"], said["holder_code"], said["holder_name"]) == (ISSUER, LI, "李桂芳")
    assert (said["type_code"], said["status"], said["version"]) == ("11100000000013127D001", "valid", "001")
    assert licence_id_check(said["licence_id"])


def test_by_holder_and_by_id_data_and_file_are_the_same_licence(repository: Repository) -> None:
    [token] = _ask(repository, DATA, CARD).json()["data"]["signed"]
    said = _payload(repository, token)
    by_id = {"certificateId": said["licence_id"], "useCause": "测试"}
    [same] = _ask(repository, "/share/GetCertificateDataByCertificateID", by_id).json()["data"]["signed"]
    for path, data in ((FILE, CARD), ("/share/GetCertificateFileByCertificateID", by_id)):
        [file] = _ask(repository, path, data).json()["data"]["files"]
        content = base64.b64decode(file["content"])
        assert (file["mediaType"], file["sha256"]) == ("application/jose", hashlib.sha256(content).hexdigest())
        assert _payload(repository, content.decode()) == said
    assert _payload(repository, same) == said


def test_a_register_signs_also_that_it_has_no_entry(repository: Repository) -> None:
    asked = {**HOLDER, "checkCode": "justice/criminal-record"}
    [token] = _ask(repository, "/share/GetCheckAnswerByHolder", asked).json()["data"]["signed"]
    assert _payload(repository, token)["status"] == "none"


@pytest.mark.parametrize("cause", [None, "", "因" * 201])
def test_without_a_purpose_nothing_is_answered(repository: Repository, cause: str | None) -> None:
    data = {name: value for name, value in {**CARD, "useCause": cause}.items() if value is not None}
    before = len(repository.requests())
    answer = _ask(repository, DATA, data)
    assert (answer.status_code, answer.json()) == (422, {"ack_code": "FAILURE", "errors": ["data.useCause"]})
    assert len(repository.requests()) == before


def test_faults_are_switched_from_this_machine_alone(tmp_path: Path) -> None:
    authority = start(tmp_path, licence_types(ROOT / "rules"), {}, lambda: NOW)
    app = create_app(authority)
    assert Client(app, host="192.0.2.1").call("PUT", "/control/faults", json={}).status_code == 403
    assert Client(app).call("PUT", "/control/faults", json={}, headers={"X-Forwarded-For": "::1"}).status_code == 403
    assert Client(app).call("PUT", "/control/faults", json={"x": {"kind": "down"}}).status_code == 200
    assert authority.faults["x"].kind == "down"
    authority.database.close()


def test_what_it_keeps_is_its_owners_and_its_keys_survive_a_restart(tmp_path: Path) -> None:
    folder = tmp_path / "repository"
    before = os.umask(0)
    try:
        start(folder, licence_types(ROOT / "rules"), {}, lambda: NOW).database.close()
    finally:
        os.umask(before)
    assert {stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()} == {0o600}
    keys = SigningKeys(folder / "signing-keys.json", ISSUER)
    first = keys.current
    keys.rotate()
    again = SigningKeys(folder / "signing-keys.json", ISSUER)
    assert [each["kid"] for each in again.public()["keys"]] == [first, keys.current]
    assert all("d" not in each for each in again.public()["keys"])


def test_the_command_serves_with_the_faults_of_a_file(tmp_path: Path) -> None:
    faults = tmp_path / "faults.json"
    faults.write_text('{"resident-id-card": {"kind": "down"}}')
    port = free_port()
    command = [sys.executable, "-m", "service.cli", "licence-authority", "--port", str(port), "--data", str(tmp_path / "a"),
               "--faults", str(faults)]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as client:
            answer = _until_there(client)
        assert (answer.status_code, answer.json()["ack_code"]) == (503, "FAILURE")
    finally:
        process.kill()
        process.communicate()


def test_a_file_that_holds_no_faults_is_wrong_use(tmp_path: Path) -> None:
    (tmp_path / "faults.json").write_text('{"x": {"kind": "tired"}}')
    command = [sys.executable, "-m", "service.cli", "licence-authority", "--data", str(tmp_path), "--faults", "faults.json"]
    answer = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False,
                            env={**os.environ, "PYTHONPATH": str(ROOT)})  # fmt: skip
    assert (answer.returncode, "faults.json" in answer.stderr) == (2, True)


def _until_there(client: httpx.Client) -> httpx.Response:
    for _ in range(1200):
        try:
            return client.post(DATA, json={"data": CARD})
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the repository did not start")
