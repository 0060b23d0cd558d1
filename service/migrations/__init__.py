"""Every step from one release's tables to the next, in order: alembic's scripts. A step that was released is never changed."""
