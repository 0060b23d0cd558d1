"""People who act for others, in tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from service.demo import DAUGHTER, HE
from tests.service.conftest import CLAIM, NOW, V1, Client

UNTIL = (NOW.date() + timedelta(30)).isoformat()
AGENT = {"number": DAUGHTER, "name": "周晓梅"}
NEW: Mapping[str, Any] = {"agent": AGENT, "acts": ["apply", "read", "receive"], "until": UNTIL}


@dataclass
class Proxy:
    """Somebody signed in who says at each call by which mandate they act."""

    client: Client
    mandate: str

    def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"Acting-For": self.mandate, **options.pop("headers", {})}
        return self.client.call(method, path, headers=headers, **options)

    def get(self, path: str) -> httpx.Response:
        return self.call("GET", path)

    def post(self, path: str, body: Any = None, **options: Any) -> httpx.Response:
        return self.call("POST", path, **({"json": body} if body is not None else {}), **options)

    def apply(self, body: Any = CLAIM, key: str = "key-1") -> httpx.Response:
        return self.post(f"{V1}/applications", body, headers={"Idempotency-Key": key})


def code(answer: httpx.Response) -> str:
    """Of the problem."""
    told: str = answer.json()["type"]
    return told.rsplit(":", 1)[1]


def given(client: Client, principal: str = HE, **fields: Any) -> str:
    """A mandate that the daughter was offered; its id."""
    answer = client.signed_in(principal).post(f"{V1}/mandates", {**NEW, **fields})
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


def proxy(client: Client, principal: str = HE, agent: str = DAUGHTER, **fields: Any) -> Proxy:
    """The daughter, who has accepted a mandate of the principal."""
    mandate = given(client, principal, **fields)
    person = client.signed_in(agent)
    answer = person.post(f"{V1}/mandates/{mandate}/accept")
    assert answer.status_code == 200, answer.text
    return Proxy(person, mandate)


def standing(client: Client, agent: str) -> Proxy:
    """Somebody of the demo people who may act for somebody from the start."""
    person = client.signed_in(agent)
    [mandate] = person.get(f"{V1}/mandates").json()["mandates"]
    return Proxy(person, mandate["id"])
