"""A service that people sign in to by a provider in another process, and a browser with its cookies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.cookies import SimpleCookie
from typing import Any

import httpx
import pytest

from engine.catalogue import Catalogue
from service.app import create_app
from service.demo import LI
from service.oidc.settings import OidcSettings, read_settings
from service.rulesets import Rulesets
from service.settings import Settings
from service.starting import start
from service.state import Service
from tests.service.conftest import Client
from tests.service.oidc.provider import CLIENT, SECRET, Running, running

SITE = "http://127.0.0.1:8000"
CALLBACK = f"{SITE}/sign-in/oidc/callback"


@dataclass
class Browser:
    """Keeps cookies and follows no redirect by itself."""

    client: Client
    provider: Running
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> httpx.Response:
        return self.call("GET", path)

    def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"Accept": "text/html", "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        answer = self.client.call(method, path.removeprefix(SITE), headers={**headers, **options.pop("headers", {})}, **options)
        for line in answer.headers.get_list("set-cookie"):
            for name, each in SimpleCookie(line).items():
                if each.value and each["max-age"] != "0":
                    self.cookies[name] = each.value
                else:
                    self.cookies.pop(name, None)
        return answer

    def to_provider(self, next_: str = "/my/cases") -> str:
        """Begins, and is told where the provider sends it back to."""
        answer = self.get(f"/sign-in/oidc?next={next_}")
        assert answer.status_code == 303, answer.text
        return self.provider.authorize(answer.headers["location"])

    def signed_in(self, next_: str = "/my/cases") -> httpx.Response:
        return self.get(self.to_provider(next_))


@pytest.fixture(scope="session")
def one_provider() -> Iterator[Running]:
    with running(CALLBACK) as found:
        yield found


@pytest.fixture
def provider(one_provider: Running) -> Running:
    """Without faults, and 李桂芳 before it."""
    one_provider.control(fault=None, user={"id_number": LI, "name": "李桂芳"})
    return one_provider


def settings_for(provider: Running, **more: str) -> OidcSettings:
    given = {
        "MIAOPI_OIDC_ISSUER": provider.issuer, "MIAOPI_OIDC_CLIENT_ID": CLIENT, "MIAOPI_OIDC_CLIENT_SECRET": SECRET,
        "MIAOPI_OIDC_CLAIM": "id_number", "MIAOPI_OIDC_NAME": "龙华统一认证", **more,
    }  # fmt: skip
    found = read_settings(given, SITE)
    assert found is not None
    return found


Serve = Callable[..., Browser]


@pytest.fixture
def serve(settings: Settings, rules: tuple[Catalogue, Rulesets], provider: Running) -> Iterator[Serve]:
    """Starts the service, with more or other settings, and answers a browser that visits it. On the clock of the provider."""
    started: list[Service] = []

    def with_settings(**more: str) -> Browser:
        started.append(start(replace(settings, oidc=settings_for(provider, **more)), *rules))
        return Browser(Client(create_app(started[-1])), provider)

    yield with_settings
    for each in started:
        each.close()


@pytest.fixture
def browser(serve: Serve) -> Browser:
    return serve()
