"""A real browser for the tests and the screenshots: Debian's chromium, driven by Playwright."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

# The shell is the same engine without the window that nobody sees here, and much less work.
_BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, _BROWSERS)), None)
MISSING = "no browser: install one with `apt-get install chromium-headless-shell fonts-noto-cjk`, or chromium"
QUIET = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
SIZES = {"phone": PHONE, "desk": DESK}
LOCALES = {"zh": "zh-CN", "en": "en-GB"}

PATIENCE = 60_000  # a machine may have other things to do
expect.set_options(timeout=PATIENCE)


@contextmanager
def browsing() -> Iterator[Browser]:
    """The browser, closed afterwards."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def visiting(
    browser: Browser, base: str, size: str = "desk", lang: str = "zh", patience: int = PATIENCE, **options: Any
) -> Iterator[Page]:
    """A page of somebody who was never here before. What a page's scripts complain of fails it. `patience`: milliseconds that a step
    may take.
    """
    context = browser.new_context(base_url=base, locale=LOCALES[lang], **{"timezone_id": "Asia/Shanghai", **SIZES[size], **options})
    page = context.new_page()
    page.set_default_timeout(patience)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if _is_broken(message) else None)
    try:
        yield page
    finally:
        context.close()
    assert not complaints, complaints


def fits(page: Page) -> bool:
    """Whether nothing is wider than the screen, by the screen's own width: on a phone `innerWidth` grows with what is too wide."""
    screen = page.viewport_size
    return screen is not None and int(page.evaluate("document.documentElement.scrollWidth")) <= screen["width"]


def _is_broken(message: Any) -> bool:
    """An error of ours. That a page answered 4xx is the browser's own remark, and the tests look at that themselves; that a search
    was overtaken by the next letter is htmx's, and as it should be.
    """
    remarks = ("the server responded with a status of", "Response Status Error Code", "htmx:sendAbort", "htmx:afterRequest")
    return message.type == "error" and not any(each in message.text for each in remarks)
