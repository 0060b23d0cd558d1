"""A mandate is given by the one it speaks for, counts once its agent has accepted it, and ends when either side says so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from service.demo import CHILD, DAUGHTER, FIRM, HE, LI, REPRESENTATIVE, WU
from service.mandates.giving import LONGEST, MOST
from service.state import Service
from tests.service.conftest import NOW, V1, Client, Clock, do_work
from tests.service.mandates.proxies import AGENT, NEW, UNTIL, Proxy, code, given, proxy, standing


def test_both_sides_see_it_with_the_other_by_name_and_a_veiled_number(client: Client) -> None:
    mandate = given(client, department="civil-affairs")
    ours = client.signed_in(HE).get(f"{V1}/mandates/{mandate}").json()
    theirs = client.signed_in(DAUGHTER).get(f"{V1}/mandates/{mandate}").json()
    assert (ours["side"], theirs["side"], ours["state"]) == ("principal", "agent", "offered")
    assert (theirs["principal"]["name"], ours["agent"]) == ("何振声", {"name": "周晓梅", "number": "440309********0023"})
    assert (theirs["acts"], theirs["department"], theirs["until"]) == (["apply", "read", "receive"], "civil-affairs", UNTIL)


def test_it_counts_from_the_moment_it_is_accepted(client: Client) -> None:
    mandate = given(client)
    person = client.signed_in(DAUGHTER)
    before = Proxy(person, mandate).get(f"{V1}/cases")
    accepted = person.post(f"{V1}/mandates/{mandate}/accept").json()
    assert (before.status_code, code(before)) == (403, "no-mandate")
    assert (accepted["state"], Proxy(person, mandate).get(f"{V1}/cases").status_code) == ("in-force", 200)


@pytest.mark.parametrize("who", [HE, DAUGHTER])
def test_either_side_ends_it_and_at_once(client: Client, who: str) -> None:
    found = proxy(client)
    assert client.signed_in(who).post(f"{V1}/mandates/{found.mandate}/end").json()["state"] == "ended"
    assert code(found.get(f"{V1}/cases")) == "no-mandate"
    assert code(client.signed_in(who).post(f"{V1}/mandates/{found.mandate}/end")) == "mandate-closed"


def test_what_was_ended_before_it_was_accepted_cannot_be_accepted(client: Client) -> None:
    mandate = given(client)
    client.signed_in(HE).post(f"{V1}/mandates/{mandate}/end")
    assert code(client.signed_in(DAUGHTER).post(f"{V1}/mandates/{mandate}/accept")) == "mandate-closed"


def test_only_the_agent_accepts_it(client: Client) -> None:
    mandate = given(client)
    answers = [client.signed_in(each).post(f"{V1}/mandates/{mandate}/accept") for each in (HE, WU)]
    assert [(each.status_code, code(each)) for each in answers] == [(403, "mandate-not-yours"), (404, "unknown-mandate")]


def test_a_name_that_is_not_the_agents_tells_a_stranger_nothing(client: Client) -> None:
    """The number may have been mistyped."""
    mandate = given(client, agent={**AGENT, "name": "周小梅"})
    person = client.signed_in(DAUGHTER)
    assert mandate not in [each["id"] for each in person.get(f"{V1}/mandates").json()["mandates"]]
    assert code(person.post(f"{V1}/mandates/{mandate}/accept")) == "unknown-mandate"


@pytest.mark.parametrize(("fields", "problem"), [
    ({"until": (NOW.date() - timedelta(1)).isoformat()}, "mandate-until"), ({"until": "2026-13-01"}, "mandate-until"),
    ({"until": (NOW.date() + LONGEST + timedelta(1)).isoformat()}, "mandate-until"),
    ({"agent": {"number": HE, "name": "何振声"}}, "mandate-agent"), ({"agent": {"number": FIRM, "name": "晨光百货"}}, "mandate-agent"),
    ({"department": "nowhere"}, "mandate-scope"), ({"situations": ["nothing"]}, "mandate-scope"),
    ({"department": "civil-affairs", "situations": ["senior-card-new"]}, "mandate-scope"), ({"acts": []}, "invalid-request"),
    ({"acts": ["apply", "delegate"]}, "invalid-request"), ({"kind": "guardian"}, "invalid-request"),
])  # fmt: skip
def test_what_no_mandate_can_be(client: Client, fields: dict[str, Any], problem: str) -> None:
    answer = client.signed_in(HE).post(f"{V1}/mandates", {**NEW, **fields})
    assert (answer.status_code, code(answer)) == (422, problem)


def test_only_so_many_are_open_at_once(client: Client) -> None:
    he = client.signed_in(HE)
    first, *_ = [he.post(f"{V1}/mandates", NEW).json()["id"] for _ in range(MOST)]
    assert code(he.post(f"{V1}/mandates", NEW)) == "too-many-mandates"
    he.post(f"{V1}/mandates/{first}/end")
    assert he.post(f"{V1}/mandates", NEW).status_code == 201


def test_nobody_hands_a_mandate_on_but_an_organisations_representative_gives_its_own(client: Client) -> None:
    assert code(proxy(client).post(f"{V1}/mandates", {**NEW, "agent": {"number": WU, "name": "吴秀珍"}})) == "not-while-acting"
    answer = standing(client, REPRESENTATIVE).post(f"{V1}/mandates", NEW)
    assert answer.status_code == 201
    assert client.signed_in(FIRM).get(f"{V1}/mandates").json()["mandates"][0]["id"] == answer.json()["id"]


def test_who_they_are_by_a_register_is_not_ended_by_saying_so(client: Client) -> None:
    found = standing(client, REPRESENTATIVE)
    assert code(found.client.post(f"{V1}/mandates/{found.mandate}/end")) == "mandate-registered"


def test_its_last_day_counts_and_the_next_does_not(client: Client, clock: Clock) -> None:
    mandate = proxy(client, until=(NOW.date() + timedelta(2)).isoformat()).mandate
    answers = []
    for _ in range(4):
        answers.append(Proxy(client.signed_in(DAUGHTER), mandate).get(f"{V1}/cases").status_code)
        clock.on(days=1)
    assert answers == [200, 200, 200, 403]
    assert client.signed_in(HE).get(f"{V1}/mandates/{mandate}").json()["state"] == "over"


def test_each_move_is_on_record_and_told_to_the_other_side(client: Client, service: Service) -> None:
    mandate = given(client)
    do_work(service)
    daughter = client.signed_in(DAUGHTER)
    daughter.post(f"{V1}/mandates/{mandate}/accept")
    do_work(service)
    daughter.post(f"{V1}/mandates/{mandate}/end")
    do_work(service)
    he = [each["subject"]["zh"] for each in client.signed_in(HE).get(f"{V1}/inbox").json()["messages"]]
    assert he == ["委托已结束：何振声、周晓梅", "周晓梅已接受您的委托"]
    assert [each["subject"]["zh"] for each in daughter.get(f"{V1}/inbox").json()["messages"]] == ["何振声委托您代为办事"]
    with service.database.reading() as session:
        query = "SELECT action FROM audit WHERE about = :id ORDER BY id"

        told = session.connection().execute(text(query), {"id": mandate}).scalars().all()
    assert told == ["mandate.given", "mandate.accepted", "mandate.ended"]


def test_a_mandate_that_is_nobodys_is_not_there(client: Client) -> None:
    he = client.signed_in(HE)
    assert [he.get(f"{V1}/mandates/{uuid4()}").status_code, he.post(f"{V1}/mandates/{uuid4()}/end").status_code] == [404, 404]


def test_the_demo_people_who_act_for_others(client: Client) -> None:
    found = {each: client.signed_in(each).get(f"{V1}/mandates").json()["mandates"] for each in (REPRESENTATIVE, DAUGHTER)}
    assert [(each["kind"], each["principal"]["name"]) for each in found[REPRESENTATIVE]] == [
        ("representative", "深圳市龙华区晨光百货有限公司")]
    assert [(each["kind"], each["state"]) for each in found[DAUGHTER]] == [("mandate", "in-force")]
    assert client.post(f"{V1}/sessions", {"number": CHILD}).status_code == 404
    assert client.signed_in(LI).get(f"{V1}/mandates").json()["mandates"][0]["side"] == "principal"
