"""Whatever is sent: a problem document in the caller's language, and nothing kept."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.decision.problems import MESSAGES
from service.app import create_app
from service.demo import LI
from service.problems import PROBLEMS, language
from service.rate_limits import SharedWindow
from service.requests import LARGEST_BODY, SECURITY_HEADERS
from service.settings import Settings, sqlite_url
from service.starting import start
from service.state import Service
from tests.service.conftest import CLAIM, ROOT, V1, Client
from tests.service.rows import KEPT, counts

JSON = {"Content-Type": "application/json", "Idempotency-Key": "k"}
DEEP = b'{"situation": "s", "form": {"a": ' + b"[" * 40 + b"]" * 40 + b"}}"
BODIES: dict[str, bytes] = {
    "nothing": b"",
    "not json": b"{",
    "not utf-8": b'{"situation": "\xff"}',
    "two values": b"{} {}",
    "duplicate name": b'{"situation": "a", "situation": "b", "form": {}}',
    "duplicate name with a lone surrogate": b'{"situation": "a", "form": {"\\ud800": 1, "\\ud800": 2}}',
    "name beyond the basic plane with a lone surrogate": b'{"situation": "a", "form": {"\\ud83d\\ude00\\ud800": 1}}',
    "not a number": b'{"situation": "s", "form": {"a": NaN}}',
    "infinity": b'{"situation": "s", "form": {"a": -Infinity}}',
    "lone surrogate": b'{"situation": "s", "form": {"a": "\\ud800"}}',
    "long number": b'{"situation": "s", "form": {"a": ' + b"9" * 35 + b"}}",
    "huge exponent": b'{"situation": "s", "form": {"a": 1e999999}}',
    "an exponent past any decimal": b'{"situation": "s", "form": {"a": 0e-9999999999999999999}}',
    "too deep": DEEP,
    "null": b"null",
    "list": b"[]",
    "text": b'"senior"',
    "form missing": b'{"situation": "senior-allowance-first-claim"}',
    "form a list": b'{"situation": "senior-allowance-first-claim", "form": []}',
    "situation a number": b'{"situation": 1, "form": {}}',
    "unknown member": json.dumps({**CLAIM, "evidence": {}}).encode(),
    "applicant in the body": json.dumps({**CLAIM, "applicant": {"number": "440309195611230015"}}).encode(),
    "materials": json.dumps({**CLAIM, "materials": {"household": {"met": True, "by": "upload"}}}).encode(),
    "commitments a text": json.dumps({**CLAIM, "commitments": "aged"}).encode(),
    "account a number": json.dumps({**CLAIM, "form": {"bank_account": 6222000000000001}}).encode(),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_bad_body_is_a_problem_and_keeps_nothing(li: Client, settings: Settings, body: bytes) -> None:
    answer = li.call("POST", f"{V1}/applications", content=body, headers=JSON)
    _is_problem(answer, 422)
    assert counts(settings.database) == dict.fromkeys(KEPT, 0)


@given(body=st.binary(max_size=200) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["situation", "form", "bank_account", "commitments", ""]), inner, max_size=3),
).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_no_body_at_all_makes_a_server_error(shared: Client, body: bytes) -> None:
    for path in (f"{V1}/applications", f"{V1}/situations/senior-allowance-first-claim/precheck", f"{V1}/sessions"):
        answer = shared.call("POST", path, content=body, headers=JSON)
        if path.endswith("precheck") and answer.status_code == 200:
            continue  # what is not given yet is unknown, and no mistake
        _is_problem(answer, answer.status_code)
        assert answer.status_code in (422, 404)


@pytest.mark.parametrize(("method", "path", "status"), [
    ("GET", "/nothing", 404), ("GET", f"{V1}/matters/", 404), ("GET", f"{V1}/matters/none", 404),
    ("GET", f"{V1}/situations/none/form", 404), ("GET", f"{V1}/applications", 405), ("PUT", f"{V1}/cases", 405),
    ("GET", f"{V1}/matters?instant=perhaps", 422), ("GET", f"{V1}/matters?audience=cats", 422),
    ("GET", f"{V1}/matters?query={'a' * 101}", 422), ("GET", f"{V1}/cases?limit=0", 422),
    ("GET", f"{V1}/cases/%00%ff", 404), ("GET", f"{V1}/matters/%E4%BA", 404),
])  # fmt: skip
def test_what_is_not_there_or_not_right_is_a_problem(li: Client, method: str, path: str, status: int) -> None:
    _is_problem(li.call(method, path), status)


def test_a_method_that_is_not_taken_names_those_that_are(client: Client) -> None:
    assert client.get(f"{V1}/applications").headers["allow"] == "POST"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/vnd.api+json", ""])
def test_only_json_is_taken(li: Client, kind: str) -> None:
    headers = {**JSON, "Content-Type": kind}
    _is_problem(li.call("POST", f"{V1}/applications", content=json.dumps(CLAIM), headers=headers), 415)


def test_a_body_over_the_limit_is_refused_whether_its_length_is_told_or_not(li: Client, settings: Settings) -> None:
    _is_problem(li.call("POST", f"{V1}/applications", content=b" " * (LARGEST_BODY + 1), headers=JSON), 413)
    _is_problem(li.call("POST", f"{V1}/applications", content=_until(LARGEST_BODY + 1), headers=JSON), 413)
    assert counts(settings.database) == dict.fromkeys(KEPT, 0)


@pytest.mark.parametrize(("accepted", "lang"), [
    (None, "zh"), ("en", "en"), ("en-GB,zh;q=0.5", "en"), ("en;q=0.3, zh-CN", "zh"), ("fr", "zh"), ("en;q=0", "zh"),
    ("fr, en;q=0.1", "en"), (";;;q=,", "zh"), ("EN;Q=1", "en"),
])  # fmt: skip
def test_a_problem_speaks_the_callers_language(accepted: str | None, lang: str) -> None:
    assert language(accepted) == lang


def test_the_same_problem_reads_in_both_languages(client: Client) -> None:
    for lang, title in (("zh", "没有这个事项"), ("en", "There is no such matter")):
        answer = client.get(f"{V1}/matters/none", headers={"Accept-Language": lang})
        assert answer.json()["title"] == title
        assert (answer.headers["content-language"], answer.headers["vary"]) == (lang, "Accept-Language")


@pytest.mark.parametrize(("lang", "place"), [("zh", 0), ("en", 1)])
def test_gaps_are_told_in_the_callers_language(li: Client, lang: str, place: int) -> None:
    headers = {"Idempotency-Key": "k", "Accept-Language": lang}
    answer = li.post(f"{V1}/applications", {**CLAIM, "form": {}}, headers=headers)
    assert answer.json()["gaps"][0]["message"] == MESSAGES["missing"][place].format(label="智慧养老颐年卡账号")


def test_every_problem_has_a_text_in_each_language() -> None:
    for status, zh, en in PROBLEMS.values():
        assert 400 <= status < 600
        assert not zh.isascii()
        assert en.isascii()


def test_the_unexpected_is_a_plain_500_and_the_log_keeps_personal_data_out(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError(f"about {LI}")

    li = Client(create_app(service)).signed_in(LI)
    failing = Client(create_app(replace(service, numbers=type("Broken", (), {"reserve": broken})())), li.token)
    with caplog.at_level(logging.DEBUG):
        answer = failing.apply()
    _is_problem(answer, 500)
    assert "RuntimeError" in caplog.text
    for text in (answer.text, caplog.text):
        assert LI not in text
        assert "Traceback" not in text


def test_nothing_personal_is_logged_of_a_whole_application(li: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="service"):
        li.apply()
        li.apply({**CLAIM, "form": {"bank_account": "1"}}, "k")
    assert LI not in caplog.text
    assert "6222" not in caplog.text


def test_every_answer_carries_the_security_headers(client: Client) -> None:
    for path in ("/healthz", "/nothing", f"{V1}/matters", f"{V1}/openapi.json"):
        headers = client.get(path).headers
        assert {name: headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS


def test_the_service_says_that_it_lives_and_is_ready(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready"}


def test_openapi_tells_every_call_with_its_problems_and_how_to_sign_in(client: Client) -> None:
    document = client.get(f"{V1}/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    calls = {(path, method): each for path, methods in document["paths"].items() for method, each in methods.items()}
    assert {(f"{V1}/applications", "post"), (f"{V1}/cases/{{number}}/receipt", "get"), (f"{V1}/matters", "get")} <= calls.keys()
    assert all("application/problem+json" in each["responses"]["default"]["content"] for each in calls.values())
    assert calls[f"{V1}/applications", "post"]["security"]
    schemas = document["components"]["schemas"]
    assert all(schemas[name]["examples"] for name in ("Application", "Precheck", "SignIn", "CaseAnswer"))


@pytest.fixture(scope="module")
def shared(rules: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One signed-in client for all generated bodies: none of them may change anything."""
    folder = tmp_path_factory.mktemp("shared")
    settings = Settings(ROOT / "rules", ROOT / "matters.yaml", sqlite_url(folder / "miaopi.db"), folder)
    started = start(settings, *rules)
    many = SharedWindow(started.database, "many", 10_000, 1_000_000, started.now)
    service = replace(started, prechecks=many)
    yield Client(create_app(service)).signed_in(LI)
    assert counts(settings.database) == dict.fromkeys(KEPT, 0)
    service.database.close()


def _is_problem(answer: Any, status: int) -> None:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert answer.json()["type"].startswith("urn:miaopi:problem:")
    assert answer.json()["title"]


async def _until(size: int) -> Any:
    """A body in pieces whose length nobody told."""
    for _ in range(size // 65_536 + 1):
        yield b" " * 65_536
