"""A portal that is known to the service, and people who let it act for them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping

import httpx
import pytest

from service.clients import keeping
from service.clients.scopes import all_scopes
from service.demo import LI
from service.state import Service
from tests.service.conftest import V1, Client

PORTAL, ANOTHER = "i-longhua", "another-portal"
Ask = Callable[..., httpx.Response]


def basic(id_: str, secret: str) -> Mapping[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{id_}:{secret}".encode()).decode()}


def ask(client: Client, id_: str, secret: str, **fields: str) -> httpx.Response:
    """The answer of the token endpoint."""
    sent = {"grant_type": "client_credentials", **fields}
    return client.call("POST", f"{V1}/token", data=sent, headers=basic(id_, secret))


def token(client: Client, id_: str, secret: str, **fields: str) -> Client:
    """A client that calls with the token it is given."""
    answer = ask(client, id_, secret, **fields)
    assert answer.status_code == 200, answer.text
    return Client(client.app, answer.json()["access_token"], client.host)


def agree(person: Client, *scopes: str, id_: str = PORTAL) -> None:
    answer = person.call("PUT", f"{V1}/consents/{id_}", json={"scopes": list(scopes)})
    assert answer.status_code == 200, answer.text


@pytest.fixture
def secret(service: Service) -> str:
    """Of the portal, which may have every scope."""
    added = keeping.add(service.database, PORTAL, "i龙华", all_scopes(), keeping.CALLS, service.now())
    assert added.secret is not None
    return added.secret


@pytest.fixture
def portal(client: Client, li: Client, secret: str) -> Client:
    """With a token that acts for 李桂芳, who agreed to all of it."""
    agree(li, "applications", "cases", "licences")
    return token(client, PORTAL, secret, acting_for=LI)
