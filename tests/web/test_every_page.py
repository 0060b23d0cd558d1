"""What holds for every page: axe finds nothing serious, nothing is wider than the screen, and a first visit is light."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from playwright.sync_api import Browser, Request, expect

from service.routes import PAGES
from tests.web.axe import hold_to_axe
from tests.web.browser import fits, visiting
from tests.web.server import Address
from tests.web.visiting import go, with_cases
from tests.web.visits import EVERY, NO_PAGES, VISITS, Visit

HEAVIEST = 150_000
"""Bytes that a first visit to one of the hall's pages may send, compressed."""


@pytest.fixture(scope="module")
def cases(browser: Browser, base: Address) -> Mapping[str, str]:
    return with_cases(browser, base)


def test_every_page_is_visited() -> None:
    paths = {getattr(route, "path", "") for router in PAGES for route in router.routes}
    assert paths - NO_PAGES - set(VISITS) == set()
    assert set(VISITS) - paths == {"a problem"}


@pytest.mark.parametrize("size", ["phone", "desk"])
@pytest.mark.parametrize("visit", EVERY, ids=lambda each: each.name)
def test_axe_finds_nothing_serious_and_nothing_is_too_wide(
    browser: Browser, base: str, cases: Mapping[str, str], visit: Visit, size: str
) -> None:
    """In both languages and appearances between them: Chinese and dark on the phone, English and light on the desk."""
    lang, scheme = ("zh", "dark") if size == "phone" else ("en", "light")
    # axe is put in by the test, past the page's own policy.
    with visiting(browser, base, size, lang, color_scheme=scheme, bypass_csp=True) as page:
        go(page, visit, cases)
        hold_to_axe(page)
        assert fits(page), "wider than the screen"
        if size == "desk":  # large print: at twice the size nothing is cut off or scrolls sideways (WCAG 1.4.10, reflow)
            page.set_viewport_size({"width": 640, "height": 400})
            assert fits(page), "wider than the screen in large print"


@pytest.mark.parametrize("visit", [each for each in EVERY if each.person is None], ids=lambda each: each.name)
def test_a_first_visit_is_light(browser: Browser, base: str, cases: Mapping[str, str], visit: Visit) -> None:
    with visiting(browser, base) as page:
        loaded: list[Request] = []
        page.on("requestfinished", lambda request: loaded.append(request))
        go(page, visit, cases)
        sizes = [each.sizes() for each in loaded]
        assert 0 < sum(each["responseBodySize"] + each["responseHeadersSize"] for each in sizes) <= HEAVIEST


ON_PAPER = ("case-rejected", "licence", "licences", "inbox", "desk", "desk-case", "desk-load", "ruleset", "publish", "version")


@pytest.mark.parametrize("visit", [each for each in EVERY if each.name in ON_PAPER], ids=lambda each: each.name)
def test_on_paper_a_page_is_light_and_has_nothing_to_press(browser: Browser, base: str, cases: Mapping[str, str], visit: Visit) -> None:
    with visiting(browser, base, viewport={"width": 794, "height": 1123}, color_scheme="dark") as page:
        go(page, visit, cases)
        page.emulate_media(media="print", color_scheme="dark")
        expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")
        for what in ("button.btn", "input", "select", "textarea"):
            expect(page.locator(f"main {what}").filter(visible=True)).to_have_count(0)
        assert fits(page), "wider than the paper"
