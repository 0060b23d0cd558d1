"""`python -m service.migrations NAME` writes the next migration, from how the tables differ from what the last one left."""

from __future__ import annotations

import sys

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from service.database.migrating import configured


def write_next(name: str) -> None:
    """Numbered after the last one."""
    with create_engine("sqlite://").connect() as connection:
        config = configured(connection)
        scripts = ScriptDirectory.from_config(config)
        if scripts.get_current_head():
            command.upgrade(config, "head")
        number = f"{len(list(scripts.walk_revisions())) + 1:04}"
        command.revision(config, name, autogenerate=True, rev_id=number)


if __name__ == "__main__":
    write_next(sys.argv[1])
