"""A browser, and a service of one's own to visit with it. Without a browser these tests skip, and say how to get one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page

from service.app import create_app
from service.rulesets import load_rules
from service.settings import find_settings
from service.starting import start
from tests.processes import ROOT
from tests.web.browser import CHROMIUM, MISSING, browsing, visiting
from tests.web.server import Address, serving_pages
from tests.web.visitor import Visitor

Visit = Callable[..., AbstractContextManager[Page]]
"""`visit(size="phone", lang="en", …)`: a page of somebody who was never here before."""

SIZES = pytest.mark.parametrize("size", ["phone", "desk"])
SCRIPTS = pytest.mark.parametrize(
    ("size", "scripts"), [("phone", False), ("desk", True)], ids=["phone without scripts", "desk with scripts"]
)
"""For what has to work on both sizes, and without scripts as well as with them."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for the tests of a file: while it is there no other test can run an event loop."""
    if CHROMIUM is None:
        pytest.skip(MISSING)
    with browsing() as found:
        yield found


@pytest.fixture(scope="module")
def base(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    """Where the service answers; one for the tests of a file."""
    folder: Path = tmp_path_factory.mktemp("pages")
    with serving_pages(folder / "miaopi.db") as found:
        yield found


@pytest.fixture
def visit_anew(browser: Browser, tmp_path: Path) -> Iterator[Visit]:
    """The same, of a service that nobody has applied to yet."""
    with serving_pages(tmp_path / "miaopi.db") as base:
        yield partial(visiting, browser, base)


@pytest.fixture
def visit(browser: Browser, base: str) -> Visit:
    return partial(visiting, browser, base)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """The application in this process, for turns that need no browser; one for the tests of a file."""
    settings = find_settings(str(tmp_path_factory.mktemp("pages") / "miaopi.db"), ROOT / "rules")
    service = start(settings, *load_rules(settings))
    yield create_app(service)
    service.close()


@pytest.fixture
def client(app: FastAPI) -> Visitor:
    """Somebody who was never here before."""
    return Visitor(app)
