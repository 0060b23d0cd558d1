"""What the guides tell is what happens, step by step; and their pictures are there, in both languages, and light."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.processes import ROOT
from tests.web import first_application, first_case
from tests.web.browser import fits, visiting
from tests.web.server import Address, serving_pages

PICTURES = ROOT / "docs/pictures"
HEAVIEST = 2_000_000
"""Bytes of all pictures together."""


def look(step: str, page: Page) -> None:
    page.wait_for_load_state()  # a page that is being left cannot be measured
    assert fits(page), f"{step} is wider than the screen"


@pytest.fixture
def fresh(browser: Browser, tmp_path: Path) -> Iterator[Address]:
    with serving_pages(tmp_path / "miaopi.db") as found:
        yield found


@pytest.mark.parametrize(("size", "lang"), [("phone", "zh"), ("desk", "en")])
def test_a_first_application_goes_as_the_guide_for_applicants_tells(browser: Browser, fresh: Address, size: str, lang: str) -> None:
    first_application.apply(partial(visiting, browser, fresh, size, lang), look)


@pytest.mark.parametrize(("size", "lang"), [("phone", "zh"), ("desk", "en")])
def test_a_first_case_goes_as_the_guide_for_approvers_tells(browser: Browser, fresh: Address, size: str, lang: str) -> None:
    with visiting(browser, fresh, size, lang) as page:
        first_case.decide(fresh, page, look)


def test_every_picture_is_shown_and_every_one_shown_is_there_in_both_languages() -> None:
    documents = [*ROOT.glob("README*.md"), *(ROOT / "docs").glob("*.md")]
    shown = {name for each in documents for name in re.findall(r"\]\((?:docs/)?pictures/([\w.-]+)\)", each.read_text("utf-8"))}
    there = {each.name for each in PICTURES.iterdir()}
    assert shown == there
    assert {name.replace("-zh.", "-en.") for name in there} == {name for name in there if "-en." in name}
    assert sum(each.stat().st_size for each in PICTURES.iterdir()) < HEAVIEST
