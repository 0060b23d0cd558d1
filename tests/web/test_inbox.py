"""Being told in a browser: messages read, and how one wants to be told kept."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.web.conftest import Visit
from tests.web.people import WU, apply_for_allowance


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
