"""PostgreSQL, for any number of processes: reads are repeatable and read-only, a transaction that met another is run again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar, TypeVarTuple

import stamina
from anyio import to_thread
from sqlalchemy import URL, Engine, Select, create_engine
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlmodel import Session, SQLModel

from service.database.interface import Conflict, Guard, Overtaken, Prepare
from service.database.rows import insert_rows
from service.unusable import Unusable

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
_AGAIN = frozenset({"40001", "40P01"})  # serialization failure, deadlock
_ATTEMPTS = 5


class Postgres:
    """Raises `Unusable` where the database cannot be reached."""

    near = False

    def __init__(self, url: URL, prepare: Prepare) -> None:
        self._url = url
        # Parameters carry personal data; hidden, they stay out of the text of errors.
        self._writer = create_engine(url, hide_parameters=True, pool_size=16, max_overflow=32, pool_pre_ping=True)
        self._readers: Engine = self._writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        try:
            with self._writer.begin() as connection:
                prepare(connection)
        except OperationalError as error:
            self.close()
            raise Unusable(f"cannot reach the database {self.url}: {type(error.orig).__name__}") from None
        except BaseException:
            self.close()
            raise

    @property
    def url(self) -> str:
        return self._url.render_as_string(hide_password=True)

    @property
    def engines(self) -> Sequence[Engine]:
        return self._readers, self._writer

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with Session(self._readers, autoflush=False, expire_on_commit=False) as session:
            yield session

    def look_up(self, statement: Select[*Ts], values: Mapping[str, Any]) -> Sequence[tuple[*Ts]]:
        with self._readers.connect() as connection:
            return connection.execute(statement, values).all()

    def write(self, work: Callable[[Session], T]) -> T:
        def once() -> T:
            with Session(self._writer, expire_on_commit=False) as session:
                answer = work(session)
                session.commit()
                return answer

        return _settled(once)

    def insert(self, rows: Sequence[SQLModel], guard: Guard | None = None) -> None:
        def once() -> None:
            with self._writer.begin() as connection:
                if guard is not None and not guard.holds(connection):
                    raise Overtaken
                insert_rows(connection, rows)

        _settled(once)

    async def keep(self, rows: Sequence[SQLModel], guard: Guard | None = None) -> None:
        await to_thread.run_sync(self.insert, rows, guard)

    def close(self) -> None:
        self._writer.dispose()


def _settled(once: Callable[[], T]) -> T:
    """Raises `Conflict`."""
    try:
        again = stamina.RetryingCaller(attempts=_ATTEMPTS, timeout=10, wait_initial=0.01, wait_max=0.2)
        return again(_passes, once)
    except IntegrityError:
        raise Conflict from None


def _passes(error: Exception) -> bool:
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _AGAIN
