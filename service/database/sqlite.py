"""The embedded database: SQLite in WAL mode with `synchronous=FULL`, many readers, and exactly one writer.

The writer is a thread. What waits for it is committed together (group commit), since a commit costs a sync of the disk:
rows to insert table by table for the whole group, every other piece of work in a savepoint of its own.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar, TypeVarTuple

from sqlalchemy import Connection, Engine, Select, create_engine, event
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel

from service.database.interface import Conflict, Guard, Overtaken, Prepare
from service.database.lookup import LookUps
from service.database.rows import insert_rows
from service.unusable import Unusable

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
_BUSY = 10_000  # milliseconds to wait for a reader's snapshot or a backup to let go
_LARGEST_GROUP = 64


@dataclass(slots=True)
class _Member:
    """One that waits for the writer: with rows, or with work that answers something."""

    rows: Sequence[SQLModel] = ()
    guard: Guard | None = None
    work: Callable[[Session], Any] | None = None
    answer: Future[Any] = field(default_factory=Future)


class Sqlite:
    """One SQLite file, owned by this process until `close`. Raises `Unusable` where another process has it."""

    near = True

    def __init__(self, path: Path, prepare: Prepare) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path = path
        self._owned = _own(path.with_name(path.name + ".lock"))
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            self._readers = _engine(path, "BEGIN", "PRAGMA query_only=ON")
            self._writer = _engine(path, "BEGIN IMMEDIATE", "PRAGMA query_only=OFF")
            self._look_ups = LookUps(self._readers)
            with self._writer.begin() as connection:
                prepare(connection)
        except BaseException:
            os.close(self._owned)
            raise
        self._waiting: SimpleQueue[_Member | None] = SimpleQueue()
        self._thread = Thread(target=self._serve, name="writer", daemon=True)
        self._thread.start()
        self._closed = False

    @property
    def url(self) -> str:
        return f"sqlite:///{self.path}"

    @property
    def engines(self) -> Sequence[Engine]:
        return self._readers, self._writer

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with Session(self._readers, autoflush=False, expire_on_commit=False) as session:
            yield session

    def look_up(self, statement: Select[*Ts], values: Mapping[str, Any]) -> Sequence[tuple[*Ts]]:
        return self._look_ups.rows(statement, values)

    def write(self, work: Callable[[Session], T]) -> T:
        found: T = self._await(_Member(work=work))
        return found

    def insert(self, rows: Sequence[SQLModel], guard: Guard | None = None) -> None:
        self._await(_Member(rows, guard))

    async def keep(self, rows: Sequence[SQLModel], guard: Guard | None = None) -> None:
        await asyncio.wrap_future(self._put(_Member(rows, guard)))

    def close(self) -> None:
        """What is waiting is still written."""
        if self._closed:
            return
        self._closed = True
        self._waiting.put(None)
        self._thread.join()
        self._look_ups.close()
        self._readers.dispose()
        self._writer.dispose()
        os.close(self._owned)

    def _await(self, member: _Member) -> Any:
        return self._put(member).result()

    def _put(self, member: _Member) -> Future[Any]:
        if self._closed:
            raise RuntimeError("the database is closed")
        member.answer.set_running_or_notify_cancel()  # whoever stops waiting does not take it back
        self._waiting.put(member)
        return member.answer

    def _serve(self) -> None:
        with self._writer.connect() as connection:
            while group := self._next():
                self._commit(connection, group)

    def _next(self) -> list[_Member]:
        """Whoever waits; nobody once the database is closed."""
        first = self._waiting.get()
        group: list[_Member] = []
        while first is not None:
            group.append(first)
            if len(group) == _LARGEST_GROUP:
                break
            try:
                first = self._waiting.get_nowait()
            except Empty:
                break
        if group and first is None:
            self._waiting.put(None)  # it ends the next round
        return group

    def _commit(self, connection: Connection, group: Sequence[_Member]) -> None:
        outcomes: list[tuple[_Member, Any, BaseException | None]] = []
        try:
            with connection.begin():
                held = {guard: guard.holds(connection) for guard in {each.guard for each in group} if guard is not None}
                inserting = []
                for each in group:
                    if each.guard is not None and not held[each.guard]:
                        outcomes.append((each, None, Overtaken()))
                    elif each.work is None:
                        inserting.append(each)
                if inserting and not _inserted(connection, inserting):
                    outcomes += [_alone(connection, each) for each in inserting]
                else:
                    outcomes += [(each, None, None) for each in inserting]
                outcomes += [_alone(connection, each) for each in group if each.work is not None]
        except BaseException as error:
            outcomes = [(each, None, error) for each in group]
        for member, answer, failed in outcomes:
            if failed is None:
                member.answer.set_result(answer)
            else:
                member.answer.set_exception(failed)


def _inserted(connection: Connection, members: Sequence[_Member]) -> bool:
    """Whether the rows of all could be inserted together."""
    try:
        with connection.begin_nested():
            insert_rows(connection, (row for each in members for row in each.rows))
    except IntegrityError:
        _still_open(connection)
        return False
    return True


def _alone(connection: Connection, member: _Member) -> tuple[_Member, Any, BaseException | None]:
    """A member in a savepoint of its own, with what it answers or raises."""
    try:
        if member.work is None:
            with connection.begin_nested():
                insert_rows(connection, member.rows)
            return member, None, None
        with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as session:
            answer = member.work(session)
            session.commit()
        return member, answer, None
    except IntegrityError:
        _still_open(connection)
        return member, None, Conflict()
    except BaseException as error:
        _still_open(connection)
        return member, None, error


def _still_open(connection: Connection) -> None:
    """A full disk makes SQLite undo the whole transaction, and then nobody of the group has written anything."""
    driver: Any = connection.connection.driver_connection
    if not driver.in_transaction:
        raise OSError("the database undid the transaction")


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
