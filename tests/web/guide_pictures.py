"""Takes the pictures of the guide for policy writers, while the guide's own change is made: `python -m tests.web.guide_pictures [FOLDER]`.

    FOLDER/policy-<step>-<zh|en>.png     docs/pictures unless it is given
"""

from __future__ import annotations

import io
import sys
import tempfile
from functools import partial
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from tests.web.browser import CHROMIUM, LOCALES, MISSING, browsing, visiting
from tests.web.first_policy_change import change
from tests.web.server import ROOT, serving_pages

WIDTH, HEIGHT = 1200, 880
_COLOURS = 96
"""Of a picture: a page has few, and a picture of few is small."""


def take(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for lang in LOCALES:
        with tempfile.TemporaryDirectory() as data, browsing() as browser, serving_pages(Path(data) / "miaopi.db") as base:
            visit = partial(visiting, browser, base, lang=lang, viewport={"width": WIDTH, "height": HEIGHT})
            with visit() as writer, visit() as second:
                change(writer, second, partial(_take, folder, lang))


def _take(folder: Path, lang: str, step: str, page: Page) -> None:
    """What is under the header of the site, as far as a screen goes, without the cursor."""
    page.evaluate("scrollTo(0, document.querySelector('main').offsetTop)")
    whole = Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide"))).convert("RGB")
    whole.quantize(_COLOURS, dither=Image.Dither.NONE).save(folder / f"policy-{step}-{lang}.png", optimize=True)


if __name__ == "__main__":
    if CHROMIUM is None:
        sys.exit(MISSING)
    take(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs/pictures")
