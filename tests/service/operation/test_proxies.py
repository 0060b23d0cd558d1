"""Behind a proxy that is named, callers are told apart and cookies are for TLS alone. Nobody else's word on that is taken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from service.demo import LI
from service.serving import PROXIES, run
from service.starting import PRECHECKS
from tests.processes import ROOT, free_port, running
from tests.service.conftest import V1

ONE, ANOTHER = "203.0.113.7", "203.0.113.8"
NETWORKS = "192.0.2.1, 127.0.0.0/8"


@contextmanager
def _served(folder: Path, proxies: str) -> Iterator[httpx.Client]:
    port = free_port()
    given = ("127.0.0.1", port, 1, str(folder / "miaopi.db"), ROOT)
    with (
        running(run, *given, port=port, log=folder / "log", environment={PROXIES: proxies}),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False) as client,
    ):
        yield client


def _asked(client: httpx.Client, caller: str) -> int:
    return client.get(f"{V1}/verify/nothing", headers={"X-Forwarded-For": caller}).status_code


@pytest.mark.parametrize(("proxies", "apart"), [(NETWORKS, True), ("192.0.2.1", False), ("", False)])
def test_callers_are_counted_by_what_a_named_proxy_says_and_by_nobody_elses_word(
    tmp_path: Path, proxies: str, apart: bool
) -> None:
    with _served(tmp_path, proxies) as client:
        answers = [_asked(client, ONE) for _ in range(PRECHECKS + 1)]
        assert (set(answers[:PRECHECKS]), answers[PRECHECKS]) == ({404}, 429)
        assert _asked(client, f"{ONE}, {ANOTHER}") == (404 if apart else 429)  # the last is whom the proxy saw itself
        cookie = client.get("/", headers={"X-Forwarded-For": ONE, "X-Forwarded-Proto": "https"}).headers["Set-Cookie"]
        assert ("Secure" in cookie) is apart


def test_nobody_signs_in_by_number_alone_through_a_proxy(tmp_path: Path) -> None:
    with _served(tmp_path, NETWORKS) as client:
        answer = client.post(f"{V1}/sessions", json={"number": LI}, headers={"X-Forwarded-For": "127.0.0.1"})
        assert answer.status_code == 403


def test_a_proxy_that_is_no_address_is_told_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="MIAOPI_PROXIES must be addresses or networks"), _served(tmp_path, "proxy"):
        pass
