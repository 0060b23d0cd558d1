"""A body costs no more than its size: none is refused slowly, or waited for without end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from service import requests
from service.demo import LI
from service.requests import LARGEST_BODY
from tests.service.conftest import CLAIM, V1, Client
from tests.service.files import pdf

JSON = {"Content-Type": "application/json"}
PATH = f"{V1}/situations/{CLAIM['situation']}/precheck"
NAMES = [b'"%x":1' % each for each in range(80_000)]
BODIES: dict[str, bytes] = {
    "a text that never ends": b'{"a":' * 33 + b'"' + b'\\"' * 450_000,
    "a text that ends in half an escape": b'{"a":' * 33 + b'"' + b'\\"' * 450_000 + b"\\",
    "texts without an end to the lists": b"[" * 33 + b'"a",' * 200_000,
    "the last of many names again": b"{" + b",".join([*NAMES, NAMES[-1]]) + b"}",
    "many unknown names": b"{" + b",".join(NAMES) + b"}",
    "brackets in a text": b'"' + b"[" * 1_000_000,
    "a long number": b"[" + b"9" * 1_000_000,
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_hostile_body_is_refused_at_once(client: Client, body: bytes) -> None:
    assert len(body) <= LARGEST_BODY
    began = time.monotonic()
    answer = client.call("POST", PATH, content=body, headers=JSON)
    assert answer.status_code == 422
    assert time.monotonic() - began < 60  # these took minutes to hours; the machine may be busy


def test_of_many_faults_in_a_request_the_first_hundred_are_told(client: Client) -> None:
    assert len(client.call("POST", PATH, content=BODIES["many unknown names"], headers=JSON).json()["gaps"]) == 100


def test_no_text_holds_what_a_database_may_not_keep(client: Client) -> None:
    """Wherever it stands: in a name or a text of a body, in an address, in a form, in a file's name."""
    li = client.signed_in(LI)
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a\x00.pdf"\r\n\r\n'
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    parts = {"Content-Type": "multipart/form-data; boundary=b"}
    refused = [
        li.apply({**CLAIM, "form": {"bank_account": "6222\x00"}}),
        li.apply({**CLAIM, "form": {"a\x00": "1"}}),
        li.get(f"{V1}/inbox?before=%00"),
        li.call("POST", f"{V1}/materials", content=part + pdf() + b"\r\n--b--\r\n", headers=parts),
    ]
    assert {(each.status_code, each.json()["type"].rsplit(":", 1)[1]) for each in refused} == {(422, "nul-in-text")}
    assert li.apply({**CLAIM, "form": {"bank_account": "\\u0000"}}).json()["type"] == "urn:miaopi:problem:invalid-facts"
    assert li.call("PUT", f"{V1}/review-filters/%00", json={}).status_code == 404
    assert li.call("POST", "/sign-in", content=b"number=%00", headers=form).status_code < 500


def test_a_body_that_does_not_come_is_not_waited_for(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "LONGEST_WAIT", 0)
    answer = client.call("POST", PATH, content=_slowly(), headers=JSON)
    assert (answer.status_code, answer.json()["type"]) == (408, "urn:miaopi:problem:too-slow")


async def _slowly() -> AsyncIterator[bytes]:
    yield b"{"
    await asyncio.sleep(60)
