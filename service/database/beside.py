"""Reading a database beside the service that has it, in one snapshot, without writing anything to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool
from sqlmodel import Session

from service.unusable import Unusable


@contextmanager
def beside(url: URL) -> Iterator[Session]:
    """Raises `Unusable` where there is no database of the service."""
    if url.get_backend_name() == "sqlite":
        if not Path(url.database or "").is_file():
            raise Unusable(f"there is no database {url.database}")
        engine = create_engine(f"sqlite:///file:{quote(url.database or '')}?mode=ro&uri=true", hide_parameters=True, poolclass=NullPool)
        event.listen(engine, "connect", _by_hand)
        event.listen(engine, "begin", _begin)
    else:
        engine = create_engine(url, hide_parameters=True, poolclass=NullPool).execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
    try:
        with Session(engine, autoflush=False) as session:
            yield session
    except DBAPIError as error:
        raise Unusable(f"cannot read the database {_told(engine)}: {type(error.orig).__name__}") from None
    finally:
        engine.dispose()


def _by_hand(connection: Any, _record: Any) -> None:
    connection.isolation_level = None


def _begin(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN")


def _told(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=True)
