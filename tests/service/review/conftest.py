"""A service where a silent source leaves the case to a person at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.catalogue import Catalogue
from engine.catalogue.model import NOT_AT_ALL
from service.rulesets import Rulesets
from service.settings import Settings
from service.starting import start
from service.state import Service
from tests.service.conftest import NOW
from tests.service.test_applications import with_situation


@pytest.fixture
def service(settings: Settings, rules: tuple[Catalogue, Rulesets]) -> Iterator[Service]:
    service = with_situation(start(settings, *rules, now=lambda: NOW), awaiting_evidence=NOT_AT_ALL)
    yield service
    service.close()
