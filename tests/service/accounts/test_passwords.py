"""Signing in by password: right, wrong in every way with one answer and the same work, too often, and no longer allowed."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from service.accounts import keeping, passwords
from service.app import create_app
from service.demo import APPROVER, HE, LI, WU
from service.problems import Problem
from service.settings import Settings
from service.state import COOKIE, Service
from service.web.forgery import FIELD, VISIT, token_for
from tests.service.conftest import V1, Client, Clock
from tests.service.rows import select

pytestmark = pytest.mark.either_database

WANG, SECRET = "440309198907070018", "长风破浪会有时2026"
"""Somebody who is not made up, and their password."""
NOBODY = "440309199101010010"


@pytest.fixture
def wang(service: Service) -> str:
    keeping.add(service.database, WANG, "王海", ["applicant", "approver"], "civil-affairs", service.now())
    keeping.set_password(service.database, WANG, SECRET, service.now())
    return WANG


def tried(client: Client, number: str, password: str | None = SECRET, **options: Any) -> httpx.Response:
    return client.post(f"{V1}/sessions", {"number": number, "password": password}, **options)


def told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rsplit(":", 1)[1]


def test_who_has_a_password_signs_in_by_it_and_not_without(client: Client, wang: str) -> None:
    answer = tried(Client(client.app, host="192.0.2.1"), wang)
    assert (answer.status_code, answer.json()["roles"]) == (201, ["applicant", "approver"])
    assert Client(client.app, answer.json()["token"]).get(f"{V1}/cases").status_code == 200
    assert told(client.post(f"{V1}/sessions", {"number": wang})) == (404, "unknown-person")


def test_all_that_may_be_wrong_has_one_answer_and_takes_the_same_work(
    client: Client, service: Service, wang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeping.add(service.database, NOBODY, "无密码", ["applicant"], None, service.now())
    done: list[bool] = []
    verify = Argon2id.verify_phc_encoded

    def counted(secret: bytes, phc: str) -> None:
        done.append(phc.split("$")[3] == passwords.kept("x").split("$")[3])
        verify(secret, phc)

    monkeypatch.setattr(Argon2id, "verify_phc_encoded", counted)
    answers = [tried(client, number, "不是这个密码啊") for number in (wang, LI, NOBODY, "440309195611230015", "x" * 18)]
    assert {(*told(each), each.text) for each in answers} == {(401, "sign-in-failed", answers[0].text)}
    assert done == [True] * 5  # with the same parameters each time


def test_a_number_is_tried_so_often_whether_anybody_has_it_or_not(client: Client, wang: str, clock: Clock) -> None:
    for number in (wang, NOBODY):
        assert {told(tried(client, number, "错误的密码一")) for _ in range(5)} == {(401, "sign-in-failed")}
        locked = tried(client, number)
        assert (told(locked), int(locked.headers["Retry-After"])) == ((429, "too-many-tries"), 901)
        assert told(tried(Client(client.app, host="192.0.2.7"), number)) == (429, "too-many-tries")
    clock.on(minutes=15)
    assert tried(client, wang).status_code == 201


def test_tries_are_counted_by_all_processes_together_and_success_starts_anew(
    client: Client, service: Service, settings: Settings, wang: str
) -> None:
    other = Client(create_app(service))
    assert [tried(each, wang, "错误的密码一").status_code for each in (client, other, client, other)] == [401] * 4
    assert tried(other, wang).status_code == 201
    assert [tried(client, wang, "错误的密码一").status_code for _ in range(6)] == [401] * 5 + [429]
    kept = b"".join(bytes(each) for (each,) in select(settings.database, "SELECT who FROM sign_in_try"))
    assert wang.encode() not in kept


def test_a_client_tries_so_often_whatever_numbers_it_takes(client: Client, wang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.accounts.signing_in.CLIENT_TRIES", 6)
    answers = [tried(client, f"44030919560101{each:04}").status_code for each in range(7)]
    assert answers == [401] * 6 + [429]
    assert told(tried(client, wang)) == (429, "too-many-tries")
    assert tried(Client(client.app, host="192.0.2.9"), wang).status_code == 201
    assert told(tried(client, wang, headers={"X-Forwarded-For": "192.0.2.10"})) == (429, "too-many-tries")


def test_access_that_ends_ends_at_once_and_can_come_back(client: Client, service: Service, wang: str) -> None:
    session = Client(client.app, tried(client, wang).json()["token"])
    keeping.set_disabled(service.database, wang, True, service.now())
    assert session.get(f"{V1}/cases").status_code == 401
    assert told(tried(client, wang)) == (401, "sign-in-failed")
    keeping.set_disabled(service.database, wang, False, service.now())
    assert tried(client, wang).status_code == 201
    assert session.get(f"{V1}/cases").status_code == 401


def test_a_new_password_ends_what_was_begun_by_the_old_one(client: Client, service: Service, wang: str) -> None:
    session = Client(client.app, tried(client, wang).json()["token"])
    keeping.set_password(service.database, wang, "直挂云帆济沧海2027", service.now())
    assert session.get(f"{V1}/cases").status_code == 401
    assert (tried(client, wang).status_code, tried(client, wang, "直挂云帆济沧海2027").status_code) == (401, 201)


def test_a_made_up_person_with_a_password_signs_in_by_number_no_more(client: Client, service: Service) -> None:
    keeping.set_password(service.database, APPROVER, SECRET, service.now())
    assert told(client.post(f"{V1}/sessions", {"number": APPROVER})) == (404, "unknown-person")
    assert tried(client, APPROVER).status_code == 201


def test_signing_in_makes_a_new_session_and_ends_the_one_there_was(client: Client, wang: str) -> None:
    planted = {"Cookie": f"{COOKIE}=planted-by-somebody-else"}
    first = tried(client, wang, headers=planted)
    assert first.json()["token"] != "planted-by-somebody-else"
    assert client.get(f"{V1}/cases", headers=planted).status_code == 401
    cookie = {"Cookie": f"{COOKIE}={first.json()['token']}"}
    assert tried(client, wang, headers=cookie).status_code == 201
    assert client.get(f"{V1}/cases", headers=cookie).status_code == 401


def test_a_session_ends_when_nothing_is_done_in_it_and_after_eight_hours_whatever_is(client: Client, wang: str, clock: Clock) -> None:
    idle, used = (Client(client.app, tried(client, wang).json()["token"]) for _ in range(2))
    for _ in range(15):
        clock.on(minutes=31)
        assert used.get(f"{V1}/cases").status_code == 200
    assert idle.get(f"{V1}/cases").status_code == 401
    clock.on(minutes=31)
    assert used.get(f"{V1}/cases").status_code == 401


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaa", WANG, WANG[-10:], "x" * 129, "1212121212"])
def test_a_password_that_is_easily_guessed_is_none(password: str) -> None:
    with pytest.raises(Problem) as refused:
        passwords.hold_to_policy(password, "王海", WANG)
    assert refused.value.code == "password-weak"


def test_a_password_is_the_same_however_a_keyboard_composes_it() -> None:
    assert passwords.is_right("cafe\u0301-longer", passwords.kept("caf\u00e9-longer"))


@pytest.fixture
def page(client: Client) -> dict[str, str]:
    return {"Cookie": f"{VISIT}=visit", "Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


def test_a_browser_is_told_beside_the_field_and_loses_nothing_that_was_typed(client: Client, page: dict[str, str], wang: str) -> None:
    sent = {FIELD: token_for("visit"), "number": wang, "next": "/my/cases", "carried.note": "写了很久"}
    wrong = client.call("POST", "/sign-in", data={**sent, "password": "错误的密码一"}, headers=page)
    assert wrong.status_code == 401
    assert [each in wrong.text for each in ("号码或密码不正确", "写了很久", "错误的密码一")] == [True, True, False]
    right = client.call("POST", "/sign-in", data={**sent, "password": SECRET}, headers=page)
    assert (right.status_code, "写了很久" in right.text) == (200, True)
    cookie = next(each for each in right.headers.get_list("set-cookie") if each.startswith(COOKIE))
    assert {"HttpOnly", "SameSite=strict"} <= set(cookie.split("; "))
    forged = client.call("POST", "/sign-in", data={"number": wang, "password": SECRET}, headers=page)
    assert forged.status_code == 403


def test_accounts_are_held_to_what_they_may_be(service: Service) -> None:
    now = service.now()
    for number, roles, department, agent, code in (
        ("440309198907070019", ["applicant"], None, None, "account-number"), (WANG, ["king"], None, None, "account-roles"),
        (WANG, ["approver"], None, None, "account-roles"), (WANG, ["applicant"], None, LI, "account-agent"),
        (LI, ["applicant"], None, None, "account-known"),
        ("91440300MA5DA1234H", ["applicant"], None, None, "account-agent"),
    ):  # fmt: skip
        with pytest.raises(Problem) as refused:
            keeping.add(service.database, number, "某某", roles, department, now, agent)
        assert refused.value.code == code
    with pytest.raises(Problem):
        keeping.set_roles(service.database, NOBODY, ["applicant"], None, now)
    assert keeping.set_roles(service.database, HE, ["auditor"], None, now).roles == ("auditor",)
    assert WU not in str(keeping.every_account(service.database))
