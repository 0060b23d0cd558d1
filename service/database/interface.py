"""What the service asks of a database, whichever it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar, TypeVarTuple

from sqlalchemy import Connection, Engine, Select
from sqlmodel import Session, SQLModel

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
Prepare = Callable[[Connection], None]
"""Brings the tables of a database that is being opened up to date. Raises `Unusable`."""


class Conflict(Exception):
    """Rows were not kept, for a constraint forbids them beside what is kept already."""


class Overtaken(Exception):
    """Rows were not kept, for something they rest on has changed meanwhile."""


class Guard(Protocol):
    """What has to hold, still, in the very transaction that keeps rows. Guards that are equal are asked once for a group."""

    def __hash__(self) -> int: ...

    def holds(self, connection: Connection) -> bool:
        """And goes on holding until the transaction ends."""


class Database(Protocol):
    """`write` and `insert` have committed, durably, when they return; if they raise, nothing is kept. Both raise `Conflict`."""

    near: bool
    """Whether looking up by a key takes less time than handing it to a thread, so that it may be done on the event loop."""

    @property
    def url(self) -> str:
        """Without its password."""

    @property
    def engines(self) -> Sequence[Engine]:
        """Every engine that speaks to it."""

    def reading(self) -> AbstractContextManager[Session]:
        """One snapshot of what is committed; it cannot write."""

    def look_up(self, statement: Select[*Ts], values: Mapping[str, Any]) -> Sequence[tuple[*Ts]]:
        """The rows of one statement, as tuples; `values` are those of its bound parameters, a list for one that expands.

        On the embedded database it costs a fraction of `reading`, so what every request asks goes this way. The statement is kept
        compiled: it is one of few, made when its module is loaded. Raises `SQLAlchemyError`.
        """

    def write(self, work: Callable[[Session], T]) -> T:
        """What `work` answers, in a transaction of its own. It may be run again where a transaction has to be."""

    def insert(self, rows: Sequence[SQLModel], guard: Guard | None = None) -> None:
        """Keeps all these rows, or none. Raises `Overtaken` where the guard does not hold.

        The fast way for rows that need nothing from each other but their keys: they go table by table, and together with
        those of others that are waiting.
        """

    async def keep(self, rows: Sequence[SQLModel], guard: Guard | None = None) -> None:
        """`insert` for whoever is on the event loop, which goes on meanwhile."""

    def close(self) -> None: ...
