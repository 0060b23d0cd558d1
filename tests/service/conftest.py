"""A running service over a database of its own, called in process, on a day that does not change."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import URL

from engine.catalogue import Catalogue
from service.app import create_app
from service.demo import LI
from service.evidence.settings import EvidenceSettings
from service.handlers import handlers
from service.rulesets import Rulesets, load_rules
from service.settings import DATA, DATABASE, DEMO, Settings, sqlite_url
from service.starting import start
from service.state import Service
from service.work.actions import Worker
from tests.service.databases import KINDS, drop_databases, new_database
from tests.service.repository import Repository, serving_licences

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
V1 = "/api/v1"
CLAIM: dict[str, Any] = {"situation": "senior-allowance-first-claim", "form": {"bank_account": "6222000000000001"}}


@dataclass
class Client:
    """Calls the application as `host` does; `token` signs every call."""

    app: FastAPI
    token: str | None = None
    host: str = "127.0.0.1"

    def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = httpx.Headers(options.pop("headers", None))
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app, client=(self.host, 50_000))
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
                return await client.request(method, path, headers=headers, **options)

        return asyncio.run(send())

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.call("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> httpx.Response:
        return self.call("POST", path, **({"json": body} if body is not None else {}), **options)

    def signed_in(self, number: str) -> Client:
        answer = self.post(f"{V1}/sessions", {"number": number})
        assert answer.status_code == 201
        return Client(self.app, answer.json()["token"], self.host)

    def apply(self, body: Any = CLAIM, key: str = "key-1", **options: Any) -> httpx.Response:
        return self.post(f"{V1}/applications", body, headers={"Idempotency-Key": key}, **options)


@pytest.fixture(scope="session")
def rules() -> tuple[Catalogue, Rulesets]:
    return load_rules(Settings(ROOT / "rules", ROOT / "matters.yaml", sqlite_url(ROOT / "unused"), ROOT))


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the databases that others are copied from lie."""
    yield tmp_path_factory.mktemp("templates")
    drop_databases()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What does not hang on the database is tried on SQLite, and on both by the long run."""
    for each in items:
        given = getattr(each, "callspec", None)
        if each.get_closest_marker("either_database") and given and given.params.get("database") == "postgresql":
            each.add_marker(pytest.mark.long)


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path, templates: Path) -> Iterator[URL]:
    """A new database: each test that asks for one is run on both kinds."""
    with new_database(request.param, tmp_path / "data", templates) as url:
        yield url


@pytest.fixture
def settings(tmp_path: Path, database: URL) -> Settings:
    return Settings(ROOT / "rules", ROOT / "matters.yaml", database, tmp_path / "data")


@dataclass
class Clock:
    """What the service takes for the present. It stands still until it is moved on."""

    moment: datetime = NOW

    def __call__(self) -> datetime:
        return self.moment

    def on(self, **by: float) -> None:
        self.moment += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def service(settings: Settings, rules: tuple[Catalogue, Rulesets], clock: Clock) -> Iterator[Service]:
    service = start(settings, *rules, now=clock)
    yield service
    service.close()


def do_work(service: Service) -> int:
    """Does all that is due at this moment, in this thread. Answers how many pieces that was."""
    worker = Worker(service.database, handlers(service), service.now)
    done = 0
    while found := worker.do_due():
        done += found
    return done


@pytest.fixture
def client(service: Service) -> Client:
    return Client(create_app(service))


@pytest.fixture
def li(client: Client) -> Client:
    """李桂芳, whose senior allowance is approved."""
    return client.signed_in(LI)


@pytest.fixture(scope="session")
def one_repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    with serving_licences(tmp_path_factory.mktemp("repository")) as repository:
        yield repository


@pytest.fixture
def repository(one_repository: Repository) -> Iterator[Repository]:
    """A licence repository in another process, without faults."""
    yield one_repository
    one_repository.switch({})


@pytest.fixture
def fetching(settings: Settings, repository: Repository, tmp_path: Path, templates: Path) -> Iterator[Settings]:
    """Settings by which evidence is fetched from the repository, patiently, with a database of their own."""
    evidence = EvidenceSettings.model_validate({"authority": repository.url, "source_deadline": 30, "evidence_deadline": 60})
    folder = tmp_path / "fetching"
    with new_database(settings.database.get_backend_name(), folder, templates) as url:
        yield replace(settings, database=url, data=folder, evidence=evidence)


@pytest.fixture
def remote(fetching: Settings, rules: tuple[Catalogue, Rulesets], clock: Clock) -> Iterator[Service]:
    """A service that fetches its evidence over HTTP."""
    service = start(fetching, *rules, now=clock)
    yield service
    service.close()


@pytest.fixture
def stopped(settings: Settings, rules: tuple[Catalogue, Rulesets], monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A service that ran without made-up people, and is found through the environment."""
    start(replace(settings, made_up=False), *rules).close()
    monkeypatch.setenv(DATABASE, settings.database.render_as_string(hide_password=False))
    monkeypatch.setenv(DATA, str(settings.data))
    monkeypatch.setenv(DEMO, "off")
    return settings
