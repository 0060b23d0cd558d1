"""A first application, as the guide for applicants tells it: found, looked at before, applied for, and what comes of it.

It is run by a test, and by the command that takes the guide's pictures; so it goes by what does not depend on the language.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from playwright.sync_api import Page, expect

from service.demo import APPROVER, SUN
from tests.web.first_policy_change import Seen
from tests.web.people import ACCOUNT, ALLOWANCE, LI, WU, apply_for_allowance, press, sign_in
from tests.web.visiting import ask_for_more, result_of

CARD = "/situations/senior-card-new"
_WORDS = {"zh-CN": "老人补贴", "en": "senior allowance"}

Visit = Callable[[], AbstractContextManager[Page]]
"""A page of somebody who was never here before."""


def apply(visit: Visit, seen: Seen) -> None:
    """One is approved at once, one is refused, one is asked for more."""
    with visit() as page:
        _find(page, seen)
        _look_before(page, seen)
        _result(page, _apply(page, seen), seen)
    with visit() as page:
        _refused(page, seen)
    with visit() as page:
        _asked_for_more(page, visit, seen)


def _find(page: Page, seen: Seen) -> None:
    """By words, and by questions to the guide of what fits."""
    page.goto("/")
    seen("start", page)
    page.locator("#query").fill(_WORDS[page.locator("html").get_attribute("lang") or ""])
    page.locator(".hero-search button").click()
    found = page.locator('#found a[href="/matters/senior-allowance"]')
    expect(found).to_be_visible()
    seen("found", page)
    found.click()
    expect(page.locator(".question-answer").first).to_be_visible()
    seen("questions", page)
    page.locator(".question-answer").first.click()
    page.wait_for_url(f"**{ALLOWANCE}")
    expect(page.locator(".need-list li")).to_have_count(3)
    seen("guide", page)


def _look_before(page: Page, seen: Seen) -> None:
    """Without signing in: a made-up date of birth, with what comes of it."""
    page.locator(f'a[href="{ALLOWANCE}/precheck"]').click()
    page.locator('[name="evidence.id_card.birth_date"]').fill("1945-03-15")
    press(page, "look")
    expect(page.locator(".answer.tone-pass")).to_be_visible()
    expect(page.locator(".condition .badge.tone-pass")).to_have_count(1)  # the age
    seen("precheck", page)


def _apply(page: Page, seen: Seen) -> str:
    """The form, kept and gone on with; a look at the answers; the answer. The number of the case."""
    page.locator(f'main a[href="{ALLOWANCE}/apply"]').click()
    page.locator(f'button[name="number"][value="{LI}"]').click()
    expect(page.locator(".site-person")).to_be_attached()
    page.locator('[name="form.bank_account"]').fill(ACCOUNT)
    seen("form", page)
    press(page, "save")
    page.goto("/my/drafts")
    page.locator(f'.matter-list a.btn-primary[href^="{ALLOWANCE}/apply"]').click()
    expect(page.locator('[name="form.bank_account"]')).to_have_value(ACCOUNT)
    press(page, "check")
    expect(page.locator('.form-actions button[value="submit"]')).to_be_visible()
    seen("check", page)
    press(page, "submit")
    page.wait_for_url("**/my/cases/LH*")
    expect(page.locator(".answer.tone-pass")).to_be_visible()
    number = page.url.rsplit("/", 1)[1]
    result_of(page, number)
    page.reload()
    expect(page.locator("#result a")).to_be_visible()
    seen("approved", page)
    return number


def _result(page: Page, number: str, seen: Seen) -> None:
    """Kept as a licence: a document, and a code to show."""
    page.locator("#result a").click()
    with page.expect_download():
        page.locator('button[value="document"]').click()
    page.locator('button[value="show"]').click()
    expect(page.locator(".licence-code img")).to_be_visible()
    seen("licence", page)
    page.goto("/my/licences")
    expect(page.locator(".licence-grid > li")).to_have_count(3)
    page.locator('a[href="/my/licence-uses"]').click()
    expect(page.locator(".matter-list")).to_contain_text(number)


def _refused(page: Page, seen: Seen) -> None:
    """The condition that failed, with its clause; and an appeal, which is withdrawn."""
    number = apply_for_allowance(page, WU)
    expect(page.locator(".answer.tone-fail")).to_be_visible()
    seen("refused", page)
    page.locator(f'a[href="/my/cases/{number}/appeal"]').click()
    page.locator("#reason").fill("户籍已于上月迁入深圳。")
    page.locator(".form-actions button.btn-primary").click()
    page.wait_for_url(f"**/my/cases/{number}")
    page.locator(f'a[href="/my/cases/{number}/withdraw"]').click()
    page.locator(".form-actions button").first.click()
    page.wait_for_url(f"**/my/cases/{number}")


def _asked_for_more(page: Page, visit: Visit, seen: Seen) -> None:
    """A person decides, asks for more, and is sent it."""
    sign_in(page, SUN, f"{CARD}/apply")
    press(page, "check")
    press(page, "submit")
    page.wait_for_url("**/my/cases/LH*")
    number = page.url.rsplit("/", 1)[1]
    with visit() as other:
        ask_for_more(other, number, APPROVER, "照片请换成近半年的。")
    for _ in range(600):  # it is told a moment later
        page.goto("/my/inbox")
        if page.locator(".message-new").count() > 1:
            break
        page.wait_for_timeout(100)
    seen("inbox", page)
    page.locator(f'.message-new a[href="/my/cases/{number}"]').first.click()
    page.locator(f'a[href="/my/cases/{number}/supplement"]').click()
    page.locator("#note").fill("已换成近半年的照片。")
    seen("supplement", page)
    press(page, "send")
    page.wait_for_url(f"**/my/cases/{number}")
    expect(page.locator(f'a[href="/my/cases/{number}/supplement"]')).to_have_count(0)
    page.goto("/my/preferences")
    page.locator("#email").fill("sun@example.com")
    page.locator('button[value="save"]').click()
    expect(page.locator('[role="status"]')).to_be_visible()
