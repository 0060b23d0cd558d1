"""People sign in by a provider elsewhere: a real one, in a process of its own. It says who they are, and the accounts what they may."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from service.accounts import keeping
from service.accounts.tables import AccountRow, SessionRow
from service.demo import HEAD, LI, WU
from service.oidc.settings import read_settings
from service.oidc.tables import OidcAttemptRow
from service.settings import Settings
from service.state import COOKIE
from service.web.forgery import FIELD, VISIT, token_for
from tests.service.conftest import V1, Client
from tests.service.oidc.conftest import Browser, Serve
from tests.service.oidc.provider import Running
from tests.service.rows import clear, select

pytestmark = pytest.mark.either_database

NEW = "440309198907070018"


def test_the_provider_says_who_it_is_and_the_browser_goes_on_to_where_it_was_going(browser: Browser) -> None:
    answer = browser.signed_in("/my/cases")
    assert answer.status_code == 200
    assert '<meta http-equiv="refresh" content="0; url=/my/cases">' in answer.text
    assert browser.get("/my/cases").status_code == 200
    assert "李桂芳" in browser.get("/").text


def test_the_request_carries_state_nonce_and_a_challenge_and_nothing_of_anybody(browser: Browser) -> None:
    answer = browser.get("/sign-in/oidc")
    asked = {name: value for name, [value] in parse_qs(urlsplit(answer.headers["location"]).query).items()}
    assert (asked["response_type"], asked["code_challenge_method"], asked["client_id"]) == ("code", "S256", "miaopi")
    assert asked["redirect_uri"] == "http://127.0.0.1:8000/sign-in/oidc/callback"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    cookie = answer.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=lax", "Path=/sign-in/oidc"} <= set(cookie.split("; "))


def test_the_page_offers_it_beside_passwords(browser: Browser) -> None:
    shown = browser.get("/sign-in?next=/my/cases").text
    assert "用龙华统一认证登录" in shown
    assert 'name="password"' in shown


def test_without_a_provider_there_is_none_to_sign_in_by(client: Client) -> None:
    assert "/sign-in/oidc" not in client.get("/sign-in").text
    assert client.get("/sign-in/oidc").status_code == 404
    assert client.get("/sign-in/oidc/out").status_code == 404


@pytest.mark.parametrize("there", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_it_goes_on_within_the_site_alone(browser: Browser, there: str) -> None:
    assert "evil.example" not in browser.signed_in(there).text.replace("%", "")
    assert "javascript:" not in browser.signed_in(there).text


def test_roles_are_the_accounts_own_whatever_the_token_says(browser: Browser, provider: Running) -> None:
    provider.control(user={"id_number": WU, "name": "梁志刚", "roles": ["head", "administrator"], "groups": ["head"], "department": "x"})
    browser.signed_in()
    assert browser.get(f"{V1}/reviews").status_code == 403
    assert browser.get(f"{V1}/cases").status_code == 200
    provider.control(user={"id_number": HEAD, "name": "whoever", "roles": ["applicant"]})
    browser.signed_in()
    assert browser.get(f"{V1}/reviews").status_code == 200


def test_who_is_not_known_does_not_become_somebody_unless_that_is_wanted(serve: Serve, provider: Running, settings: Settings) -> None:
    provider.control(user={"id_number": NEW, "name": "赵敏", "roles": ["head"]})
    refused = serve().signed_in()
    assert refused.status_code == 403
    assert "这里没有您的账号" in refused.text
    assert not [each for each in clear(settings, AccountRow) if each.number == NEW]


def test_where_it_is_wanted_they_become_an_applicant(serve: Serve, provider: Running, settings: Settings) -> None:
    browser = serve(MIAOPI_OIDC_NEW_PEOPLE="applicant")
    provider.control(user={"id_number": NEW, "name": "赵敏", "roles": ["head"]})
    assert browser.signed_in().status_code == 200
    [row] = [each for each in clear(settings, AccountRow) if each.number == NEW]
    assert (row.name, row.roles, row.department, row.made_up) == ("赵敏", "applicant", None, False)
    assert browser.signed_in().status_code == 200
    assert len([each for each in clear(settings, AccountRow) if each.number == NEW]) == 1
    added = "SELECT detail FROM audit WHERE action = 'account.added'"
    assert select(settings.database, added) == [('{"by":"oidc","roles":"applicant"}',)]
    for number, name in (("440309198907070019", "赵敏"), (NEW[:-2], "赵敏"), ("440309195611230015", ""), ("  ", "赵敏")):
        provider.control(user={"id_number": number, "name": name})
        assert browser.signed_in().status_code == 403


@pytest.mark.parametrize("user", [{"name": "李桂芳"}, {"id_number": 7}, {"id_number": None}, {"id_number": [LI]}, {"number": LI}])
def test_a_token_without_the_number_signs_nobody_in(browser: Browser, provider: Running, user: dict[str, object]) -> None:
    provider.control(user=user)
    assert browser.signed_in().status_code == 403
    assert COOKIE not in browser.cookies


def test_an_account_that_is_disabled_stays_out(browser: Browser) -> None:
    service = browser.client.app.state.service
    keeping.set_disabled(service.database, LI, True, service.now())
    assert browser.signed_in().status_code == 403


def test_signing_out_leads_to_the_end_of_the_session_with_the_provider(browser: Browser, provider: Running, settings: Settings) -> None:
    browser.signed_in()
    browser.cookies[VISIT] = "visit"
    sent = {"data": {FIELD: token_for("visit")}, "headers": {"Sec-Fetch-Site": "same-origin"}}
    answer = browser.call("POST", "/sign-out", **sent)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in/oidc/out")
    assert clear(settings, SessionRow) == []
    page = browser.get("/sign-in/oidc/out").text
    assert f"{provider.base}/out?client_id=miaopi&amp;post_logout_redirect_uri=" in page
    assert LI not in page
    assert browser.get(f"{V1}/cases").status_code == 401


def test_keys_of_the_provider_rotate(browser: Browser, provider: Running) -> None:
    assert browser.signed_in().status_code == 200
    provider.control(rotate=True)
    assert browser.signed_in().status_code == 200


def test_what_was_begun_is_kept_for_minutes_and_no_secret_in_clear(browser: Browser, settings: Settings) -> None:
    browser.get("/sign-in/oidc")
    [row] = clear(settings, OidcAttemptRow)
    [(kept,)] = select(settings.database, "SELECT verifier FROM oidc_attempt")
    assert row.verifier not in str(kept)
    assert browser.cookies["miaopi_oidc"] not in str(row)


def test_a_provider_that_does_not_answer_is_told_and_passwords_still_work(serve: Serve) -> None:
    browser = serve(MIAOPI_OIDC_ISSUER="http://127.0.0.1:9/nobody")
    assert browser.get("/sign-in/oidc").status_code == 503
    assert browser.get("/sign-in").status_code == 200
    assert browser.client.signed_in(LI).get(f"{V1}/cases").status_code == 200


@pytest.mark.parametrize("change", [
    {"MIAOPI_OIDC_ISSUER": "http://sso.example"}, {"MIAOPI_OIDC_ISSUER": "sso"}, {"MIAOPI_OIDC_ISSUER": "https://sso.example/?a=b"},
    {"MIAOPI_OIDC_CLIENT_ID": ""}, {"MIAOPI_OIDC_CLAIM": ""}, {"MIAOPI_OIDC_NEW_PEOPLE": "head"},
])  # fmt: skip
def test_settings_that_cannot_be_meant_keep_the_service_from_starting(change: dict[str, str]) -> None:
    given = {"MIAOPI_OIDC_ISSUER": "https://sso.example", "MIAOPI_OIDC_CLIENT_ID": "miaopi", "MIAOPI_OIDC_CLAIM": "id_number"}
    assert read_settings(given, "https://hall.example") is not None
    assert read_settings({}, "https://hall.example") is None
    [name] = change
    with pytest.raises(ValueError, match=name):
        read_settings({**given, **change}, "https://hall.example")
