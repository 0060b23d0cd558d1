"""Told to end while applications pour in: whatever was answered is kept, and everything else may be sent again with its key."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import httpx
import pytest

from service.demo import WU
from service.settings import Settings
from tests.service.conftest import CLAIM, V1
from tests.service.operation.process import served
from tests.service.rows import select

SENDERS, EACH, BEFORE_THE_END = 4, 30, 20


@pytest.mark.long
def test_nothing_that_was_answered_is_lost_when_the_service_is_told_to_end(settings: Settings, tmp_path: Path) -> None:
    kept: dict[str, str] = {}
    failed: list[str] = []
    enough = Event()
    with served(settings, tmp_path / "log") as running, ThreadPoolExecutor(SENDERS) as pool:
        wu = running.signed_in(WU)  # refused at once, so that the next may follow

        def send(sender: int) -> None:
            for place in range(EACH):
                key = f"{sender}-{place}"
                try:
                    answer = running.client.post(f"{V1}/applications", json=CLAIM, headers={**wu, "Idempotency-Key": key})
                except httpx.TransportError:
                    failed.append(key)
                    continue
                assert answer.status_code == 201, answer.text
                kept[key] = answer.json()["number"]
                if len(kept) >= BEFORE_THE_END:
                    enough.set()

        senders = [pool.submit(send, sender) for sender in range(SENDERS)]
        assert enough.wait(60)
        running.end()
        for each in senders:
            each.result()
    assert failed
    stored = dict(select(settings.database, "SELECT key, case_number FROM idempotency"))
    assert {key: stored.get(key) for key in kept} == kept
    with served(settings, tmp_path / "log") as running:
        for key in failed:
            answer = running.client.post(f"{V1}/applications", json=CLAIM, headers={**wu, "Idempotency-Key": key})
            assert answer.status_code == 201
            assert stored.get(key) in (None, answer.json()["number"])
    numbers = [number for (number,) in select(settings.database, "SELECT case_number FROM idempotency")]
    assert len(numbers) == len({*numbers}) == SENDERS * EACH
