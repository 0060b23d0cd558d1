"""What is published as the folder of rules it would have been read from: the way back from the database to files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, create_engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from engine.ruleset.model import Ruleset
from service.policies import store
from service.policies.folders import cases_of, file_of, write
from service.policies.following import Tampered, prepared_from, texts_of
from service.protection.actions import unlock
from service.protection.keyring import Undecipherable
from service.settings import Unusable


def export(url: URL, key_file: Path, folder: Path) -> tuple[str, ...]:
    """Writes evidence types, fragments, and for each day from which a ruleset is in force its text and cases.

    Answers the paths. It only reads, also while the service runs. A ruleset that was rolled back to is written under the day from
    which it decides again, so read from there it has a hash of its own. Raises `Unusable` and `OSError`.
    """
    with _reading(url, key_file) as session:
        texts = _texts(session)
    write(texts, folder)
    return tuple(sorted(texts))


def published(url: URL, key_file: Path, hash_: str) -> Ruleset | None:
    """The ruleset that was published by this hash, as it is read now. Raises `Unusable` and `Refused`."""
    with _reading(url, key_file) as session:
        row = store.published(session, hash_)
        return None if row is None else prepared_from(row, texts_of(session, row)).compiled.ruleset


@contextmanager
def _reading(url: URL, key_file: Path) -> Iterator[Session]:
    engine = create_engine(_read_only(url), hide_parameters=True)
    try:
        unlock(engine, key_file)
        with Session(engine) as session:
            yield session
    except DBAPIError as error:
        raise Unusable(f"cannot read the database: {type(error.orig).__name__}") from None
    except Tampered as error:
        raise Unusable(f"the text of {error} is not the one that was published") from None
    except Undecipherable as error:
        raise Unusable(str(error)) from None
    finally:
        engine.dispose()


def _texts(session: Session) -> dict[str, bytes]:
    library = store.library(session)
    bodies = store.texts(session, set(library.values()))
    found = {path: bodies[digest] for path, digest in library.items()}
    for each in store.activations(session):
        row = store.published(session, each.hash)
        assert row is not None
        if each.shadow or (row.resolved_for == each.since and row.effective != each.since):
            continue  # decides nothing; or comes of a file that is written already, by a later fragment
        texts = texts_of(session, row)
        written, own = file_of(each.ruleset, each.since), file_of(row.ruleset, row.effective)
        found[written] = texts[own]
        if cases_of(own) in texts:
            found[cases_of(written)] = texts[cases_of(own)]
    return found


def _read_only(url: URL) -> URL:
    if url.get_backend_name() != "sqlite":
        return url
    file = Path(url.database or "")
    if not file.is_file():
        raise Unusable(f"there is no database {file}")
    return url.set(database=f"file:{file}", query={"mode": "ro", "uri": "true"})
