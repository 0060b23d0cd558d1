"""Two policy writers, signed in."""

from __future__ import annotations

import pytest

from service.state import Service
from tests.service.conftest import Client
from tests.service.policies.writing import Writers, writers


@pytest.fixture
def writing(service: Service, client: Client) -> Writers:
    return writers(service, client)
