"""What is tried against signing in by a provider: false tokens, codes and states of others, and sessions laid out beforehand."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from service.accounts.tables import SessionRow
from service.demo import LI, WU
from service.settings import Settings
from service.state import ACTING, COOKIE
from tests.service.conftest import V1
from tests.service.oidc.conftest import CALLBACK, Browser
from tests.service.oidc.provider import Running
from tests.service.rows import clear

pytestmark = pytest.mark.either_database


@pytest.mark.parametrize("fault", [
    "wrong-nonce", "no-nonce", "wrong-audience", "two-audiences", "other-party", "other-issuer", "expired", "no-expiry", "no-subject",
    "at-hash", "none", "symmetric", "client-secret", "foreign-key", "changed", "no-token",
])  # fmt: skip
def test_a_token_that_does_not_hold_signs_nobody_in(browser: Browser, provider: Running, settings: Settings, fault: str) -> None:
    back = browser.to_provider()
    provider.control(fault=fault)
    answer = browser.get(back)
    assert answer.status_code == 401, answer.text
    assert COOKIE not in browser.cookies
    assert clear(settings, SessionRow) == []


def test_a_token_that_the_provider_wrote_anew_without_a_fault_holds(browser: Browser, provider: Running) -> None:
    """So that what is refused above is refused for its fault."""
    back = browser.to_provider()
    provider.control(fault="written anew")
    assert browser.get(back).status_code == 200


def test_a_description_of_another_issuer_is_not_believed(browser: Browser, provider: Running) -> None:
    provider.control(fault="described-issuer")
    assert browser.get("/sign-in/oidc").status_code == 503


def test_an_answer_of_another_issuer_is_not_believed(browser: Browser) -> None:
    back = browser.to_provider()
    assert browser.get(f"{back}&iss=https%3A%2F%2Fevil.example").status_code == 401


@pytest.mark.parametrize("state", ["", "another", "\u4e2d"])
def test_a_state_that_was_not_given_out_is_nobodys(browser: Browser, state: str) -> None:
    code = parse_qs(urlsplit(browser.to_provider()).query)["code"][0]
    assert browser.get(f"{CALLBACK}?code={code}&state={state}").status_code == 400
    assert browser.get(f"{CALLBACK}?code={code}").status_code == 400
    assert COOKIE not in browser.cookies


def test_a_code_and_its_state_are_good_once(browser: Browser, provider: Running) -> None:
    back = browser.to_provider()
    assert browser.get(back).status_code == 200
    thief = Browser(browser.client, provider, {"miaopi_oidc": browser.cookies.get("miaopi_oidc", "")})
    assert thief.get(back).status_code == 400
    assert browser.get(back).status_code == 400
    assert COOKIE not in thief.cookies


def test_a_code_replayed_under_a_state_of_ones_own_is_refused(browser: Browser, provider: Running) -> None:
    used = browser.to_provider()
    assert browser.get(used).status_code == 200
    code = parse_qs(urlsplit(used).query)["code"][0]
    thief = Browser(browser.client, provider)
    state = parse_qs(urlsplit(thief.to_provider()).query)["state"][0]
    assert thief.get(f"{CALLBACK}?code={code}&state={state}").status_code == 401
    assert COOKIE not in thief.cookies


def test_a_code_that_was_stolen_before_it_was_used_is_worth_nothing(browser: Browser, provider: Running) -> None:
    code = parse_qs(urlsplit(browser.to_provider()).query)["code"][0]
    thief = Browser(browser.client, provider)
    state = parse_qs(urlsplit(thief.to_provider()).query)["state"][0]
    assert thief.get(f"{CALLBACK}?code={code}&state={state}").status_code == 401  # PKCE: the verifier is another


def test_nobody_is_signed_in_as_the_attacker_by_a_link(browser: Browser, provider: Running) -> None:
    provider.control(user={"id_number": WU, "name": "吴秀珍"})
    laid_out = browser.to_provider()
    victim = Browser(browser.client, provider)
    assert victim.get(laid_out).status_code == 400
    victim.get("/sign-in/oidc")
    assert victim.get(laid_out).status_code == 400
    assert COOKIE not in victim.cookies


def test_a_session_laid_out_beforehand_is_not_the_one_that_begins(browser: Browser, settings: Settings) -> None:
    for fixed in ("fixed-by-somebody", browser.client.signed_in(WU).token or ""):
        victim = Browser(browser.client, browser.provider, {COOKIE: fixed})
        assert victim.signed_in().status_code == 200
        assert victim.cookies[COOKIE] != fixed
        assert browser.client.get(f"{V1}/cases", headers={"Authorization": f"Bearer {fixed}"}).status_code == 401
    assert len(clear(settings, SessionRow)) == 2


def test_nobody_arrives_acting_for_somebody_whom_another_acted_for(browser: Browser) -> None:
    browser.cookies[ACTING] = "01890000-0000-7000-8000-000000000000"
    assert browser.signed_in().status_code == 200
    assert ACTING not in browser.cookies
    assert browser.get("/my/cases").status_code == 200


def test_who_says_no_at_the_provider_is_not_signed_in(browser: Browser, provider: Running) -> None:
    provider.control(fault="denied")
    answer = browser.signed_in()
    assert answer.status_code == 400
    assert "登录没有完成" in answer.text


def test_the_session_is_kept_from_scripts_and_other_sites(browser: Browser) -> None:
    cookies = [each for each in browser.signed_in().headers.get_list("set-cookie") if each.startswith(f"{COOKIE}=")]
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookies[0].split("; "))
    assert LI not in str(cookies)
