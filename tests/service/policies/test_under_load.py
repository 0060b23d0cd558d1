"""Publishing, stopping, resuming and rolling back while two processes decide: each decision by what is in force at its moment.

The audit's ids tell the order: what changes what is in force, and what is decided by it, hold each other off until they are committed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

import httpx
import orjson
import pytest

from service.cases.tables import ReceiptRow
from service.demo import LI, WRITER, WRITER_2
from service.settings import Settings
from service.state import day_of
from tests.service.conftest import CLAIM, V1
from tests.service.policies.writing import REASON, SENIOR, cases, flat
from tests.service.rows import clear, select
from tests.service.server import serving

APPLICANTS = 6
_MOMENTS = "('case.submitted', 'policy.published', 'policy.rolled-back', 'policy.stopped', 'policy.resumed')"


@dataclass
class Load:
    """Applicants that apply without a pause, each at a process of its own choice."""

    clients: list[httpx.Client]
    token: str
    until: float
    keys: Iterator[int] = field(default_factory=count)
    answers: list[dict[str, Any]] = field(default_factory=list)

    def apply(self, place: int) -> None:
        client = self.clients[place % len(self.clients)]
        headers = {"Authorization": f"Bearer {self.token}"}
        while time.monotonic() < self.until:
            key = {"Idempotency-Key": f"load-{next(self.keys)}"}
            answer = client.post(f"{V1}/applications", json=CLAIM, headers={**headers, **key})
            said = answer.json()
            assert answer.status_code in (201, 409), answer.text
            if answer.status_code == 201:
                self.answers.append(said)
            number = said["number"]
            if said.get("status") == "in_review" or answer.status_code == 409:
                client.post(f"{V1}/cases/{number}/withdraw", json={}, headers=headers)


@pytest.mark.parametrize("seconds", [6, pytest.param(180, marks=pytest.mark.long)])
def test_every_decision_is_made_by_what_is_in_force_at_its_moment(settings: Settings, seconds: int) -> None:
    if settings.database.get_backend_name() != "postgresql":
        pytest.skip("one process alone has a SQLite file; PostgreSQL serves several")
    with ExitStack() as stack:
        clients = [stack.enter_context(serving(settings)) for _ in range(2)]
        li = _token(clients[0], LI)
        load = Load(clients, li, time.monotonic() + seconds)
        with ThreadPoolExecutor(APPLICANTS) as pool:
            applying = [pool.submit(load.apply, place) for place in range(APPLICANTS)]
            changed = _change(clients, load.until)
            for each in applying:
                each.result()
    assert changed >= 4
    _hold_to_order(settings, load)


def _change(clients: list[httpx.Client], until: float) -> int:
    """Publishes, stops, resumes and rolls back in turn, at either process. Answers how often."""
    tokens = [{"Authorization": f"Bearer {_token(clients[0], each)}"} for each in (WRITER, WRITER_2)]
    today = day_of(datetime.now(UTC)).isoformat()
    base, draft = f"{V1}/policies/{SENIOR}", f"{V1}/policies/{SENIOR}/drafts/{today}"
    first = clients[0].get(base, headers=tokens[0]).json()["in_force"]
    version, changed = 0, 0

    def call(place: int, method: str, where: str, body: Any) -> httpx.Response:
        seen = {"If-Match": f'"{version}"'} if version else {}
        answer = clients[place % 2].request(method, where, json=body, headers={**tokens[place // 2], **seen})
        assert answer.status_code in (200, 204), answer.text
        return answer

    for turn in count():
        if time.monotonic() >= until:
            return changed
        grant = 500 + turn
        version = call(turn % 2, "PUT", draft, {"text": flat(grant), "cases": cases(today, grant)}).json()["version"]
        version = call(turn % 2, "POST", f"{draft}/submit", {"reason": REASON}).json()["version"]
        version = call(2 + turn % 2, "POST", f"{draft}/publish", {}).json()["version"]
        time.sleep(0.2)
        call(turn % 2, "POST", f"{base}/stop", {"reason": "x"})
        time.sleep(0.1)
        call(2 + turn % 2, "POST", f"{base}/resume", {"reason": "x"})
        back = {"hash": first, "effective": today, "reason": "x"}
        version = call(turn % 2, "POST", f"{base}/roll-back", back).json()["version"]
        version = call(2 + turn % 2, "POST", f"{draft}/publish", {}).json()["version"]
        changed += 4
    raise AssertionError("unreachable")


def _hold_to_order(settings: Settings, load: Load) -> None:
    """No decision is missing, none is twice there, and each names the version that was in force."""
    rows = select(settings.database, f"SELECT action, case_number, detail FROM audit WHERE action IN {_MOMENTS} ORDER BY id")
    bodies = {each.case_number: each.body for each in clear(settings, ReceiptRow) if each.sequence == 1}
    [(in_force,)] = select(settings.database, f"SELECT hash FROM published_ruleset WHERE ruleset = '{SENIOR}' \
AND effective = '2019-10-01'")
    stopped = False
    decided: dict[str, str] = {}
    for action, number, detail in rows:
        if action == "case.submitted":
            receipt = orjson.loads(bodies[number])
            assert receipt["ruleset_hash"] == in_force
            assert (receipt["fired"] == "ruleset-stopped") is stopped
            decided[number] = receipt["ruleset_hash"]
        elif action in ("policy.stopped", "policy.resumed"):
            stopped = action == "policy.stopped"
        else:
            [in_force] = orjson.loads(detail)["hashes"]
    print(f"{len(decided)} decisions by {len(set(decided.values()))} versions, {len(rows) - len(decided)} changes")
    assert decided.keys() == {each["number"] for each in load.answers}
    assert len(load.answers) == len(decided)
    assert len(set(decided.values())) >= 2


def _token(client: httpx.Client, number: str) -> str:
    client.cookies.clear()  # signing in ends the session that a browser still has
    answer = client.post(f"{V1}/sessions", json={"number": number})
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["token"]
    return found

