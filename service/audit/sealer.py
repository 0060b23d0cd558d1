"""The sealer at work: a thread of the service that seals what was committed, every so often and once more when it ends."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event, Thread

from prometheus_client import Counter
from sqlalchemy.exc import SQLAlchemyError

from service.audit.anchors import Anchored
from service.audit.sealing import Broken, seal_all
from service.database import Database
from service.signing_keys import SigningKeys

BATCHES = Counter("miaopi_audit_batches", "Batches of audit rows sealed")
ALARMS = Counter("miaopi_audit_alarms", "The record could not be sealed or anchored", ["kind"])
_logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Sealer:
    """`every`: seconds. What fails is tried again the next time, with an alarm."""

    database: Database
    keys: SigningKeys
    anchored: Anchored
    now: Callable[[], datetime]
    every: float
    _ended: Event = field(default_factory=Event)
    _thread: Thread | None = None

    def start(self) -> None:
        self._thread = Thread(target=self._run, name="sealer", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Seals what is left, if it was started."""
        if self._thread is not None:
            self._ended.set()
            self._thread.join()
            self._thread = None

    def seal(self) -> bool:
        """Whether everything is sealed and anchored now."""
        try:
            self.keys.reload()
            BATCHES.inc(seal_all(self.database, self.keys, self.now(), self.anchored))
        except Broken as broken:
            self._alarm("broken", str(broken))
        except OSError as error:
            self._alarm("anchor", str(error))
        except SQLAlchemyError as error:
            self._alarm("database", type(error).__name__)
        else:
            return True
        return False

    def _run(self) -> None:
        while not self._ended.wait(self.every):
            self.seal()
        self.seal()

    def _alarm(self, kind: str, what: str) -> None:
        ALARMS.labels(kind).inc()
        _logger.error("ALARM the record was not sealed: %s", what)
