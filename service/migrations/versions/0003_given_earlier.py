"""what was given before 0.2.0 is put down by the service that starts next: it alone reads grants and knows the catalogue"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_CASE = sa.table("case", sa.column("number"))
_WORK = sa.table(
    "work",
    sa.column("id", sa.Uuid()),
    sa.column("kind", sa.String()),
    sa.column("subject", sa.String()),
    sa.column("detail", sa.String()),
    sa.column("due_at", sa.DateTime()),
    sa.column("attempts", sa.Integer()),
)
_DUE = datetime(2026, 1, 1)  # at once
_ID = UUID("019aa5a0-0000-7000-8000-000000000001")


def upgrade() -> None:
    connection = op.get_bind()
    if connection.execute(sa.select(_CASE.c.number).limit(1)).first() is None:
        return
    op.bulk_insert(
        _WORK, [{"id": _ID, "kind": "once.earlier", "subject": "0.1.0", "detail": "{}", "due_at": _DUE, "attempts": 0}]
    )


def downgrade() -> None:
    op.execute(_WORK.delete().where(_WORK.c.id == _ID))
