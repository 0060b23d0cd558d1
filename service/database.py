"""The embedded database: SQLite in WAL mode with `synchronous=FULL`, many readers, and exactly one writer.

Nothing else in the service commits. `write` has committed, durably, when it returns; if its work raises, nothing is kept.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import DateTime, Dialect, Engine, MetaData, TypeDecorator, create_engine, event, text
from sqlmodel import Session, SQLModel

from service.settings import Unusable

T = TypeVar("T")
SCHEMA = 2
"""What `PRAGMA user_version` says of a database that this version can read."""
_BUSY = 10_000  # milliseconds to wait for a reader's snapshot or a backup to let go


class Utc(TypeDecorator[datetime]):
    """A point in time with its zone. SQLite keeps none, so it is stored as UTC."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Database:
    """One SQLite file, owned by this process until `close`. Raises `Unusable` where another process has it.

    `tables`: what it holds; those of the service unless another program's are given.
    """

    def __init__(self, path: Path, tables: MetaData = SQLModel.metadata) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path = path
        self._owned = _own(path.with_name(path.name + ".lock"))
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        self._writer = _engine(path, "BEGIN IMMEDIATE", "PRAGMA query_only=OFF")
        self._readers = _engine(path, "BEGIN", "PRAGMA query_only=ON")
        self._writing = Lock()
        self._prepare(tables)

    def _prepare(self, tables: MetaData) -> None:
        with self._writer.begin() as connection:
            found = connection.execute(text("PRAGMA user_version")).scalar_one()
            if found not in (0, SCHEMA):
                raise Unusable(f"the database has schema {found}; this version reads schema {SCHEMA}")
            tables.create_all(connection)
            connection.execute(text(f"PRAGMA user_version={SCHEMA}"))

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One snapshot of what is committed."""
        with Session(self._readers, autoflush=False, expire_on_commit=False) as session:
            yield session

    def write(self, work: Callable[[Session], T]) -> T:
        """What `work` answers, once all it wrote is on disk. One caller at a time."""
        with self._writing, Session(self._writer, expire_on_commit=False) as session:
            answer = work(session)
            session.commit()
            return answer

    def close(self) -> None:
        self._readers.dispose()
        self._writer.dispose()
        os.close(self._owned)


def _own(lock: Path) -> int:
    """Holds the lock file until it is closed, also by a crash."""
    handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise Unusable("another process is serving this database") from None
    return handle


def _engine(path: Path, begin: str, mode: str) -> Engine:
    # Parameters carry personal data; hidden, they stay out of the text of errors.
    engine = create_engine(
        f"sqlite:///{path}", hide_parameters=True, pool_size=8, max_overflow=56, connect_args={"check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver would begin transactions at moments of its own
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_BUSY}"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(mode)

    @event.listens_for(engine, "begin")
    def _begun(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine
