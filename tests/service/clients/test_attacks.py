"""What a portal tries that wants more than it was given, and what others try who want to be a portal."""

from __future__ import annotations

import threading

import pytest

from service.clients import keeping
from service.demo import APPROVER, LI, WU
from service.state import COOKIE, Service
from tests.service.clients.conftest import ANOTHER, PORTAL, agree, ask, basic, token
from tests.service.conftest import V1, Client, Clock

pytestmark = pytest.mark.either_database


def test_a_token_for_one_person_reaches_nothing_of_another(client: Client, portal: Client) -> None:
    wu = client.signed_in(WU)
    number = wu.apply().json()["number"]
    draft = wu.post(f"{V1}/drafts", {"situation": "senior-card-new", "form": {}}).json()["id"]
    tried = (f"cases/{number}", f"cases/{number}/receipt", f"drafts/{draft}")
    assert [portal.get(f"{V1}/{each}").status_code for each in tried] == [404] * 3
    assert portal.post(f"{V1}/cases/{number}/withdraw", {}).status_code == 404


def test_a_token_for_somebody_of_the_staff_makes_the_portal_no_staff(client: Client, secret: str) -> None:
    zheng = client.signed_in(APPROVER)
    number = client.signed_in(WU).apply().json()["number"]
    agree(zheng, "applications", "cases", "licences")
    caller = token(client, PORTAL, secret, acting_for=APPROVER)
    assert zheng.get(f"{V1}/cases/{number}").status_code == 200
    assert caller.get(f"{V1}/cases/{number}").status_code == 404
    assert caller.get(f"{V1}/reviews").status_code == 403
    assert caller.get(f"{V1}/cases").json()["cases"] == []


def test_a_scope_that_was_not_given_opens_nothing(client: Client, li: Client, secret: str) -> None:
    agree(li, "cases")
    caller = token(client, PORTAL, secret, acting_for=LI)
    answer = caller.apply()
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:miaopi:problem:scope-missing")
    assert answer.headers["www-authenticate"] == 'Bearer error="insufficient_scope", scope="applications"'
    assert caller.get(f"{V1}/situations/senior-allowance-first-claim/form").status_code == 403
    assert caller.get(f"{V1}/licences").status_code == 403
    asked = ask(client, PORTAL, secret, acting_for=LI, scope="cases licences")
    assert asked.json()["error"] == "invalid_scope"


def test_a_portal_agrees_to_nothing_for_anybody(portal: Client) -> None:
    assert portal.call("PUT", f"{V1}/consents/{PORTAL}", json={"scopes": ["cases"]}).status_code == 403
    assert portal.get(f"{V1}/consents").status_code == 403
    assert portal.get("/my/portals").status_code == 403
    assert portal.get(f"{V1}/my/data").status_code == 403
    assert portal.post(f"{V1}/sessions", {"number": LI}).status_code == 403
    assert portal.call("DELETE", f"{V1}/sessions/current").status_code == 403


def test_a_portal_does_not_use_the_mandates_that_a_person_has(portal: Client) -> None:
    headers = {"Acting-For": "01890000-0000-7000-8000-000000000000"}
    answer = portal.get(f"{V1}/cases", headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:miaopi:problem:not-while-acting")


def test_a_token_for_nobody_is_nobody(client: Client, li: Client, secret: str) -> None:
    agree(li, "applications", "cases", "licences")
    caller = token(client, PORTAL, secret)
    assert caller.get(f"{V1}/matters").status_code == 200
    answer = caller.get(f"{V1}/cases")
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:miaopi:problem:acts-for-nobody")
    form = caller.get(f"{V1}/situations/senior-allowance-first-claim/form")
    assert form.status_code == 200
    assert "x-prefilled" not in form.text


def test_what_one_portal_was_let_do_no_other_does(client: Client, service: Service, portal: Client) -> None:
    other = keeping.add(service.database, ANOTHER, "另一平台", ["cases"], 10, service.now()).secret or ""
    assert ask(client, ANOTHER, other, acting_for=LI).json()["error"] == "invalid_grant"


def test_a_token_in_a_cookie_is_nobodys(client: Client, portal: Client) -> None:
    assert client.get(f"{V1}/cases", headers={"Cookie": f"{COOKIE}={portal.token}"}).status_code == 401


@pytest.mark.parametrize("made_up", ["mpt_", "mpt_x", "mpt_" + "A" * 43, "mps_" + "A" * 43])
def test_a_token_that_was_made_up_is_nobodys(client: Client, made_up: str) -> None:
    assert Client(client.app, made_up).get(f"{V1}/cases").status_code == 401


def test_a_secret_is_not_a_token_and_a_token_no_secret(client: Client, secret: str, portal: Client) -> None:
    assert Client(client.app, secret).get(f"{V1}/cases").status_code == 401
    assert ask(client, PORTAL, portal.token or "").status_code == 401


def test_secrets_are_tried_so_often_and_nobody_else_is_kept_out_by_it(
    client: Client, service: Service, secret: str, clock: Clock
) -> None:
    other = keeping.add(service.database, ANOTHER, "另一平台", ["cases"], 10, service.now()).secret or ""
    tried = [ask(client, PORTAL, f"mps_{each}").status_code for each in range(25)]
    assert tried == [401] * 20 + [429] * 5
    right = ask(client, PORTAL, secret)
    assert right.status_code == 429
    assert 1 <= int(right.headers["retry-after"]) <= 901
    assert ask(client, ANOTHER, other).status_code == 200
    assert ask(Client(client.app, host="192.0.2.7"), PORTAL, secret).status_code == 200
    clock.on(minutes=15)
    assert ask(client, PORTAL, secret).status_code == 200


def test_secrets_tried_all_at_once_are_counted_too(client: Client, secret: str) -> None:
    answers: list[int] = []

    def guess() -> None:
        answers.append(ask(client, PORTAL, "mps_guess").status_code)

    threads = [threading.Thread(target=guess) for _ in range(40)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert set(answers) <= {401, 429}
    assert ask(client, PORTAL, secret).status_code == 429


def test_people_are_not_found_by_trying_their_numbers(client: Client, service: Service) -> None:
    few = keeping.add(service.database, "few", "少", ["cases"], 30, service.now()).secret or ""
    tried = [ask(client, "few", few, acting_for=f"4403091945031500{each:02}").status_code for each in range(40)]
    assert tried == [400] * 30 + [429] * 10


def test_a_client_calls_so_often_a_minute_whatever_its_token(client: Client, service: Service, li: Client, clock: Clock) -> None:
    few = keeping.add(service.database, "few", "少", ["cases", "catalogue"], 40, service.now()).secret or ""
    agree(li, "cases", id_="few")
    one, another = token(client, "few", few), token(client, "few", few, acting_for=LI)
    answers = [each.get(f"{V1}/{path}").status_code for _ in range(25) for each, path in ((one, "matters"), (another, "cases"))]
    assert answers == [200] * 38 + [429] * 12
    assert li.get(f"{V1}/cases").status_code == 200
    clock.on(minutes=1)
    assert one.get(f"{V1}/matters").status_code == 200


def test_the_number_of_a_person_does_not_come_back(client: Client, secret: str) -> None:
    sent = {"grant_type": "client_credentials", "acting_for": LI}
    assert LI not in client.call("POST", f"{V1}/token", data=sent, headers=basic(PORTAL, secret)).text
