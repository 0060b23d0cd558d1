"""Alembic's environment: runs within the transaction that opens the database, over the service's tables."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import TypeDecorator

from service.database.migrating import tables


def plain(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    """A migration names what a column is to the database, not the type of ours that reads it, which may change."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


context.configure(
    connection=context.config.attributes["connection"], target_metadata=tables(), render_as_batch=True, compare_type=True,
    render_item=plain,
)  # fmt: skip
context.run_migrations()
