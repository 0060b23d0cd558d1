"""A first case, as the guide for approvers tells it: claimed from the queue, a fact settled, and approved by the rules.

It is run by a test, and by the command that takes the guide's pictures; so it goes by what does not depend on the language.
"""

from __future__ import annotations

from playwright.sync_api import Page, expect

from service.demo import APPROVER, SUN, WU
from tests.web.desk import Desk
from tests.web.first_policy_change import Seen
from tests.web.people import apply_for_allowance, sign_in


def decide(base: str, page: Page, seen: Seen) -> None:
    """From the application to the decision, which nobody computed but the rules."""
    desk = Desk(base)
    number = apply_for_allowance(page, SUN)
    sign_out(page)
    desk.apply_for_card(WU)
    sign_in(page, APPROVER, "/desk")
    expect(page.locator(".queue-row")).to_have_count(2)
    seen("queue", page)
    page.locator(f'a[href="/desk/cases/{number}"]').first.click()
    page.locator('button[value="claim"]').first.click()
    expect(page.locator('[name="settle.death.registered"]').first).to_be_visible()
    seen("case", page)
    page.locator('[name="settle.death.registered"]').select_option("no")
    page.locator("#why-death").fill("电话核实，本人健在")
    expect(page.locator("#outcome .grant-list dd")).to_contain_text("300.00")
    page.locator("#reason").fill("电话核实，本人健在，登记有误。")
    seen("decision", page)
    page.locator('button[value="approve"]').click()
    expect(page.locator('[role="status"]')).to_be_visible()
    assert desk.call(SUN, "GET", f"/cases/{number}")["status"] == "approved"


def sign_out(page: Page) -> None:
    menu = page.locator(".site-menu summary")
    if menu.is_visible():  # on a phone
        menu.click()
    page.locator('form[action="/sign-out"] button').click()
    expect(page.locator('form[action="/sign-out"]')).to_have_count(0)
