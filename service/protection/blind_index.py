"""A column to look an encrypted one up by: equal values have equal bytes, which tell nothing without the secret.

    number: str = Field(sa_type=Encrypted("account.number"))
    number_index: bytes = blind_index("account.number", unique=True)

    select(AccountRow).where(col(AccountRow.number_index) == number)

A row is made and changed by its `number` alone: the index is filled from it when the row is inserted, and follows it when the row
is changed through the ORM. (A Core `update` has to name both.) What is compared with the column is the clear value; what comes back
is `Blind`, which counts as itself. The same number has different bytes in another table or column, so that tables cannot be joined.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Dialect, LargeBinary, TypeDecorator, event, inspect
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Mapper
from sqlalchemy.sql import operators
from sqlmodel import Field, SQLModel

from service.protection.keyring import keyring_of

_ASKED = (operators.eq, operators.ne, operators.in_op, operators.not_in_op, operators.is_, operators.is_not)


class Blind(bytes):
    """An index value as it is stored."""


class _Equality(TypeDecorator.Comparator[Any]):
    def operate(self, op: operators.OperatorType, *other: Any, **kwargs: Any) -> ColumnElement[Any]:
        if op in _ASKED:
            return super().operate(op, *other, **kwargs)
        raise ArgumentError(f"{self.expr} is a blind index: equal or not is all it can tell")


class BlindIndex(TypeDecorator[Any]):
    """The type of such a column. `about`: table and column that it is the index of."""

    impl = LargeBinary
    cache_ok = True
    comparator_factory: Any = _Equality

    def __init__(self, about: str) -> None:
        super().__init__()
        self.about = about

    @property
    def of(self) -> str:
        """The column that it is the index of."""
        return self.about.rpartition(".")[2]

    def process_bind_param(self, value: str | Blind | None, dialect: Dialect) -> bytes | None:
        keyring = keyring_of(dialect, self.about)
        if value is None or isinstance(value, Blind):
            return value
        if not isinstance(value, str):
            raise TypeError(f"the index of {self.about} takes its clear text or a Blind, not {type(value).__name__}")
        return keyring.blind(value, self.about)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Blind | None:
        return None if value is None else Blind(value)


def blind_index(about: str, *, nullable: bool = False, **field: Any) -> Any:
    """The field for the index of `about`, beside the `Encrypted` of that name; `field` as SQLModel's `Field` takes it."""
    type_ = BlindIndex(about)
    given = {"default": _filled(type_)}
    return Field(default=None, sa_type=type_, nullable=nullable, sa_column_kwargs=given, **field)


def _filled(type_: BlindIndex) -> Callable[[DefaultExecutionContext], Blind | None]:
    """The index of what is being inserted."""

    def index(context: DefaultExecutionContext) -> Blind | None:
        given: dict[str, Any] = context.get_current_parameters()  # type: ignore[no-untyped-call]
        clear = given.get(type_.of)
        return None if clear is None else Blind(keyring_of(context.dialect, type_.about).blind(clear, type_.about))

    return index


@event.listens_for(SQLModel, "before_update", propagate=True)
def _follow(mapper: Mapper[Any], _: Connection, row: Any) -> None:
    for column in mapper.local_table.columns:
        if isinstance(column.type, BlindIndex) and inspect(row).attrs[column.type.of].history.has_changes():
            setattr(row, column.key, getattr(row, column.type.of))
