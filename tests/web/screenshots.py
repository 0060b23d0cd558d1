"""Pictures of every main page: `python -m tests.web.screenshots FOLDER [NAME…]`, all of them or those that are named.

    FOLDER/<name>-<phone|desk>-<zh|en>-<light|dark>.png
"""

from __future__ import annotations

import sys
import tempfile
from itertools import product
from pathlib import Path

from tests.web.browser import CHROMIUM, LOCALES, MISSING, SIZES, browsing, visiting
from tests.web.desk import age
from tests.web.server import serving_pages
from tests.web.visiting import go, with_cases
from tests.web.visits import EVERY

SCHEMES = ("light", "dark")


def take(folder: Path, names: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    visits = [each for each in EVERY if not names or each.name in names]
    with tempfile.TemporaryDirectory() as data, browsing() as browser, serving_pages(Path(data) / "miaopi.db") as base:
        cases = with_cases(browser, base)
        age(Path(data) / "miaopi.db", cases)
        for visit, size, lang, scheme in product(visits, SIZES, LOCALES, SCHEMES):
            with visiting(browser, base, size, lang, color_scheme=scheme) as page:
                go(page, visit, cases)
                page.screenshot(path=folder / f"{visit.name}-{size}-{lang}-{scheme}.png", full_page=True)
        print(f"{len(visits)} pages in {folder}")


if __name__ == "__main__":
    if CHROMIUM is None:
        sys.exit(MISSING)
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    take(Path(sys.argv[1]), sys.argv[2:])
