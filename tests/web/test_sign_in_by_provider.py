"""Signing in by an identity provider in a browser: there and back, to one's own front door, and into the form one was at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

import pytest
from playwright.sync_api import Browser, Page, expect

from service.demo import APPROVER, DAUGHTER, WRITER
from tests.service.oidc.provider import CLIENT, SECRET, Running, running
from tests.web.axe import hold_to_axe
from tests.web.browser import fits, visiting
from tests.web.conftest import SCRIPTS, Visit
from tests.web.people import ACCOUNT, ALLOWANCE, HE, LI, press
from tests.web.server import Address, serving_pages

BY_PROVIDER = re.compile("用龙华统一认证登录|Sign in with 龙华统一认证")


@pytest.fixture(scope="module")
def one_provider() -> Iterator[Running]:
    with running("") as found:
        yield found


@pytest.fixture(scope="module")
def base(browser: Browser, one_provider: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    named = {
        "MIAOPI_OIDC_ISSUER": one_provider.issuer, "MIAOPI_OIDC_CLIENT_ID": CLIENT, "MIAOPI_OIDC_CLIENT_SECRET": SECRET,
        "MIAOPI_OIDC_CLAIM": "id_number", "MIAOPI_OIDC_NAME": "龙华统一认证",
    }  # fmt: skip
    with serving_pages(tmp_path_factory.mktemp("provider") / "miaopi.db", environment=named) as found:
        one_provider.control(callback=f"{found}/sign-in/oidc/callback")
        yield found


@pytest.fixture
def provider(one_provider: Running, base: Address) -> Running:
    """Without faults, and 李桂芳 before it."""
    one_provider.control(fault=None, user={"id_number": LI, "name": "李桂芳"})
    return one_provider


@pytest.fixture
def visit(browser: Browser, base: Address, provider: Running) -> Visit:
    return partial(visiting, browser, base)


def sign_in(page: Page, there: str = "/sign-in") -> None:
    page.goto(there)
    page.get_by_role("link", name=BY_PROVIDER).click()
    expect(page.locator(".site-person")).to_be_attached()


@SCRIPTS
def test_one_signs_in_and_out_and_comes_to_the_page_one_wanted(visit: Visit, provider: Running, size: str, scripts: bool) -> None:
    with visit(size=size, java_script_enabled=scripts) as page:
        sign_in(page, "/my/licences")
        page.wait_for_url("**/my/licences")
        expect(page.locator(".site-person")).to_contain_text("李桂芳")
        if size == "phone":
            page.locator(".site-menu summary").click()
        page.get_by_role("button", name="退出", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("已退出登录")
        page.get_by_role("link", name="从龙华统一认证退出").click()
        page.wait_for_url(re.compile(r"://[^/]+/$"))
        expect(page.locator(".site-person")).to_have_count(0)


@pytest.mark.parametrize(("size", "lang"), [("phone", "zh"), ("desk", "en")])
def test_axe_finds_nothing_serious_on_the_way_there_and_back_and_where_it_fails(
    visit: Visit, provider: Running, size: str, lang: str
) -> None:
    with visit(size=size, lang=lang, bypass_csp=True) as page:
        page.goto("/sign-in")
        hold_to_axe(page)
        provider.control(fault="denied")
        page.get_by_role("link", name=BY_PROVIDER).click()
        expect(page.get_by_role("alert")).to_contain_text(re.compile("登录没有完成|Signing in was not finished"))
        hold_to_axe(page)
        provider.control(fault=None)
        page.get_by_role("link", name=BY_PROVIDER).click()
        expect(page.locator(".site-person")).to_be_attached()
        page.goto("/sign-in/oidc/out")
        hold_to_axe(page)
        page.goto(f"{ALLOWANCE}/apply")
        page.context.clear_cookies(name="miaopi_session")
        press(page, "check")
        hold_to_axe(page)
        assert fits(page)


@SCRIPTS
def test_a_session_that_ends_in_the_middle_of_a_form_loses_nothing_even_if_one_gives_up_once(
    visit: Visit, provider: Running, size: str, scripts: bool
) -> None:
    with visit(size=size, java_script_enabled=scripts) as page:
        sign_in(page, f"{ALLOWANCE}/apply")
        page.locator('[name="form.bank_account"]').fill(ACCOUNT)
        page.context.clear_cookies(name="miaopi_session")
        press(page, "check")
        expect(page.get_by_role("heading", level=1)).to_have_text("登录已过期，请重新登录")
        provider.control(fault="denied")
        page.get_by_role("button", name=BY_PROVIDER).click()
        expect(page.get_by_role("alert")).to_contain_text("登录没有完成")
        provider.control(fault=None)
        page.get_by_role("button", name=BY_PROVIDER).click()
        page.get_by_role("button", name="接着填写").click()
        expect(page.locator('[name="form.bank_account"]')).to_have_value(ACCOUNT)
        expect(page.locator(".site-person")).to_be_attached()
        assert page.url.endswith(f"{ALLOWANCE}/apply")
        press(page, "check")
        expect(page.get_by_role("heading", level=1)).to_have_text("核对您的申请")


def test_whoever_acts_for_somebody_goes_on_with_their_affairs(visit: Visit, provider: Running) -> None:
    provider.control(user={"id_number": DAUGHTER, "name": "周晓梅"})
    with visit() as page:
        sign_in(page)
        page.goto("/acting")
        page.locator("li.matter-row", has_text="李桂芳").get_by_role("button").click()
        page.goto(f"{ALLOWANCE}/apply")
        page.locator('[name="form.bank_account"]').fill(ACCOUNT)
        page.context.clear_cookies(name="miaopi_session")
        press(page, "check")
        page.get_by_role("button", name=BY_PROVIDER).click()
        page.get_by_role("button", name="接着填写").click()
        expect(page.locator(".acting-banner")).to_contain_text("李桂芳")
        expect(page.locator('[name="form.bank_account"]')).to_have_value(ACCOUNT)


@pytest.mark.parametrize(("number", "door"), [(APPROVER, "/desk"), (WRITER, "/studio"), (LI, "/")], ids=["approver", "writer", "applicant"])
def test_everybody_comes_to_the_front_door_of_their_role(visit: Visit, provider: Running, number: str, door: str) -> None:
    provider.control(user={"id_number": number, "name": "whoever"})
    with visit() as page:
        sign_in(page)
        page.wait_for_url(f"*://*{door}")
        page.context.clear_cookies(name="miaopi_session")
        sign_in(page, "/sign-in?next=/matters")  # where they wanted to goes before
        page.wait_for_url("**/matters")


def test_the_language_one_chose_is_there_in_another_browser(visit: Visit, provider: Running) -> None:
    provider.control(user={"id_number": HE, "name": "何振声"})
    with visit() as page:
        sign_in(page)
        page.get_by_role("button", name="English").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
    with visit() as page:
        sign_in(page)
        page.wait_for_url(re.compile(r"://[^/]+/$"))
        expect(page.locator("html")).to_have_attribute("lang", "en")


def test_neither_the_provider_nor_an_address_learns_whom_it_is_about(visit: Visit, provider: Running) -> None:
    with visit() as page:
        asked: list[tuple[str, str]] = []
        page.on("request", lambda request: asked.append((request.url, request.headers.get("referer", ""))))
        sign_in(page, f"{ALLOWANCE}/apply")
        page.locator('[name="form.bank_account"]').fill(ACCOUNT)
        page.context.clear_cookies(name="miaopi_session")
        press(page, "check")
        page.get_by_role("button", name=BY_PROVIDER).click()
        page.get_by_role("button", name="接着填写").click()
        expect(page.locator('[name="form.bank_account"]')).to_have_value(ACCOUNT)
        assert not [url for url, _ in asked if any(each in url for each in (LI, "%E6%9D%8E", ACCOUNT))]
        assert [referrer for url, referrer in asked if url.startswith(provider.base)] == ["", ""]
