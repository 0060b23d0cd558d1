"""Whether the service says truly that it can work, and what it counts."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import text

from service.app import create_app
from service.demo import HE
from service.operation import health
from service.operation.alarms import engine_alarm
from service.operation.health import in_the_way
from service.settings import Settings
from service.state import Service
from service.work.actions import ATTEMPTS, Work, Worker, later
from tests.service.conftest import NOW, V1, Client, Clock
from tests.service.databases import beside
from tests.service.rows import select


def _value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0


def test_a_service_that_can_work_says_so(client: Client, service: Service) -> None:
    assert in_the_way(service) == []
    assert (client.get("/readyz").status_code, client.get("/readyz").json()) == (200, {"status": "ready"})


def test_what_is_in_the_way_is_named(service: Service, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "LEAST_FREE", 1 << 80)
    with beside(settings.database) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'other'"))
    client = Client(create_app(service))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["not_ready"]) == (503, ["schema", "disk"])
    assert client.get("/healthz").status_code == 200


def test_a_database_that_takes_no_writes_is_not_ready(service: Service, settings: Settings) -> None:
    with beside(settings.database) as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    assert in_the_way(service) == ["database"]


def test_a_worker_that_has_ended_or_hangs_is_not_ready(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = Worker(service.database, {}, service.now)
    assert in_the_way(service, worker) == []
    monkeypatch.setattr(worker, "_looked", time.monotonic() - 601)
    assert in_the_way(service, worker) == ["worker"]


def test_keys_that_do_not_sign_are_not_ready(service: Service) -> None:
    service.sealer.keys._keys = []
    assert in_the_way(service) == ["keys"]


def test_decisions_causes_sources_and_requests_are_counted(client: Client, li: Client) -> None:
    ruleset = "senior-allowance/2019-10-01"
    counted: list[Callable[[], float]] = [
        lambda: _value("miaopi_decisions_total", ruleset=ruleset, conclusion="approve"),
        lambda: _value("miaopi_decisions_total", ruleset=ruleset, conclusion="review"),
        lambda: sum(
            each.value for family in REGISTRY.collect() if family.name == "miaopi_review_causes"
            for each in family.samples if each.name.endswith("_total") and each.labels["ruleset"] == ruleset
        ),
        lambda: _value("miaopi_source_replies_total", type="resident-id-card", outcome="answered"),
        lambda: _value("miaopi_submission_seconds_count"),
        lambda: _value("miaopi_request_seconds_count", route=f"{V1}/applications", method="POST", status="2xx"),
    ]  # fmt: skip
    before = [each() for each in counted]
    assert li.apply().json()["conclusion"] == "approve"
    assert client.signed_in(HE).apply().json()["conclusion"] == "review"
    grown = [each() - was for each, was in zip(counted, before, strict=True)]
    assert grown[:2] == [1, 1]
    assert grown[2] >= 1
    assert grown[3:] == [2, 2, 2]


def test_the_engines_alarm_is_counted(caplog: pytest.LogCaptureFixture) -> None:
    before = _value("miaopi_engine_alarms_total", code="disagreement")
    engine_alarm("disagreement")
    assert _value("miaopi_engine_alarms_total", code="disagreement") == before + 1
    assert "ALARM" in caplog.text


def test_what_waits_is_told_with_its_age(service: Service, settings: Settings, client: Client, clock: Clock) -> None:
    assert client.signed_in(HE).apply().json()["conclusion"] == "review"
    service.database.write(lambda session: session.add(later("probe", "x", NOW)))
    clock.on(hours=2)
    told = Client(create_app(service)).get("/metrics").text
    [(department, queue, status)] = select(settings.database, 'SELECT department, queue, status FROM "case"')
    queue = f'department="{department}",queue="{queue or ""}",status="{status}"'
    assert f"miaopi_open_cases{{{queue}}} 1.0" in told
    assert f"miaopi_open_cases_oldest_seconds{{{queue}}} 7200.0" in told
    assert 'miaopi_work_late_seconds{kind="probe"} 7200.0' in told


def test_what_was_given_up_is_told(service: Service, clock: Clock) -> None:
    def fails(_: Work) -> None:
        raise KeyError

    service.database.write(lambda session: session.add(later("probe", "x", NOW)))
    worker = Worker(service.database, {"probe": fails}, clock)
    for _ in range(ATTEMPTS):
        worker.do_due()
        clock.moment += timedelta(days=1)
    assert 'miaopi_work_dead{kind="probe"} 1.0' in Client(create_app(service)).get("/metrics").text


def test_rules_that_are_gone_are_not_ready(service: Service) -> None:
    class Nothing:
        current = type("", (), {"by_id": {}})()

    assert in_the_way(replace(service, rulesets=Nothing())) == ["rules"]  # type: ignore[arg-type]


def test_metrics_are_told_to_this_machine_alone(service: Service) -> None:
    app = create_app(service)
    assert Client(app).get("/metrics").status_code == 200
    for asked in (Client(app, host="192.0.2.7").get("/metrics"), Client(app).get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"}),
                  Client(app).get("/metrics", headers={"Host": "miaopi.example"})):  # fmt: skip
        assert (asked.status_code, asked.json()["type"]) == (403, "urn:miaopi:problem:metrics-local")
        assert "miaopi_" not in asked.text.replace("MIAOPI_METRICS_TOKEN", "")


def test_where_a_token_is_set_metrics_are_told_for_it_alone(service: Service) -> None:
    app = create_app(replace(service, metrics_token="s3cret"))
    for host in ("127.0.0.1", "192.0.2.7"):
        client = Client(app, host=host)
        for wrong in ({}, {"Authorization": "Bearer s3cre"}, {"Authorization": "Basic s3cret"}, {"Authorization": "Bearer"}):
            asked = client.get("/metrics", headers=wrong)
            assert (asked.status_code, asked.headers["www-authenticate"]) == (401, "Bearer")
        assert "miaopi_decisions" in client.get("/metrics", headers={"Authorization": "Bearer s3cret"}).text
