"""A holder is reminded 90, 30 and 7 days before a licence ends, once each, and of none that ended otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import repeat
from typing import Any

import pytest

from engine.ruleset.model import Duration
from service.demo import LI
from service.handlers import handlers
from service.licences.reminding import EXPIRING
from service.state import Service
from tests.service.conftest import CLAIM, V1, Client, Clock, do_work
from tests.service.licences.test_result_licences import approve, revoke


@pytest.fixture(autouse=True)
def _for_a_year(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    here: dict[str, Any] = service.catalogue.situations  # type: ignore[assignment]
    [result] = here[CLAIM["situation"]].results
    timed = replace(here[CLAIM["situation"]], results=(replace(result, valid_for=Duration(1, "years")),))
    monkeypatch.setitem(here, CLAIM["situation"], timed)


def reminders(client: Client, clock: Clock, service: Service) -> list[str]:
    """What there is after a year but four days, looked at in two thirds of a year and then every day."""
    for days in (255, *repeat(1, 106)):
        clock.moment += timedelta(days=days)
        do_work(service)
    client = client.signed_in(LI)
    messages = client.get(f"{V1}/inbox", params={"limit": 50}).json()["messages"]
    return [each["body"]["en"] for each in messages if each["topic"] == "licence"]


def test_a_holder_is_reminded_three_times(li: Client, clock: Clock, service: Service) -> None:
    assert EXPIRING in handlers(service)
    approve(li, service)
    told = reminders(li, clock, service)
    assert [each.split(", ")[1].split(" ")[0] for each in told] == ["7", "30", "90"]
    assert all("Senior allowance notice" in each for each in told)


def test_nobody_is_reminded_of_what_was_revoked(li: Client, clock: Clock, service: Service) -> None:
    revoke(service, approve(li, service))
    assert reminders(li, clock, service) == []
