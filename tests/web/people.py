"""What the demo people do in a browser: sign in, fill in a form, submit."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from service.demo import FIRM, HE, LI, WU

ALLOWANCE = "/situations/senior-allowance-first-claim"
ACCOUNT = "6222000000000001"
__all__ = ["ACCOUNT", "ALLOWANCE", "FIRM", "HE", "LI", "WU", "apply_for_allowance", "fill_in_allowance", "press", "sign_in"]


def sign_in(page: Page, number: str, there: str = "/sign-in") -> None:
    """By the page that asks for it."""
    page.goto(there)
    page.locator(f'button[name="number"][value="{number}"]').click()
    expect(page.locator(".site-person")).to_be_attached()


def press(page: Page, step: str) -> None:
    """The button of a form's step."""
    page.locator(f'.form-actions button[value="{step}"]').click()


def fill_in_allowance(page: Page, number: str) -> None:
    """Up to the look at the answers."""
    sign_in(page, number, f"{ALLOWANCE}/apply")
    page.locator('[name="form.bank_account"]').fill(ACCOUNT)
    press(page, "check")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("核对您的申请|Check your answers"))


def apply_for_allowance(page: Page, number: str) -> str:
    """The number of the case."""
    fill_in_allowance(page, number)
    press(page, "submit")
    page.wait_for_url("**/my/cases/*")
    return page.url.rsplit("/", 1)[1]
