"""In one's own language, with Shanghai's time, and with nothing personal where others could read it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from tests.web.conftest import SCRIPTS, SIZES, Visit
from tests.web.people import ACCOUNT, ALLOWANCE, HE, LI, WU, apply_for_allowance, press, sign_in
from tests.web.visiting import result_of


def open_menu(page: Page, size: str) -> None:
    if size == "phone":
        page.locator(".site-menu summary").click()


@SCRIPTS
def test_language_and_appearance_are_kept(visit: Visit, size: str, scripts: bool) -> None:
    with visit(size=size, java_script_enabled=scripts) as page:
        page.goto("/matters?instant=yes")
        open_menu(page, size)
        page.get_by_role("button", name="English").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        expect(page.locator("h1")).to_have_text("Services")
        assert page.url.endswith("/matters?instant=yes")
        open_menu(page, size)
        page.get_by_role("button", name="Dark").click()
        expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
        page.goto("/")
        expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
        expect(page.locator("h1")).to_have_text("Apply, and know at once")


@SIZES
def test_the_language_goes_with_the_person_into_another_browser(visit: Visit, size: str) -> None:
    with visit(size=size) as page:
        sign_in(page, HE)
        open_menu(page, size)
        page.get_by_role("button", name="English").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
    with visit(size=size) as page:
        sign_in(page, HE)
        expect(page.locator("html")).to_have_attribute("lang", "en")
        open_menu(page, size)
        page.get_by_role("button", name="中文").click()
        expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


@SIZES
def test_times_are_those_of_shanghai_wherever_one_is(visit: Visit, size: str) -> None:
    with visit(size=size, timezone_id="America/New_York") as page:
        apply_for_allowance(page, WU)
        told = page.locator(".moves time").first
        at = datetime.fromisoformat(told.get_attribute("datetime") or "").astimezone(ZoneInfo("Asia/Shanghai"))
        expect(told).to_have_text(f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}")
        assert abs(datetime.now(ZoneInfo("Asia/Shanghai")) - at) < timedelta(minutes=5)


@SCRIPTS
def test_nothing_personal_is_in_an_address_or_told_to_the_next_page(visit_anew: Visit, size: str, scripts: bool) -> None:
    """From the first page to the result: no request's address or referrer names anybody, their account or what they wrote."""
    with visit_anew(size=size, java_script_enabled=scripts) as page:
        said: list[str] = []
        page.on("request", lambda request: said.extend([request.url, request.headers.get("referer", "")]))
        page.goto(ALLOWANCE)
        page.goto(f"{ALLOWANCE}/precheck")
        page.locator('[name="evidence.id_card.birth_date"]').fill("1945-03-15")
        press(page, "look")
        number = apply_for_allowance(page, LI)
        licence = result_of(page, number)
        page.goto(f"/my/licences/{licence}")
        page.get_by_role("button", name="出示给别人").click()
        expect(page.get_by_role("img", name="核验二维码")).to_be_visible()
        for each in ("/my/licence-uses", "/my/inbox", "/my/cases", "/acting"):
            page.goto(each)
        personal = (LI, LI[6:14], ACCOUNT, "1945-03-15", "李桂芳")
        found = [each for each in said if any(word in unquote(each) for word in personal)]
        assert not found
        assert len(said) > 20
        referrers = {re.sub(r"//[^/]+", "", each) for each in said if "/verify/" in each}
        assert not referrers  # the code of a licence stays on its page


@SIZES
def test_a_made_up_person_signs_in_on_the_first_page(visit: Visit, size: str) -> None:
    with visit(size=size, java_script_enabled=False) as page:
        page.goto("/")
        page.locator(".person", has_text="申领高龄老人津贴，当场获批").click()
        expect(page.locator(".site-person")).to_contain_text("李桂芳")
