"""The token endpoint is RFC 6749's: who a client is, what it may have, for whom, and how it is told that it may not."""

from __future__ import annotations

import pytest

from service.clients import keeping
from service.clients.tables import ClientRow, ClientTokenRow
from service.demo import LI, WU
from service.settings import Settings
from service.state import Service
from tests.service.clients.conftest import PORTAL, agree, ask, basic, token
from tests.service.conftest import V1, Client, Clock
from tests.service.rows import clear, select

GRANT = {"grant_type": "client_credentials"}


def test_a_client_is_given_a_bearer_token_for_ten_minutes(client: Client, secret: str) -> None:
    answer = ask(client, PORTAL, secret, scope="catalogue cases")
    said = answer.json()
    assert answer.status_code == 200
    assert (said["token_type"], said["expires_in"], said["scope"]) == ("Bearer", 600, "cases catalogue")
    assert answer.headers["cache-control"] == "no-store"


def test_the_secret_may_stand_in_the_form_or_the_header_and_not_in_both(client: Client, secret: str) -> None:
    form = {**GRANT, "client_id": PORTAL, "client_secret": secret}
    assert client.call("POST", f"{V1}/token", data=form).status_code == 200
    both = client.call("POST", f"{V1}/token", data=form, headers=basic(PORTAL, secret))
    assert (both.status_code, both.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(("fields", "status", "error"), [
    ({}, 400, "invalid_request"), ({"grant_type": ""}, 400, "invalid_request"),
    ({"grant_type": "password", "username": LI, "password": "x"}, 400, "unsupported_grant_type"),
    ({"grant_type": "authorization_code", "code": "x"}, 400, "unsupported_grant_type"),
    ({**GRANT, "scope": "everything"}, 400, "invalid_scope"), ({**GRANT, "scope": "cases administrator"}, 400, "invalid_scope"),
    ({**GRANT, "acting_for": LI}, 400, "invalid_grant"), ({**GRANT, "acting_for": "nobody"}, 400, "invalid_grant"),
])  # fmt: skip
def test_what_is_refused_is_told_as_the_standard_has_it(
    client: Client, secret: str, fields: dict[str, str], status: int, error: str
) -> None:
    answer = client.call("POST", f"{V1}/token", data=fields, headers=basic(PORTAL, secret))
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("body", [
    b"grant_type=client_credentials&grant_type=client_credentials", b"grant_type=%00", b"\xff", b"a" * 100,
    b"&".join(b"a%d=1" % each for each in range(30)),
])  # fmt: skip
def test_a_form_that_cannot_be_read_is_no_request(client: Client, secret: str, body: bytes) -> None:
    headers = {**basic(PORTAL, secret), "Content-Type": "application/x-www-form-urlencoded"}
    answer = client.call("POST", f"{V1}/token", content=body, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    answer = client.call("POST", f"{V1}/token", json=GRANT, headers=basic(PORTAL, secret))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("headers", [
    {}, basic(PORTAL, "mps_wrong"), basic(PORTAL, ""), basic("nobody", "x"), {"Authorization": "Basic !!!"},
    {"Authorization": "Basic"}, {"Authorization": "Bearer mpt_x"},
])  # fmt: skip
def test_who_is_not_a_client_is_told_how_to_be_one(client: Client, secret: str, headers: dict[str, str]) -> None:
    answer = client.call("POST", f"{V1}/token", data=GRANT, headers=headers)
    assert answer.status_code == 401
    if "Bearer" not in str(headers):  # a token that is nobody's goes no further than the door
        assert answer.json()["error"] == "invalid_client"
        assert answer.headers["www-authenticate"].startswith("Basic ")


def test_neither_secret_nor_token_is_kept(client: Client, secret: str, settings: Settings) -> None:
    given = ask(client, PORTAL, secret).json()["access_token"]
    kept = f"{clear(settings, ClientRow)}{clear(settings, ClientTokenRow)}"
    assert PORTAL in kept
    assert secret not in kept
    assert given not in kept


def test_a_token_ends_after_ten_minutes(client: Client, secret: str, clock: Clock) -> None:
    caller = token(client, PORTAL, secret, scope="catalogue")
    clock.on(seconds=599)
    assert caller.get(f"{V1}/matters").status_code == 200
    clock.on(seconds=1)
    answer = caller.get(f"{V1}/matters")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer error="invalid_token"')


def test_a_client_that_is_disabled_has_nothing_from_that_moment_on(client: Client, service: Service, secret: str, portal: Client) -> None:
    keeping.set_disabled(service.database, PORTAL, True, service.now())
    assert portal.get(f"{V1}/cases").status_code == 401
    assert ask(client, PORTAL, secret).json()["error"] == "invalid_client"
    keeping.set_disabled(service.database, PORTAL, False, service.now())
    assert portal.get(f"{V1}/cases").status_code == 401
    assert token(client, PORTAL, secret, acting_for=LI).get(f"{V1}/cases").status_code == 200


def test_the_secret_before_is_good_for_a_day_unless_it_may_be_known_to_somebody(
    client: Client, service: Service, secret: str, clock: Clock
) -> None:
    second = keeping.rotate(service.database, PORTAL, at_once=False, now=clock()).secret or ""
    assert [ask(client, PORTAL, each).status_code for each in (secret, second)] == [200, 200]
    clock.on(hours=24)
    assert [ask(client, PORTAL, each).status_code for each in (secret, second)] == [401, 200]
    caller = token(client, PORTAL, second)
    third = keeping.rotate(service.database, PORTAL, at_once=True, now=clock()).secret or ""
    assert [ask(client, PORTAL, each).status_code for each in (second, third)] == [401, 200]
    assert caller.get(f"{V1}/matters").status_code == 401


def test_without_scopes_it_is_given_what_it_may_have_and_was_agreed_to(client: Client, service: Service, li: Client) -> None:
    narrow = keeping.add(service.database, "narrow", "窄", ["cases", "catalogue"], 10, service.now()).secret or ""
    agree(li, "cases", id_="narrow")
    assert ask(client, "narrow", narrow, acting_for=LI).json()["scope"] == "cases catalogue"
    assert ask(client, "narrow", narrow, acting_for=LI, scope="cases").json()["scope"] == "cases"
    assert ask(client, "narrow", narrow, scope="applications").json()["error"] == "invalid_scope"


def test_every_token_and_every_refusal_is_on_record_with_client_and_person(
    client: Client, li: Client, secret: str, settings: Settings
) -> None:
    agree(li, "cases")
    ask(client, PORTAL, secret, acting_for=LI)
    ask(client, PORTAL, secret, acting_for=WU)
    ask(client, PORTAL, "wrong")
    [(who,)] = select(settings.database, "SELECT account_id FROM audit WHERE action = 'consent.given'")
    asked = "SELECT client, account_id, action, detail FROM audit WHERE action LIKE 'token.%' ORDER BY id"
    assert select(settings.database, asked) == [
        (PORTAL, who, "token.granted", '{"scopes":"cases catalogue"}'),
        (PORTAL, None, "token.refused", '{"error":"invalid_grant"}'),
        (PORTAL, None, "token.refused", '{"error":"invalid_client"}'),
    ]  # fmt: skip
