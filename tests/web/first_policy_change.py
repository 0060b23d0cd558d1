"""The first policy change, as the guide for policy writers tells it: the senior allowance from 65 on, by two people in the studio.

It is run by a test, and by the command that takes the guide's pictures; so it goes by what does not depend on the language.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from playwright.sync_api import Page, expect

from service.demo import WRITER, WRITER_2
from tests.web.people import sign_in

SENIOR = "/studio/senior-allowance"
Seen = Callable[[str, Page], None]
"""Is told after each step, by its name."""


def change(writer: Page, second: Page, seen: Seen) -> None:
    """From the list of rulesets to the version that decides from today on."""
    sign_in(writer, WRITER, "/studio")
    writer.locator(f'a[href="{SENIOR}"]').click()
    seen("ruleset", writer)
    writer.locator(".begin-form button").click()
    _values(writer, seen)
    _label(writer, seen)
    _cases(writer, seen)
    _missing_case(writer, seen)
    writer.locator(".run-actions a").click()
    writer.locator("#reason").fill("起领年龄由70周岁改为65周岁，已核对条文、津贴表和全部用例。")
    seen("submit", writer)
    writer.locator('button[value="submit"]').click()
    expect(writer.locator(".publish-own")).to_be_visible()

    sign_in(second, WRITER_2, "/studio")
    second.locator(".draft-card a").click()
    expect(second.locator('button[value="publish"]')).to_be_visible()
    seen("review", second)
    second.locator('button[value="publish"]').click()
    expect(second.locator(".version-list > li")).to_have_count(2)
    seen("published", second)


def _values(page: Page, seen: Seen) -> None:
    """The age, and a row of the table for those who come in by it."""
    _part(page, "tables")
    page.locator('[name^="value:minimum_age:"]').fill("65")
    page.locator('button[name="step"][value="add:allowance::"]').click()
    new = page.locator(".cell-new input:not([type=hidden])")
    new.nth(0).fill("[65..69]")
    new.nth(1).fill("100")
    seen("tables", page)
    page.locator('.form-actions button[value="save"]').click()
    expect(page.locator(".cell-table tbody tr")).to_have_count(5)
    expect(page.locator(".cell-new")).to_have_count(0)
    expect(page.locator(".value").first).to_contain_text(re.compile(r"\b70\b"))  # the old value stays as history


def _label(page: Page, seen: Seen) -> None:
    """What applicants read, in the editor, where the outcome of a case lights up beside each condition."""
    _part(page, "")
    find(page, "年满70周岁")
    page.keyboard.type("年满65周岁")
    page.locator("#try-again").click()
    expect(page.locator("#tried [data-lit]").first).to_be_visible()
    expect(page.locator(".cm-line.lit-line").first).to_be_visible()
    expect(page.locator(".finding-none")).to_be_visible()
    seen("editor", page)
    page.locator('button[value="run"]').click()


def _cases(page: Page, seen: Seen) -> None:
    """Two say what was right before: they are put to what is right now."""
    expect(page.locator(".case-grid > li")).to_have_count(2)
    seen("cases", page)
    for left in (1, 0):
        page.locator('button[value^="accept:"]').first.click()
        expect(page.locator(".case-grid > li")).to_have_count(left)


def _missing_case(page: Page, seen: Seen) -> None:
    """Nobody is too young any more in the cases, so one is added by trying."""
    expect(page.locator(".gap-list li")).to_have_count(1)
    page.locator(".gap-list + a").click()
    on = date.fromisoformat(page.locator("#on").input_value())
    page.locator('[name="evidence.id_card.birth_date"]').fill(f"{on.year - 64}-01-01")
    expect(page.locator("#outcome .trial")).to_have_class("trial tone-fail")
    page.locator('[name="name"]').fill("64周岁不能申请")
    seen("try", page)
    page.locator('button[value="save"]').click()
    expect(page.locator(".run-actions a")).to_be_visible()


def _part(page: Page, name: str) -> None:
    """One of the pages of the draft."""
    page.locator(".draft-tabs a").nth(["", "tables", "try", "cases", "review"].index(name)).click()


def find(page: Page, text: str) -> None:
    """Selects a text in the editor, as its search does."""
    page.locator("#part-text .cm-content").focus()
    page.keyboard.press("Control+f")
    page.locator('.cm-search input[name="search"]').fill(text)
    page.keyboard.press("End")  # the search hears of keys alone
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
