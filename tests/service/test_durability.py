"""What a real process keeps when it is killed, and what it makes of many at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from service.cases.tables import IdempotencyRow
from service.demo import LI, WU
from service.settings import Settings
from tests.service.conftest import CLAIM, V1
from tests.service.rows import KEPT, clear, counts
from tests.service.server import serving


def _apply(client: httpx.Client, token: str, key: str = "key-1") -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
    return client.post(f"{V1}/applications", json=CLAIM, headers=headers)


def _token(client: httpx.Client, number: str = LI) -> str:
    client.cookies.clear()  # signing in ends the session that a browser still has
    token: str = client.post(f"{V1}/sessions", json={"number": number}).json()["token"]
    return token


def test_killed_between_decision_and_answer_the_retry_gets_the_stored_answer(settings: Settings) -> None:
    with serving(settings, die="before-answer") as client:
        token = _token(client)
        with pytest.raises(httpx.TransportError):
            _apply(client, token)
    [kept] = clear(settings, IdempotencyRow)
    with serving(settings) as client:
        answer = _apply(client, token)
    assert (answer.status_code, answer.content) == (201, kept.answer)
    assert answer.json()["number"] == kept.case_number
    assert counts(settings.database)['"case"'] == 1


def test_killed_before_the_commit_nothing_is_kept_and_the_retry_makes_the_one_case(settings: Settings) -> None:
    with serving(settings, die="before-commit") as client:
        token = _token(client)
        with pytest.raises(httpx.TransportError):
            _apply(client, token)
    assert counts(settings.database) == dict.fromkeys(KEPT, 0)
    with serving(settings) as client:
        assert _apply(client, token).json()["conclusion"] == "approve"
    assert counts(settings.database) == {'"case"': 1, "receipt": 1, "idempotency": 1, "licence_use": 4}


def test_fifty_at_once_with_one_key_make_one_case_and_get_one_answer(settings: Settings) -> None:
    with serving(settings) as client, ThreadPoolExecutor(50) as pool:
        token = _token(client)
        answers = list(pool.map(lambda _: _apply(client, token), range(50)))
    assert {each.status_code for each in answers} == {201}
    assert len({each.content for each in answers}) == 1
    assert counts(settings.database) == {'"case"': 1, "receipt": 1, "idempotency": 1, "licence_use": 4}


def test_many_at_once_of_different_people_all_get_numbers_of_their_own(settings: Settings) -> None:
    with serving(settings) as client, ThreadPoolExecutor(20) as pool:
        tokens = [_token(client, number) for number in (LI, *[WU] * 19)]
        answers = list(pool.map(lambda each: _apply(client, tokens[each], f"key-{each}"), range(20)))
    assert {each.status_code for each in answers} == {201}
    assert len({each.json()["number"] for each in answers}) == 20
    assert counts(settings.database)["receipt"] == 20
