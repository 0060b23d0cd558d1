"""Signing in as one of the demo people: from this machine only, with a token that the database does not know."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.language.identifiers import resident_id_fault, uscc_check
from service.app import create_app
from service.demo import FIRM, LI, PEOPLE
from service.settings import Settings
from service.state import Service
from tests.service.conftest import NOW, V1, Client
from tests.service.rows import select

SIGN_IN = {"number": LI}


def test_the_cookie_alone_signs_in_and_scripts_cannot_read_it(client: Client) -> None:
    answer = client.post(f"{V1}/sessions", SIGN_IN)
    cookie = answer.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert client.get(f"{V1}/cases", headers={"Cookie": cookie.split(";")[0]}).status_code == 200


def test_the_token_is_kept_as_a_hash_only(client: Client, settings: Settings) -> None:
    token = client.post(f"{V1}/sessions", SIGN_IN).json()["token"]
    files = b"".join(each.read_bytes() for each in settings.data.rglob("*") if each.is_file())
    assert token.encode() not in files
    assert select(settings.database, "SELECT count(*) FROM session") == [(1,)]


def test_a_closed_session_is_over(li: Client) -> None:
    assert li.call("DELETE", f"{V1}/sessions/current").status_code == 204
    assert li.get(f"{V1}/cases").status_code == 401
    assert li.call("DELETE", f"{V1}/sessions/current").status_code == 401


def test_a_session_ends_by_itself(service: Service) -> None:
    li = Client(create_app(service)).signed_in(LI)
    later = replace(service, now=lambda: NOW + timedelta(hours=8))
    assert Client(create_app(later), li.token).get(f"{V1}/cases").status_code == 401


@pytest.mark.parametrize("headers", [
    {"X-Forwarded-For": "127.0.0.1"}, {"X-Forwarded-Host": "evil.example"}, {"Forwarded": "for=127.0.0.1"},
    {"Via": "1.1 proxy"}, {"Host": "evil.example"}, {"Host": "a`b.evil.example"}, {"Host": "127.0.0.1.evil.example"},
    {"Host": "evil.example@127.0.0.1"}, {"Host": "127.0.0.1?.evil.example"}, {"Host": "[::1"}, {"Host": ""},
])  # fmt: skip
def test_nobody_signs_in_through_a_proxy_or_by_a_foreign_name(client: Client, headers: dict[str, str]) -> None:
    assert client.post(f"{V1}/sessions", SIGN_IN, headers=headers).status_code == 403


@pytest.mark.parametrize("host", ["localhost:8000", "LOCALHOST", "127.0.0.1", "[::1]:8000"])
def test_this_machine_has_several_names(client: Client, host: str) -> None:
    assert client.post(f"{V1}/sessions", SIGN_IN, headers={"Host": host}).status_code == 201


def test_nobody_signs_in_from_another_machine(client: Client) -> None:
    assert Client(client.app, host="192.0.2.1").post(f"{V1}/sessions", SIGN_IN).status_code == 403


def test_who_is_not_made_up_cannot_sign_in(client: Client) -> None:
    assert client.post(f"{V1}/sessions", {"number": "440309195611230015"}).status_code == 404


def test_a_wrong_token_is_nobody(client: Client) -> None:
    assert Client(client.app, token="x" * 43).get(f"{V1}/cases").status_code == 401


def test_the_numbers_of_the_demo_people_are_well_formed() -> None:
    assert all(resident_id_fault(each["number"]) is None for each in PEOPLE if each["kind"] == "person")
    assert uscc_check(FIRM)
