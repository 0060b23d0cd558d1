"""A portal acts for those who let it, within what they let it do, and only as long as they do."""

from __future__ import annotations

from typing import Any

from service.clients import keeping
from service.demo import LI, WRITER, WU
from service.demo import PORTAL as DEMO
from service.settings import Settings
from service.state import Service
from tests.service.clients.conftest import ANOTHER, PORTAL, agree, ask, token
from tests.service.conftest import V1, Client, Clock
from tests.service.rows import select


def of_portal(person: Client) -> Any:
    """What the person is told of the portal."""
    [found] = [each for each in person.get(f"{V1}/consents").json()["portals"] if each["id"] == PORTAL]
    return found


def test_a_portal_applies_for_whoever_let_it_and_the_case_is_theirs(li: Client, portal: Client) -> None:
    number = portal.apply().json()["number"]
    assert li.get(f"{V1}/cases/{number}").status_code == 200
    assert portal.get(f"{V1}/cases/{number}/receipt").status_code == 200
    assert portal.get(f"{V1}/licences").status_code == 200


def test_of_many_who_agreed_each_token_acts_for_one(client: Client, li: Client, secret: str, portal: Client) -> None:
    wu = client.signed_in(WU)
    agree(wu, "applications", "cases")
    another = token(client, PORTAL, secret, acting_for=WU)
    numbers = [each.apply().json()["number"] for each in (portal, another)]
    assert [[case["number"] for case in each.get(f"{V1}/cases").json()["cases"]] for each in (li, wu)] == [[each] for each in numbers]
    assert [each.get(f"{V1}/cases/{number}").status_code for each, number in zip((another, portal), numbers, strict=True)] == [404] * 2


def test_what_a_person_agreed_to_is_shown_to_them_and_may_be_taken_back(client: Client, li: Client, portal: Client) -> None:
    shown = of_portal(li)
    assert (shown["id"], shown["name"]) == (PORTAL, "i龙华")
    assert shown["consent"]["scopes"] == ["applications", "cases", "licences"]
    assert shown["consent"]["used_at"] is not None
    assert li.call("DELETE", f"{V1}/consents/{PORTAL}").status_code == 204
    assert portal.get(f"{V1}/cases").status_code == 401
    assert of_portal(li)["consent"] is None
    assert li.call("DELETE", f"{V1}/consents/{PORTAL}").status_code == 404


def test_agreeing_anew_takes_the_place_of_what_was_agreed_before(client: Client, li: Client, secret: str, portal: Client) -> None:
    agree(li, "cases")
    assert portal.get(f"{V1}/cases").status_code == 401
    assert ask(client, PORTAL, secret, acting_for=LI, scope="applications").json()["error"] == "invalid_scope"
    assert token(client, PORTAL, secret, acting_for=LI).get(f"{V1}/cases").status_code == 200


def test_a_consent_ends_after_a_year(client: Client, li: Client, secret: str, clock: Clock) -> None:
    agree(li, "cases")
    clock.on(days=364, hours=23, minutes=55)
    caller = token(client, PORTAL, secret, acting_for=LI)
    clock.on(minutes=5)
    assert caller.get(f"{V1}/cases").status_code == 401
    assert ask(client, PORTAL, secret, acting_for=LI).json()["error"] == "invalid_grant"


def test_consents_are_given_to_portals_that_are_there_for_what_they_may_do(service: Service, li: Client, secret: str) -> None:
    def refused(id_: str, *scopes: str) -> tuple[int, str]:
        answer = li.call("PUT", f"{V1}/consents/{id_}", json={"scopes": list(scopes)})
        return answer.status_code, answer.json()["type"].rsplit(":", 1)[1]

    assert refused("nobody", "cases") == (404, "unknown-client")
    assert refused(PORTAL, "catalogue") == (422, "client-scopes")
    assert refused(PORTAL, "cases", "everything") == (422, "client-scopes")
    assert refused(PORTAL)[0] == 422
    keeping.add(service.database, ANOTHER, "另一平台", ["cases"], 10, service.now())
    assert refused(ANOTHER, "applications") == (422, "client-scopes")
    keeping.set_disabled(service.database, ANOTHER, True, service.now())
    assert refused(ANOTHER, "cases") == (404, "unknown-client")
    assert {each["id"] for each in li.get(f"{V1}/consents").json()["portals"]} == {PORTAL, DEMO}


def test_one_answer_for_who_has_no_account_and_who_did_not_agree(client: Client, secret: str) -> None:
    answers = [ask(client, PORTAL, secret, acting_for=each) for each in (WU, "440309195611230015", "x", WRITER)]
    assert len({each.text for each in answers}) == 1


def test_who_looked_and_who_asked_is_told_by_the_name_of_the_portal(li: Client, portal: Client, settings: Settings) -> None:
    number = portal.apply().json()["number"]
    portal.get(f"{V1}/cases/{number}")
    uses = li.get(f"{V1}/licence-uses").json()["uses"]
    assert {each["client"] for each in uses} == {"i龙华"}
    asked = f"SELECT client, action FROM audit WHERE case_number = '{number}' AND account_id IS NOT NULL ORDER BY id"
    assert select(settings.database, asked) == [(PORTAL, "case.submitted"), (PORTAL, "case.read")]
    li.get(f"{V1}/cases/{number}")  # one's own look at one's own is no look
    assert len(select(settings.database, asked)) == 2


def test_the_same_key_of_the_portal_and_of_the_person_are_two(li: Client, portal: Client) -> None:
    first = portal.apply(key="k")
    assert portal.apply(key="k").content == first.content
    again = li.apply(key="k")
    assert (again.status_code, again.json()["type"]) == (409, "urn:miaopi:problem:case-open")
    another = {"situation": "ride-hailing-driver-certificate-new", "form": {}}
    assert li.apply(another, key="k").status_code == 201


def test_an_account_that_is_disabled_is_acted_for_by_nobody(service: Service, portal: Client) -> None:
    from service.accounts import keeping as accounts

    accounts.set_disabled(service.database, LI, True, service.now())
    assert portal.get(f"{V1}/cases").status_code == 401
