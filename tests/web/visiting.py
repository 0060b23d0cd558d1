"""Goes where a `Visit` says, as the person it says, with the cases that the demo people have by then."""

from __future__ import annotations

import re
from collections.abc import Mapping

from playwright.sync_api import Browser, Page

from tests.web.browser import visiting
from tests.web.people import HE, LI, WU, apply_for_allowance
from tests.web.studio import with_drafts
from tests.web.visits import Visit


def with_cases(browser: Browser, base: str) -> Mapping[str, str]:
    """One case each of those whose allowance is approved, refused, and waits: the number of the case by that of the person.

    Beside them what `with_drafts` prepares.
    """
    found = with_drafts(base)
    for person in (LI, WU, HE):
        with visiting(browser, base) as page:
            found[person] = apply_for_allowance(page, person)
    return found


def sign_in_quickly(page: Page, person: str) -> None:
    """By the API, as a browser would keep it."""
    answer = page.request.post("/api/v1/sessions", data={"number": person})
    assert answer.status == 201


def go(page: Page, visit: Visit, cases: Mapping[str, str]) -> None:
    """Until the page is there, filled in as the visit says."""
    if visit.person:
        sign_in_quickly(page, visit.person)
    page.goto(re.sub(r"\{(?:case:)?(\w+)\}", lambda found: cases[found[1]], visit.path))
    for name, value in visit.fill.items():
        box = page.locator(f'[name="{name}"]')
        if box.first.get_attribute("type") == "radio":
            page.locator(f'[name="{name}"][value="{value}"]').check()
        else:
            box.fill(value)
    if visit.press:
        page.locator(f'.form-actions button[value="{visit.press}"]').click()
    page.wait_for_load_state("networkidle")
