"""Look-ups by a key in the embedded database, as every request makes several.

SQLAlchemy's own way makes a transaction, a connection and a result of each; here the statement is compiled once and given to the
driver as it is. Values and columns are converted by their types as ever, so that what is encrypted stays so.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVarTuple

from sqlalchemy import Dialect, Engine, PoolProxiedConnection, Select
from sqlalchemy.exc import DBAPIError

Ts = TypeVarTuple("Ts")
_Convert = Callable[[Any], Any] | None


class LookUps:
    """Any number of threads at once; each statement sees what is committed when it runs."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._idle: deque[PoolProxiedConnection] = deque()
        self._compiled: dict[tuple[Select[*tuple[Any, ...]], tuple[int, ...]], _Compiled] = {}

    def rows(self, statement: Select[*Ts], values: Mapping[str, Any]) -> Sequence[tuple[*Ts]]:
        """Raises `DBAPIError`."""
        key = statement, tuple(len(each) for each in values.values() if isinstance(each, list))
        compiled = self._compiled.get(key)
        if compiled is None:
            compiled = self._compiled[key] = _compile(statement, values, self._engine.dialect)
        connection = self._connection()
        try:
            found: Any = compiled.run(connection.driver_connection, values)
        except sqlite3.Error as error:
            raise DBAPIError(None, None, error, hide_parameters=True) from None
        finally:
            self._idle.append(connection)
        return found  # type: ignore[no-any-return]

    def _connection(self) -> PoolProxiedConnection:
        try:
            return self._idle.pop()
        except IndexError:
            return self._engine.raw_connection()

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()


@dataclass(frozen=True, slots=True)
class _Compiled:
    """`order`: for each place in the statement its name, the place in a list of values, and how it is converted."""

    text: str
    order: Sequence[tuple[str, int | None, _Convert]]
    constants: Mapping[str, Any]
    columns: Sequence[_Convert]

    def run(self, driver: Any, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        given = []
        for name, place, convert in self.order:
            value = values[name] if name in values else self.constants[name]
            if place is not None:
                value = value[place]
            given.append(value if convert is None else convert(value))
        rows = driver.execute(self.text, given).fetchall()
        return [
            tuple(value if convert is None else convert(value) for value, convert in zip(row, self.columns, strict=True))
            for row in rows
        ]


def _compile(statement: Select[*tuple[Any, ...]], values: Mapping[str, Any], dialect: Dialect) -> _Compiled:
    compiled = statement.compile(dialect=dialect)
    expanded = compiled.construct_expanded_state(dict(values))
    places = {
        each: (name, place) for name, several in expanded.parameter_expansion.items() for place, each in enumerate(several)
    }
    order = []
    for each in expanded.positiontup or ():
        name, place = places.get(each, (each, None))
        order.append((name, place, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)))
    columns = [each.type.dialect_impl(dialect).result_processor(dialect, None) for each in statement.selected_columns]
    constants = {name: value for name, value in compiled.construct_params(dict(values)).items() if name not in values}
    return _Compiled(expanded.statement, order, constants, columns)
