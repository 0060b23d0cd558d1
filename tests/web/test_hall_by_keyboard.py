"""An application without a mouse: every step is reached by Tab, shows where one is, and is done by Enter or typing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import Visit
from tests.web.people import ACCOUNT, LI

_FURTHEST = 120
_SHOWN = """() => {
    const style = getComputedStyle(document.activeElement), box = document.activeElement.getBoundingClientRect()
    return (style.outlineStyle !== "none" || style.boxShadow !== "none") && box.bottom > 0 && box.top < innerHeight
}"""
"""That one sees what has the focus, and that it has it."""


def reach(page: Page, selector: str) -> None:
    """By Tab alone, from where one is."""
    for _ in _tabs(page):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            break
    else:
        raise AssertionError(f"{selector} is not reached")
    page.wait_for_function(_SHOWN)


def _tabs(page: Page) -> Iterator[int]:
    for each in range(_FURTHEST):
        page.keyboard.press("Tab")
        yield each


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_from_the_start_to_the_answer(visit_anew: Visit, size: str) -> None:
    with visit_anew(size=size) as page:
        page.goto("/")
        page.keyboard.press("Tab")
        expect(page.locator(".skip-link")).to_be_focused()
        reach(page, "#query")
        page.keyboard.type("老人补贴")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("办事大厅")
        reach(page, '#found a[href="/matters/senior-allowance"]')
        page.keyboard.press("Enter")
        expect(page.locator("legend")).to_have_text("您要办什么？")
        reach(page, ".question-answer")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="按这些条件决定")).to_be_visible()
        reach(page, 'a[href$="/apply"]')
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("登录")
        reach(page, f'button[name="number"][value="{LI}"]')
        page.keyboard.press("Enter")
        expect(page.locator('[name="form.bank_account"]')).to_be_visible()
        reach(page, '[name="form.bank_account"]')
        page.keyboard.type(ACCOUNT)
        page.keyboard.press("Enter")  # on, as the form's button does
        expect(page.get_by_role("heading", level=1)).to_have_text("核对您的申请")
        reach(page, 'button[value="submit"]')
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("已批准")
