"""What is in force decides, from the first moment of its day, and a ruleset that is stopped leaves it to people."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from engine.catalogue import Catalogue
from engine.decision.replay import replay
from service.app import create_app
from service.cases import deciding
from service.demo import APPROVER, FIRM, HE, LI, WU
from service.policies import actions
from service.policies.importing import import_missing
from service.rulesets import Rulesets, load_rules
from service.settings import Settings
from service.starting import start
from service.state import Service
from tests.service.conftest import CLAIM, NOW, V1, Client, Clock
from tests.service.databases import beside
from tests.service.elders import another_elder
from tests.service.policies.writing import (
    SENIOR,
    TODAY,
    TOMORROW,
    Writers,
    cases,
    flat,
    path,
    policy,
    text_with,
    writers,
)
from tests.service.rows import select
from tests.service.test_applications import SUBSIDY

STOP, RESUME = f"{V1}/policies/{SENIOR}/stop", f"{V1}/policies/{SENIOR}/resume"
WHY = {"reason": "津贴标准写错"}


def apply(client: Client, number: str = LI, key: str = "key-1") -> dict[str, Any]:
    found: dict[str, Any] = client.signed_in(number).apply(key=key).json()
    return found


def receipt(client: Client, answer: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = client.signed_in(APPROVER).get(f"{answer['links']['receipt']}?reason=register").json()
    return found


def test_at_midnight_in_shenzhen_the_new_version_decides(writing: Writers, client: Client, clock: Clock) -> None:
    other = another_elder(writing.service)
    writing.put_in_force(flat(500), cases(TOMORROW), TOMORROW)
    clock.moment = datetime(2026, 11, 23, 15, 59, 59, 999_999, UTC)
    assert apply(client)["grant"] == {"monthly_amount": "300.00"}
    clock.moment += timedelta(microseconds=1)
    assert apply(client, other)["grant"] == {"monthly_amount": "500.00"}


def test_a_stopped_ruleset_leaves_everything_to_people_until_it_is_resumed(writing: Writers, client: Client) -> None:
    assert writing.one.post(STOP, WHY).status_code == 204
    for number, proposed in ((LI, "approve"), (WU, "reject"), (HE, None)):
        answer = apply(client, number)
        assert (answer["conclusion"], answer["status"], answer["grant"]) == ("review", "in_review", {})
        kept = receipt(client, answer)
        assert (kept["causes"][0], kept.get("proposed")) == ("ruleset-stopped", proposed)
        found = writing.service.rulesets.by_hash(kept["ruleset_hash"])
        assert found is not None
        assert replay(kept, found.compiled) == ()
        assert replay({**kept, "fired": "approve"}, found.compiled)
        assert client.signed_in(number).get(f"/my/cases/{answer['number']}").status_code == 200
    looked = client.post(f"{V1}/situations/{CLAIM['situation']}/precheck", {"form": CLAIM["form"]}).json()
    assert "ruleset-stopped" in looked["causes"]
    assert policy(writing.one)["state"] == "stopped"
    assert writing.one.post(STOP, WHY).json()["type"] == "urn:miaopi:problem:nothing-to-change"

    assert writing.other.post(RESUME, WHY).status_code == 204
    assert policy(writing.one)["state"] == "active"
    client.signed_in(LI).post(f"{V1}/cases/{apply(client)['number']}/withdraw", {})
    assert apply(client, key="key-2")["conclusion"] == "approve"


def test_a_case_that_waits_for_a_source_goes_to_a_person_when_its_ruleset_is_stopped(
    writing: Writers, client: Client, clock: Clock
) -> None:
    answer = apply(client, HE)
    assert answer["status"] == "awaiting_evidence"
    assert writing.one.post(STOP, WHY).status_code == 204
    clock.moment += timedelta(minutes=1)
    writing.do_work()
    assert client.signed_in(HE).get(answer["links"]["self"]).json()["status"] == "in_review"


def test_a_stopped_ruleset_is_replaced_by_one_that_is_published_today(writing: Writers, client: Client) -> None:
    writing.one.post(STOP, WHY)
    writing.put_in_force(flat(500), cases(TODAY))
    assert apply(client)["grant"] == {"monthly_amount": "500.00"}


def test_an_older_version_decides_again_when_two_people_say_so(writing: Writers, client: Client) -> None:
    old = policy(writing.one)["in_force"]
    bad = writing.put_in_force(flat(500), cases(TODAY))["in_force"]
    back = {"hash": old, "effective": TODAY, "reason": "新标准有误"}
    asked = writing.one.post(f"{V1}/policies/{SENIOR}/roll-back", back)
    assert (asked.status_code, asked.json()["state"]) == (200, "submitted")
    version = asked.json()["version"]
    assert writing.publish(version=version, by=writing.one).json()["type"] == "urn:miaopi:problem:own-draft"
    assert writing.other.get(path(TODAY, "review")).json()["against"] == bad
    assert writing.publish(version=version).status_code == 200
    found = policy(writing.one)
    assert found["in_force"] == old
    assert found["history"][0]["kind"] == "rolled-back"
    assert apply(client)["ruleset"] == f"{SENIOR}/2019-10-01"
    states = {each["hash"]: [since["state"] for since in each["since"]] for each in found["versions"]}
    assert states == {old: ["active", "active"], bad: ["withdrawn"]}


def test_what_has_not_begun_can_be_taken_back(writing: Writers) -> None:
    writing.put_in_force(flat(500), cases(TOMORROW), TOMORROW)
    back = f"{V1}/policies/{SENIOR}/coming/{TOMORROW}/withdraw"
    assert writing.one.post(back, WHY).status_code == 204
    assert writing.one.post(back, WHY).status_code == 409
    assert writing.one.post(back.replace(TOMORROW, "2019-10-01"), WHY).status_code == 409


def test_what_is_published_stays_as_it_is_and_decides_after_a_restart(
    writing: Writers, client: Client, settings: Settings, rules: tuple[Catalogue, Rulesets]
) -> None:
    found = writing.put_in_force(flat(500), cases(TODAY))
    old, new = found["versions"][1]["hash"], found["versions"][0]["hash"]
    kept = receipt(client, apply(client))
    writing.service.close()
    again = start(settings, *rules, now=lambda: NOW)
    client = Client(create_app(again))
    reader = writers(again, client).one
    assert policy(reader)["in_force"] == new == kept["ruleset_hash"]
    assert apply(client, another_elder(again))["grant"] == {"monthly_amount": "500.00"}
    there = again.rulesets.by_hash(new)
    assert there is not None
    assert replay(kept, there.compiled) == ()
    assert reader.get(f"{V1}/policies/{SENIOR}/versions/{new}").json()["text"] == flat(500)
    assert reader.get(f"{V1}/policies/{SENIOR}/versions/{old}").json()["text"] == text_with()
    again.close()


def test_a_ruleset_is_addressed_by_what_it_hashes_to(service: Service, settings: Settings) -> None:
    rows = select(settings.database, "SELECT hash, text, cases, sources FROM published_ruleset")
    texts = dict(select(settings.database, "SELECT digest, body FROM policy_text"))
    assert len(rows) >= 8
    for hash_, own, beside_it, sources in rows:
        assert {own, beside_it, *orjson.loads(sources).values()} <= texts.keys()
        found = service.rulesets.by_hash(hash_)
        assert found is not None
        assert found.compiled.ruleset.hash == hash_


def test_a_day_has_one_activation(service: Service, settings: Settings) -> None:
    with pytest.raises(DBAPIError), beside(settings.database) as connection:
        connection.execute(text(
            "INSERT INTO activation (id, ruleset, since, hash, shadow, state, changed_at) "
            "SELECT '00000000000000000000000000000001', ruleset, since, hash, shadow, 'active', changed_at FROM activation"
        ))  # fmt: skip


def test_the_same_files_are_not_imported_twice(service: Service, settings: Settings, rules: tuple[Catalogue, Rulesets]) -> None:
    before = select(settings.database, "SELECT number FROM policy_generation")
    import_missing(service.database, settings.rules, rules[1], NOW)
    assert select(settings.database, "SELECT number FROM policy_generation") == before


@pytest.mark.parametrize("what", ["replaced", "stopped", "another"])
def test_what_changes_while_an_application_is_decided_decides_it(
    writing: Writers, client: Client, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """The last look is in the transaction itself; a change of another ruleset costs nothing but a second look."""
    version = writing.draft(flat(500), cases(TODAY))["version"]
    version = writing.submit(version=version).json()["version"]
    asked = writing.one.post(f"{V1}/policies/ride-hailing-driver-certificate", {})  # no such call
    assert asked.status_code == 405
    changes: list[Callable[[], Any]] = [{
        "replaced": lambda: writing.publish(version=version),
        "stopped": lambda: writing.one.post(STOP, WHY),
        "another": lambda: writing.one.post(f"{V1}/policies/ride-hailing-driver-certificate/stop", WHY),
    }[what]]  # fmt: skip
    decide, decided = deciding.gather_and_decide, []

    def slowly(*given: Any, **named: Any) -> Any:
        found = decide(*given, **named)
        decided.append(found.ruleset_hash)
        with ThreadPoolExecutor(1) as somebody_else:  # for this may be the event loop
            while changes:
                assert somebody_else.submit(changes.pop()).result().status_code in (200, 204)
        return found

    monkeypatch.setattr("service.cases.submission.gather_and_decide", slowly)
    kept = receipt(client, apply(client))
    expected = {"replaced": ("approve", "500.00"), "stopped": ("review", None), "another": ("approve", "300.00")}[what]
    assert (kept["conclusion"], kept["grant"].get("monthly_amount")) == expected
    assert len(decided) == (1 if what == "another" else 2)
    assert kept["ruleset_hash"] == decided[-1]


def test_a_shadow_answers_beside_what_is_in_force_and_decides_nothing(writing: Writers, client: Client) -> None:
    version = writing.draft(flat(300, age=85), cases(TODAY, 300))["version"]
    version = writing.submit(version=version).json()["version"]
    assert writing.publish(version=version, by=writing.one, shadow=True).status_code == 403
    assert writing.publish(version=version, shadow=True).json()["state"] == "submitted"
    approved, rejected = apply(client), apply(client, WU)
    assert approved["conclusion"] == "approve"
    writing.do_work()
    writing.do_work()
    found = writing.one.get(f"{V1}/policies/{SENIOR}/shadow").json()
    assert (found["compared"], found["same"]) == (2, 1)
    assert found["turns"] == {"approve → reject": 1}
    assert found["by_condition"] == {"aged": 1}
    assert found["cases"] == [{"case": approved["number"], "decided": "approve", "answered": "reject",
                               "conditions": {"aged": ["pass", "fail"]}}]  # fmt: skip
    assert rejected["number"] not in str(found)
    assert policy(writing.one)["shadow"] == found["hash"]

    assert writing.publish(version=version).json()["state"] == "published"
    assert policy(writing.one)["shadow"] is None
    assert apply(client, key="key-2")["conclusion"] == "reject"


def test_a_shadow_can_be_ended(writing: Writers) -> None:
    writing.draft(flat(300), cases(TODAY, 300))
    writing.submit()
    writing.publish(shadow=True)
    assert writing.one.call("DELETE", f"{V1}/policies/{SENIOR}/shadow").status_code == 204
    assert writing.one.call("DELETE", f"{V1}/policies/{SENIOR}/shadow").status_code == 409
    assert writing.service.rulesets.current.shadows == {}


def test_figures_are_of_each_version_and_small_counts_are_not_for_the_public(writing: Writers, client: Client) -> None:
    for number in (LI, WU, HE):
        apply(client, number)
    writing.do_work()
    [version] = policy(writing.one)["versions"]
    figures = version["figures"]
    assert (figures["decisions"], figures["instant"], figures["instant_rate"]) == (3, 2, 0.6667)
    assert {each["cause"] for each in figures["causes"]} == {"alive", "evidence.death"}

    def public(session: Session) -> Any:
        return actions.figures_of(session, SENIOR, public=True)

    with writing.service.database.reading() as session:
        assert [each.decisions for each in public(session).values()] == [0]


def test_a_past_case_of_their_department_is_tried_by_policy_writers_and_masked(
    writing: Writers, client: Client, settings: Settings
) -> None:
    mine, other = apply(client)["number"], client.signed_in(FIRM).apply(SUBSIDY).json()["number"]
    writing.draft(flat(300, age=85), cases(TODAY, 300))
    assert writing.one.post(path(TODAY, "try"), {"case": other}).json()["type"] == "urn:miaopi:problem:unknown-case"
    tried = writing.one.post(path(TODAY, "try"), {"case": mine}).json()
    assert (tried["conclusion"], tried["in_force"], tried["differing"]) == ("reject", "approve", {"aged": ["pass", "fail"]})
    assert "李桂芳" not in str(tried)
    assert LI not in str(tried)
    assert next(each for each in tried["reasons"] if each["condition"] == "aged")["operands"]["years"] == 81
    assert select(settings.database, "SELECT case_number FROM audit WHERE action = 'receipt.tried'") == [(mine,)]


@pytest.mark.parametrize("body", ["(SELECT body FROM policy_text WHERE digest <> :digest LIMIT 1)", "substr(body, 2)"])
def test_a_text_that_was_tampered_with_decides_nothing(
    writing: Writers, settings: Settings, rules: tuple[Catalogue, Rulesets], body: str
) -> None:
    writing.put_in_force(flat(500), cases(TODAY))
    writing.service.close()
    with beside(settings.database) as connection:
        digest = hashlib.sha256(flat(500).encode()).hexdigest()
        assert connection.execute(text(f"UPDATE policy_text SET body = {body} WHERE digest = :digest"), {"digest": digest}).rowcount
    again = start(settings, *rules, now=lambda: NOW)
    answer = apply(Client(create_app(again)))
    assert answer["conclusion"] == "review"
    kept = receipt(Client(create_app(again)), answer)
    assert (kept["fired"], kept["ruleset"], kept["proposed"]) == ("ruleset-stopped", f"{SENIOR}/2019-10-01", "approve")
    again.close()


def test_what_is_read_otherwise_by_a_new_version_is_published_again_under_its_hash(
    writing: Writers, client: Client, settings: Settings, rules: tuple[Catalogue, Rulesets], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = writing.put_in_force(flat(500), cases(TODAY))["in_force"]
    kept = apply(client)
    writing.service.close()
    monkeypatch.setattr("engine.ruleset.hashing.LANGUAGE_VERSION", "2")
    again = start(settings, *load_rules(settings), now=lambda: NOW)
    found = policy(writers(again, Client(create_app(again))).one)
    assert found["in_force"] not in (None, before)
    assert {"renewed"} < {each["kind"] for each in found["history"]}
    decided = apply(Client(create_app(again)), another_elder(again))
    assert decided["grant"] == kept["grant"]
    assert [each["since"][-1]["state"] for each in found["versions"] if each["hash"] == found["in_force"]] == ["active"]
    again.close()
