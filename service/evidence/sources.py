"""What gathering evidence needs of a running service: the provider, the deadlines, the clock, and where intents are recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from service.database import Database
from service.evidence.providers.embedded import EmbeddedProvider
from service.evidence.providers.interface import Provider
from service.evidence.providers.with_own import Own, WithOwn
from service.evidence.settings import EvidenceSettings


@dataclass(frozen=True, slots=True)
class Sources:
    provider: Provider
    database: Database
    settings: EvidenceSettings
    now: Callable[[], datetime]

    def close(self) -> None:
        self.provider.close()


def open_sources(database: Database, settings: EvidenceSettings, now: Callable[[], datetime], own: Own | None = None) -> Sources:
    """The licence repository that is named, else the embedded provider; beside it what the service issues itself."""
    provider = _provider(database, settings)
    return Sources(provider if own is None else WithOwn(provider, own), database, settings, now)


def _provider(database: Database, settings: EvidenceSettings) -> Provider:
    if settings.authority is None:
        return EmbeddedProvider(database)
    from service.evidence.providers.http import HttpProvider

    return HttpProvider(str(settings.authority), settings)
