"""Removes, while the service runs, files of which nothing came: after a crash, or where a file outlived its row."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from service.materials.storage.interface import StorageFailed
from service.materials.uploads import sweep
from service.state import Service

EVERY = timedelta(hours=6)
_logger = logging.getLogger(__name__)


@asynccontextmanager
async def sweeping(service: Service) -> AsyncIterator[None]:
    """At once, and then again and again."""
    task = asyncio.create_task(_sweep_on(service))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _sweep_on(service: Service) -> None:
    while True:
        try:
            if removed := await asyncio.to_thread(sweep, service):
                _logger.info("%s files without an upload were removed", removed)
        except StorageFailed as failed:
            _logger.error("files without an upload could not be removed: %s", failed)
        await asyncio.sleep(EVERY.total_seconds())
