"""The database: tables are read in snapshots and written in transactions that are durable when they answer.

SQLite with exactly one writer by default, or PostgreSQL. Nothing else in the service commits.
"""

from service.database.columns import Utc
from service.database.interface import Conflict, Database, Guard, Overtaken
from service.database.opening import open_database
from service.database.rows import add_rows, fresh

__all__ = ["Conflict", "Database", "Guard", "Overtaken", "Utc", "add_rows", "fresh", "open_database"]
