"""Data keys as they are stored: wrapped."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from service.database import Utc


class DataKeyRow(SQLModel, table=True):
    """`id`: what ciphertexts name it by; `kek`: the id of the key-encryption key that wraps it. No row is ever removed."""

    __tablename__ = "data_key"

    id: int | None = Field(default=None, primary_key=True)
    wrapped: bytes
    kek: str
    created: datetime = Field(sa_type=Utc)
