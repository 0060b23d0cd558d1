"""Behind a proxy that is named, callers are told apart and cookies are for TLS alone. Nobody else's word on that is taken."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from service.demo import LI
from service.serving import PROXIES
from service.settings import Settings
from service.starting import PRECHECKS
from tests.service.conftest import V1
from tests.service.operation.process import served

pytestmark = pytest.mark.either_database
ONE, ANOTHER = "203.0.113.7", "203.0.113.8"
NETWORKS = "192.0.2.1, 127.0.0.0/8"


def _asked(client: httpx.Client, caller: str) -> int:
    return client.get(f"{V1}/verify/nothing", headers={"X-Forwarded-For": caller}).status_code


@pytest.mark.parametrize(("proxies", "apart"), [(NETWORKS, True), ("192.0.2.1", False), ("", False)])
def test_callers_are_counted_by_what_a_named_proxy_says_and_by_nobody_elses_word(
    settings: Settings, tmp_path: Path, proxies: str, apart: bool
) -> None:
    with served(settings, tmp_path / "log", {PROXIES: proxies}) as service:
        answers = [_asked(service.client, ONE) for _ in range(PRECHECKS + 1)]
        assert (set(answers[:PRECHECKS]), answers[PRECHECKS]) == ({404}, 429)
        assert _asked(service.client, f"{ONE}, {ANOTHER}") == (404 if apart else 429)  # the last is whom the proxy saw itself
        cookie = service.client.get("/", headers={"X-Forwarded-For": ONE, "X-Forwarded-Proto": "https"}).headers["Set-Cookie"]
        assert ("Secure" in cookie) is apart


def test_nobody_signs_in_by_number_alone_through_a_proxy(settings: Settings, tmp_path: Path) -> None:
    with served(settings, tmp_path / "log", {PROXIES: NETWORKS}) as service:
        answer = service.client.post(f"{V1}/sessions", json={"number": LI}, headers={"X-Forwarded-For": "127.0.0.1"})
        assert answer.status_code == 403


def test_a_proxy_that_is_no_address_is_told_at_the_start(settings: Settings, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with pytest.raises(AssertionError, match="MIAOPI_PROXIES must be addresses or networks"), served(settings, log, {PROXIES: "proxy"}):
        pass
