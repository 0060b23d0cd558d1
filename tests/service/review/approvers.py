"""Approvers and cases for tests of reviews."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from service.demo import APPROVER, APPROVER_2, HE
from tests.service.conftest import V1, Client

ALIVE: dict[str, Any] = {"evidence": "death", "attribute": "registered", "value": False, "reason": "电话核实，本人健在"}
DEAD: dict[str, Any] = {**ALIVE, "value": True}
WITHOUT_RULESET: dict[str, Any] = {"situation": "senior-card-new", "form": {"note": "照片稍后补"}}


@dataclass
class Approver:
    """Somebody who decides, and remembers no version but what they are given."""

    client: Client

    def see(self, number: str) -> dict[str, Any]:
        answer = self.client.get(f"{V1}/reviews/{number}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        assert answer.headers["etag"] == f'"{found["version"]}"'
        return found

    def move(self, number: str, what: str, version: int | None, body: Any = None) -> httpx.Response:
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        path = f"{V1}/cases/{number}/appeal-decision" if what == "appeal-decision" else f"{V1}/reviews/{number}/{what}"
        return self.client.post(path, body, headers=headers)

    def take(self, number: str) -> int:
        answer = self.move(number, "claim", self.see(number)["version"])
        assert answer.status_code == 200, answer.text
        version: int = answer.json()["version"]
        return version

    def queue(self, query: str = "") -> list[str]:
        """Of every queue, unless one is named."""
        if "queue=" not in query:
            query = f"{query}{'&' if query else '?'}queue=all"
        answer = self.client.get(f"{V1}/reviews{query}")
        assert answer.status_code == 200, answer.text
        return [each["number"] for each in answer.json()["reviews"]]


def approvers(client: Client) -> tuple[Approver, Approver]:
    """Two of the same department."""
    return Approver(client.signed_in(APPROVER)), Approver(client.signed_in(APPROVER_2))


def left_to_a_person(client: Client) -> str:
    """A case that is here because the death register is silent."""
    answer = client.signed_in(HE).apply()
    assert answer.json()["status"] == "in_review"
    number: str = answer.json()["number"]
    return number


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("urn:miaopi:problem:")
