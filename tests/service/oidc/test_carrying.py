"""A form whose session ended goes with whoever signs in again by the provider, and with nobody else."""

from __future__ import annotations

import re
from html import unescape

import httpx

from service.oidc.actions import LARGEST_FORM, LASTS, erase_expired
from service.oidc.tables import OidcAttemptRow
from service.settings import Settings
from service.state import COOKIE
from service.web.forgery import FIELD, VISIT, token_for
from tests.service.oidc.conftest import Browser
from tests.service.oidc.provider import Running
from tests.service.rows import clear, select

THERE = "/situations/senior-allowance-first-claim/apply"
TYPED = "6222000000000001"


def begin(browser: Browser, typed: str = TYPED) -> httpx.Response:
    browser.cookies[VISIT] = "visit"
    sent = {FIELD: token_for("visit"), "next": THERE, "carried.form.bank_account": typed}
    return browser.call("POST", "/sign-in/oidc", data=sent, headers={"Sec-Fetch-Site": "same-origin"})


def to_provider(browser: Browser) -> str:
    found = re.search(r'content="0; url=([^"]+)"', begin(browser).text)
    assert found
    return browser.provider.authorize(unescape(found[1]))


def test_it_comes_back_once_to_the_browser_that_sent_it(browser: Browser) -> None:
    back = to_provider(browser)
    answer = browser.get(back)
    assert f'action="{THERE}"' in answer.text
    assert f'name="form.bank_account" value="{TYPED}"' in answer.text
    assert COOKIE in browser.cookies
    assert TYPED not in browser.get(back).text


def test_another_browser_with_the_same_address_gets_nothing_of_it(browser: Browser, provider: Running) -> None:
    answer = Browser(browser.client, provider).get(to_provider(browser))
    assert answer.status_code == 400
    assert TYPED not in answer.text


def test_signing_in_in_another_tab_leaves_it_and_whose_session_it_is_is_said(browser: Browser) -> None:
    back = to_provider(browser)
    assert browser.signed_in().status_code == 200
    answer = browser.get(back)
    assert f'name="form.bank_account" value="{TYPED}"' in answer.text
    assert "李桂芳，您已登录" in answer.text
    assert 'action="/display"' not in answer.text  # it would ask for this page again


def test_another_browser_that_comes_first_takes_nothing_away(browser: Browser, provider: Running) -> None:
    back = to_provider(browser)
    assert Browser(browser.client, provider).get(back).status_code == 400
    assert TYPED in browser.get(back).text


def test_it_is_still_there_where_signing_in_fails(browser: Browser, provider: Running) -> None:
    for fault in ("denied", "wrong-nonce"):
        provider.control(fault=fault)
        answer = browser.get(to_provider(browser))
        assert answer.status_code in (400, 401)
        assert f'name="carried.form.bank_account" value="{TYPED}"' in answer.text


def test_a_form_that_is_too_large_to_be_kept_is_not_lost(browser: Browser, settings: Settings) -> None:
    answer = begin(browser, "1" * LARGEST_FORM)
    assert answer.status_code == 413
    assert "1" * LARGEST_FORM in answer.text
    assert clear(settings, OidcAttemptRow) == []


def test_it_is_kept_encrypted_and_gone_when_its_time_is_over(browser: Browser, settings: Settings) -> None:
    begin(browser)
    [(kept,)] = select(settings.database, "SELECT carried FROM oidc_attempt")
    assert TYPED not in str(kept)
    assert TYPED.encode() not in bytes(kept)
    service = browser.client.app.state.service
    service.database.write(lambda session: erase_expired(session, service.now()))
    assert len(clear(settings, OidcAttemptRow)) == 1
    service.database.write(lambda session: erase_expired(session, service.now() + LASTS))
    assert clear(settings, OidcAttemptRow) == []
