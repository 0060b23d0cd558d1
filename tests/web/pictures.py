"""Takes the pictures of the guides and the README, while what they tell is done: `python -m tests.web.pictures [FOLDER [GUIDE…]]`.

    FOLDER/<guide>-<step>-<zh|en>.webp     docs/pictures, and every guide, unless they are given: application, case, policy
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.processes import ROOT
from tests.web import first_application, first_case, first_policy_change
from tests.web.browser import CHROMIUM, LOCALES, MISSING, browsing, visiting
from tests.web.first_policy_change import Seen
from tests.web.server import Address, serving_pages

WIDTH, HEIGHT = 1200, 880
PATIENCE = 120_000
"""Milliseconds that anything may take: here nobody waits for a test to fail, and the machine may have other things to do."""
_COLOURS = 96
"""Of a picture: a page has few, and a picture of few is small."""


def take(folder: Path, guides: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=PATIENCE)
    with browsing() as browser:
        for guide in guides or GUIDES:
            for lang in LOCALES:
                with tempfile.TemporaryDirectory() as data, serving_pages(Path(data) / "miaopi.db") as base:
                    GUIDES[guide](browser, base, lang, partial(_take, folder, guide, lang))
                print(guide, lang, flush=True)


def _application(browser: Browser, base: Address, lang: str, seen: Seen) -> None:
    first_application.apply(partial(_visiting, browser, base, lang), seen)


def _case(browser: Browser, base: Address, lang: str, seen: Seen) -> None:
    with _visiting(browser, base, lang) as page:
        first_case.decide(base, page, seen)


def _policy(browser: Browser, base: Address, lang: str, seen: Seen) -> None:
    with _visiting(browser, base, lang) as writer, _visiting(browser, base, lang) as second:
        first_policy_change.change(writer, second, seen)


GUIDES: Mapping[str, Callable[[Browser, Address, str, Seen], None]] = {"application": _application, "case": _case, "policy": _policy}


def _visiting(browser: Browser, base: Address, lang: str) -> AbstractContextManager[Page]:
    return visiting(browser, base, lang=lang, patience=PATIENCE, viewport={"width": WIDTH, "height": HEIGHT})


def _take(folder: Path, guide: str, lang: str, step: str, page: Page) -> None:
    """What is under the header of the site, as far as a screen goes, without the cursor."""
    page.evaluate("scrollTo(0, document.querySelector('main').offsetTop)")
    whole = Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide"))).convert("RGB")
    few = whole.quantize(_COLOURS, dither=Image.Dither.NONE).convert("RGB")
    few.save(folder / f"{guide}-{step}-{lang}.webp", lossless=True, quality=60, method=4)


if __name__ == "__main__":
    if CHROMIUM is None:
        sys.exit(MISSING)
    take(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs/pictures", sys.argv[2:])
