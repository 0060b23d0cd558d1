"""A record that has grown for a while, to be sealed, proved, and tampered with."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import URL

from service import audit
from service.audit.anchors import AnchorFile
from service.audit.checking import verify
from service.audit.sealing import seal_all
from service.database import Database, open_database
from service.signing_keys import PublicKeys, SigningKeys
from service.state import Service
from tests.service.conftest import NOW

ACTIONS = ("case.submitted", "case.read", "receipt.read", "session.opened", "case.approved")


@dataclass
class History:
    """`now` goes on by a minute with every batch."""

    database: Database
    keys: SigningKeys
    anchors: AnchorFile
    now: datetime = NOW
    rows: int = 0

    @property
    def public(self) -> PublicKeys:
        return PublicKeys(self.keys.public())

    def grow(self, count: int) -> None:
        """So many rows more, of five cases."""
        for _ in range(count):
            self.rows += 1
            action = ACTIONS[self.rows % len(ACTIONS)]
            case = None if action.startswith("session") else f"LH2026112300000000{self.rows % 5}"
            detail = {"receipt": f"sha256:{self.rows:064}"} if action == "case.submitted" else None
            row = audit.row(self.now, self.rows % 3 or None, action, case, None if case else f"account {self.rows}", detail)
            self.database.insert([row])

    def seal(self) -> int:
        self.now += timedelta(minutes=1)
        return seal_all(self.database, self.keys, self.now, self.anchors)

    def sealed(self, count: int) -> None:
        """So many rows more, all sealed: whatever else runs on the server has ended by then."""
        self.grow(count)
        for _ in range(600):
            self.seal()
            with self.database.reading() as session:
                if not verify(session, self.public, ()).unsealed:
                    return
            time.sleep(0.1)
        raise AssertionError("something holds up the sealer")


def whole_record(service: Service) -> None:
    """Seals everything, once whatever else runs on the server has ended."""
    for _ in range(600):
        assert service.sealer.seal()
        with service.database.reading() as session:
            if not verify(session, PublicKeys(service.sealer.keys.public()), ()).unsealed:
                return
        time.sleep(0.1)
    raise AssertionError("something holds up the sealer")


@contextmanager
def history(url: URL, folder: Path) -> Iterator[History]:
    database = open_database(url)
    try:
        yield History(database, SigningKeys(folder / "seal-keys.json"), AnchorFile(folder / "anchors.jsonl"))
    finally:
        database.close()
