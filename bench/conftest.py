"""What the benchmarks share: a place for the figures of a module, kept when it ends, if anything was measured."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bench.figures import save


@pytest.fixture(scope="module")
def figures(request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    """The module says its command as `COMMAND`; its figures are saved under its name without `test_`."""
    found: dict[str, Any] = {}
    yield found
    if found:
        save(request.module.__name__.rpartition("test_")[2], request.module.COMMAND, found)
