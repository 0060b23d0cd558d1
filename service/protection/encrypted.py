"""Column types that are clear in the program and ciphertext in the database.

    name: str = Field(sa_type=Encrypted("account.name"))
    body: bytes = Field(sa_type=EncryptedBytes("receipt.body"))

The text given is the table and column: a ciphertext moved to another one does not open. The keys come from the engine in use
(`keyring.attach`), so that two databases in one process have their own. Encrypting twice gives different bytes, so nothing can be
looked up or sorted by such a column, and trying to is an error; `blind_index` is for look-ups.
"""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnClause, ColumnElement, Dialect, LargeBinary, TypeDecorator
from sqlalchemy.exc import ArgumentError
from sqlalchemy.sql import operators

from service.protection.keyring import keyring_of

T = TypeVar("T")


class _NoComparison(TypeDecorator.Comparator[Any]):
    """Whether there is a value at all is the one thing that can be asked."""

    def operate(self, op: operators.OperatorType, *other: Any, **kwargs: Any) -> ColumnElement[Any]:
        nullity = op in (operators.is_, operators.is_not)
        # SQLAlchemy itself compares columns with each other when it looks one up.
        equality = op in (operators.eq, operators.ne) and (other[0] is None or isinstance(other[0], ColumnClause))
        if nullity or equality:
            return super().operate(op, *other, **kwargs)
        raise ArgumentError(f"{self.expr} is encrypted: it can be compared with nothing; look up by its blind index")

    reverse_operate = operate


class Sealed(TypeDecorator[T], Generic[T]):
    """What `Encrypted` and `EncryptedBytes` share. `about`: `table.column`."""

    impl = LargeBinary
    cache_ok = True
    comparator_factory: Any = _NoComparison

    def __init__(self, about: str) -> None:
        super().__init__()
        self.about = about


class Encrypted(Sealed[str]):
    """Text; stored as bytes, 33 longer than its UTF-8."""

    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        keyring = keyring_of(dialect, self.about)
        return None if value is None else keyring.encrypt(value.encode(), self.about)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else keyring_of(dialect, self.about).decrypt(value, self.about).decode()


class EncryptedBytes(Sealed[bytes]):
    """Bytes; stored 33 longer."""

    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        keyring = keyring_of(dialect, self.about)
        return None if value is None else keyring.encrypt(value, self.about)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else keyring_of(dialect, self.about).decrypt(value, self.about)
