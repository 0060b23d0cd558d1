"""The record as it is stored. Rows are only ever added; nothing here is personal data."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import Field, SQLModel

from service.database.columns import Utc

_BIG: Any = BigInteger().with_variant(Integer(), "sqlite")  # where only INTEGER counts up by itself


class CurrentTransaction(FunctionElement[int]):
    """The number of the transaction that inserts; nothing on SQLite, which does not number them."""

    type = BigInteger()
    inherit_cache = True


@compiles(CurrentTransaction, "postgresql")
def _number(*_: Any, **__: Any) -> str:
    return "pg_current_xact_id()::text::bigint"


@compiles(CurrentTransaction, "sqlite")
def _nothing(*_: Any, **__: Any) -> str:
    return "NULL"


class AuditRow(SQLModel, table=True):
    """`action`: `case.submitted`, `receipt.read`, …; `account_id` is None for the system; `client`: the machine client
    that called, for that account or to become nobody's; `about`: a subject that is no case.

    `detail`: JSON. `xact`: the transaction that added it, from PostgreSQL; on SQLite the order of ids is that of commits. There are no
    foreign keys: the record outlives what it is about.
    """

    __tablename__ = "audit"
    __table_args__ = {"sqlite_autoincrement": True}  # an id is never given twice

    id: int | None = Field(default=None, primary_key=True, sa_type=_BIG)
    at: datetime = Field(sa_type=Utc)
    account_id: int | None = None
    client: str | None = None
    action: str
    case_number: str | None = Field(default=None, index=True)
    about: str | None = None
    detail: str | None = None
    xact: int | None = Field(default=None, sa_column=Column("xact", BigInteger, default=CurrentTransaction(), index=True))


class LeafRow(SQLModel, table=True):
    """The sealed order: the row at `position`, counted from 0 without gaps, and its hash in the Merkle tree."""

    __tablename__ = "audit_leaf"

    position: int = Field(sa_column=Column("position", _BIG, primary_key=True, autoincrement=False))
    row_id: int = Field(sa_column=Column("row_id", _BIG, ForeignKey("audit.id"), unique=True, nullable=False))
    hash: bytes


class TileRow(SQLModel, table=True):
    """The hash of a perfect subtree of 256, 65536, … leaves, so that proofs need not read them all."""

    __tablename__ = "audit_tile"

    level: int = Field(primary_key=True)
    place: int = Field(sa_column=Column("place", _BIG, primary_key=True, autoincrement=False))
    hash: bytes


class SealRow(SQLModel, table=True):
    """`token`: the signed head, a compact JWS. `size`: of the record, as the head says."""

    __tablename__ = "audit_seal"

    batch: int = Field(sa_column=Column("batch", _BIG, primary_key=True, autoincrement=False))
    size: int = Field(sa_column=Column("size", BigInteger, nullable=False))
    token: str
