"""Being told in a browser: messages read, and how one wants to be told kept."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from service.demo import APPROVER, HE, SUN
from tests.web.browser import fits
from tests.web.conftest import Visit
from tests.web.desk import Desk, too_late
from tests.web.people import WU, apply_for_allowance
from tests.web.server import Address
from tests.web.visiting import sign_in_quickly


def test_messages_are_read_and_preferences_kept_without_scripts(visit: Visit) -> None:
    with visit(size="phone", lang="en", java_script_enabled=False) as page:
        number = apply_for_allowance(page, WU)
        for _ in range(600):  # it is told a moment later
            page.goto("/my/inbox")
            if page.locator(".message-new").count():
                break
        message = page.locator(".message-new", has_text=number)
        expect(message).to_contain_text("Not approved")
        message.get_by_role("button", name="Mark as read").click()
        expect(page.locator(".message-new")).to_have_count(0)
        page.get_by_role("link", name="View the case").click()
        page.wait_for_url(f"**/my/cases/{number}")

        page.goto("/my/preferences")
        page.locator("#email").fill("wu@")
        page.get_by_role("button", name="Save").click()
        expect(page.locator(".field-fault")).to_contain_text("Please check the address")
        expect(page.locator("#email")).to_have_value("wu@")
        page.locator("#email").fill("wu@example.com")
        page.locator('[name="mail"][value="progress"]').uncheck()
        page.locator("#quiet_from").select_option("22")
        page.locator("#quiet_until").select_option("7")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status")).to_contain_text("Your choices are kept.")
        kept = page.request.get("/api/v1/preferences").json()
        assert kept == {
            "email": "wu@example.com", "language": "en", "quiet_hours": {"from": 22, "until": 7},
            "off": [{"topic": "progress", "channel": "email"}],
        }  # fmt: skip


@pytest.mark.parametrize(("size", "lang", "who"), [("phone", "zh", SUN), ("desk", "en", HE)])
def test_a_supplement_that_does_not_come_ends_the_case_and_the_applicant_is_told(
    visit: Visit, base: Address, size: str, lang: str, who: str
) -> None:
    desk = Desk(base)
    number = desk.apply_for_card(who)
    desk.move(APPROVER, number, "claim")
    desk.move(APPROVER, number, "request-supplement", {"words": "照片请换成近半年的。", "working_days": 5})
    with visit(size=size, lang=lang) as page:
        sign_in_quickly(page, who)
        page.goto(f"/my/cases/{number}")
        expect(page.locator(f'a[href="/my/cases/{number}/supplement"]')).to_be_visible()
        too_late(base, number)
        for _ in range(600):  # it is looked after in the background
            page.goto("/my/inbox")
            if page.locator(".message-new", has_text="已终止办理" if lang == "zh" else "has lapsed").count():
                break
            page.wait_for_timeout(100)
        page.locator(f'.message-new a[href="/my/cases/{number}"]').first.click()
        expect(page.locator("main")).to_contain_text("逾期未补正" if lang == "zh" else "nothing was added in time")
        expect(page.locator(f'a[href="/my/cases/{number}/supplement"]')).to_have_count(0)
        expect(page.locator(".fact-list")).not_to_contain_text("决定方式" if lang == "zh" else "Decided by")  # nobody decided
        assert fits(page)
