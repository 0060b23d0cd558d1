"""A commitment is checked by its day: kept, or put before a person, and whoever broke one commits to nothing more."""

from __future__ import annotations

from typing import Any

import pytest

from service.accounts import actions as accounts
from service.demo import FIRM, LI
from service.evidence import actions as evidence
from service.state import Service
from tests.service.conftest import V1, Client, Clock, do_work

INSPECTOR = "440309198001010027"
PERMIT: dict[str, Any] = {
    "situation": "public-venue-hygiene-permit-commitment",
    "form": {"venue_name": "晨光百货", "kind": "购物", "area_code": "440309007001"},
    "commitments": ["premises-hygienic", "staff-certified"],
}


@pytest.fixture
def staff(client: Client, service: Service) -> None:
    people = [{"kind": "person", "name": "卫生审批人", "number": INSPECTOR, "roles": "approver", "department": "health"}]
    service.database.write(lambda session: accounts.enrol(session, people))


@pytest.fixture
def permitted(client: Client, service: Service, staff: None) -> str:
    firm = client.signed_in(FIRM)
    situations = firm.get(f"{V1}/matters/public-venue-hygiene-permit").json()["situations"]
    PERMIT["situation"] = next(each["id"] for each in situations if each["instant"])
    said = firm.apply(PERMIT).json()
    assert (said["conclusion"], [each["condition"] for each in said["follow_up"]]) == ("approve", PERMIT["commitments"])
    do_work(service)
    return str(said["number"])


def states(client: Client, state: str) -> dict[str, str | None]:
    found = client.signed_in(INSPECTOR).get(f"{V1}/follow-ups?state={state}").json()["follow_ups"]
    return {each["condition"]: each["told"] for each in found}


def registered(service: Service, **registers: dict[str, Any]) -> None:
    checks = {"inspection": "health/premises-inspection", "staff": "health/staff-certificates"}
    rows = [{"check": checks[name], "subject": FIRM, "attributes": attributes} for name, attributes in registers.items()]
    service.database.write(lambda session: evidence.seed(session, [], rows))


def test_what_is_kept_is_closed_and_what_is_not_comes_before_a_person(
    client: Client, service: Service, permitted: str, clock: Clock
) -> None:
    assert set(states(client, "open")) == set(PERMIT["commitments"])
    registered(service, inspection={"meets_standard": True}, staff={"uncertified": 2})
    clock.on(days=70)
    do_work(service)
    assert states(client, "kept") == {"premises-hygienic": "pass"}
    assert states(client, "doubtful") == {"staff-certified": "fail"}


def test_what_nobody_can_tell_by_its_day_comes_before_a_person(client: Client, service: Service, permitted: str, clock: Clock) -> None:
    clock.on(days=57)
    do_work(service)
    assert set(states(client, "open")) == {"premises-hygienic"}  # of two months; the other's are over
    clock.on(days=10)
    do_work(service)
    assert states(client, "doubtful") == dict.fromkeys(PERMIT["commitments"], "unknown")


def test_whoever_broke_a_promise_commits_to_nothing_until_it_is_repaired(
    client: Client, service: Service, permitted: str, clock: Clock
) -> None:
    registered(service, inspection={"meets_standard": True}, staff={"uncertified": 2})
    clock.on(days=70)
    do_work(service)
    inspector = client.signed_in(INSPECTOR)
    here = f"{V1}/follow-ups/{permitted}/staff-certified"
    found = inspector.post(f"{here}/finding", {"broken": True, "reason": "现场核查"})
    assert found.json()["state"] == "broken"
    assert inspector.post(f"{here}/finding", {"broken": True, "reason": "现场核查"}).json() == found.json()  # the same, sent twice
    changed = inspector.post(f"{here}/finding", {"broken": False, "reason": "改口"})
    assert (changed.status_code, changed.json()["by"], changed.json()["found"]) == (409, "卫生审批人", "broken")
    firm = client.signed_in(FIRM)
    assert firm.apply(PERMIT, "key-2").json()["type"].endswith("commitments-closed")
    assert inspector.post(f"{here}/repair", {"reason": "已补办"}).json()["repaired_at"]
    assert firm.apply(PERMIT, "key-2").status_code == 201


def test_nobody_outside_the_department_has_a_word_in_it(client: Client, permitted: str) -> None:
    here = f"{V1}/follow-ups/{permitted}/staff-certified/finding"
    for who in (LI, FIRM):
        assert client.signed_in(who).get(f"{V1}/follow-ups").status_code == 403
        assert client.signed_in(who).post(here, {"broken": True, "reason": "x"}).status_code in (403, 404)
