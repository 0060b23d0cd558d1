"""Queries on policies: texts, what is published, what is in force, and how often that was changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Connection, func, text
from sqlmodel import Session, col, delete, select, update

from service.policies.folders import digest
from service.policies.tables import (
    ActivationRow,
    DraftRow,
    EventRow,
    GenerationRow,
    JobRow,
    LibraryRow,
    OutcomeRow,
    PublishedRow,
    ShadowRow,
    TextRow,
    WriterRow,
)

_LOCK = 7_719_021  # of PostgreSQL: changes of what is in force wait for decisions, and decisions for changes
_GENERATION = select(GenerationRow.number).where(GenerationRow.id == 1)


def generation(session: Session) -> int:
    """0 in a new database."""
    return session.exec(_GENERATION).first() or 0


def held_generation(connection: Connection) -> int:
    """The same, and nobody changes it until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock_shared(:lock)"), {"lock": _LOCK})
    return connection.execute(_GENERATION).scalar() or 0


def alone(session: Session) -> None:
    """From here on to the end of the transaction nobody else decides or changes what is in force."""
    if session.connection().dialect.name == "postgresql":
        session.connection().execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def next_generation(session: Session) -> None:
    """What is in force has been changed by this transaction."""
    raised = update(GenerationRow).where(col(GenerationRow.id) == 1).values(number=GenerationRow.number + 1)
    if session.exec(raised).rowcount == 0:
        session.add(GenerationRow(number=1))


def keep_texts(session: Session, bodies: Iterable[bytes]) -> None:
    """Those that are not there yet."""
    wanted = {digest(each): each for each in bodies}
    there = set(session.exec(select(TextRow.digest).where(col(TextRow.digest).in_(wanted))).all())
    session.add_all(TextRow(digest=name, body=body) for name, body in wanted.items() if name not in there)
    session.flush()


def texts(session: Session, digests: Collection[str]) -> Mapping[str, bytes]:
    found = session.exec(select(TextRow).where(col(TextRow.digest).in_(digests))).all()
    return {each.digest: each.body for each in found}


def library(session: Session) -> Mapping[str, str]:
    """The digests of what rulesets are resolved with today, by path."""
    rows = session.exec(select(LibraryRow).order_by(col(LibraryRow.id))).all()
    return {each.path: each.digest for each in rows}


def published(session: Session, hash_: str) -> PublishedRow | None:
    return session.get(PublishedRow, hash_)


def published_among(session: Session, hashes: Collection[str]) -> Sequence[PublishedRow]:
    """At most some thousands."""
    return session.exec(select(PublishedRow).where(col(PublishedRow.hash).in_(hashes))).all() if hashes else ()


def versions(session: Session, ruleset: str | None = None) -> Sequence[PublishedRow]:
    """In the order they were published."""
    query = select(PublishedRow).order_by(col(PublishedRow.published_at), col(PublishedRow.resolved_for))
    return session.exec(query if ruleset is None else query.where(PublishedRow.ruleset == ruleset)).all()


def rulesets(session: Session) -> Sequence[str]:
    return session.exec(select(PublishedRow.ruleset).distinct().order_by(PublishedRow.ruleset)).all()


def activations(session: Session, ruleset: str | None = None, withdrawn: bool = False) -> Sequence[ActivationRow]:
    """By ruleset and day, ascending."""
    query = select(ActivationRow).order_by(ActivationRow.ruleset, col(ActivationRow.since), col(ActivationRow.id))
    if ruleset is not None:
        query = query.where(ActivationRow.ruleset == ruleset)
    return session.exec(query if withdrawn else query.where(ActivationRow.state != "withdrawn")).all()


def draft(session: Session, ruleset: str, effective: date) -> DraftRow | None:
    return session.get(DraftRow, (ruleset, effective))


def draft_to_change(session: Session, ruleset: str, effective: date) -> DraftRow | None:
    """Kept from others until the transaction ends."""
    query = select(DraftRow).where(DraftRow.ruleset == ruleset, DraftRow.effective == effective)
    return session.exec(query.with_for_update()).first()


def drafts(session: Session, ruleset: str | None = None) -> Sequence[DraftRow]:
    query = select(DraftRow).where(DraftRow.state != "published").order_by(DraftRow.ruleset, col(DraftRow.effective))
    return session.exec(query if ruleset is None else query.where(DraftRow.ruleset == ruleset)).all()


def writers(session: Session, ruleset: str, effective: date) -> Sequence[int]:
    query = select(WriterRow.account_id).where(WriterRow.ruleset == ruleset, WriterRow.effective == effective)
    return session.exec(query.order_by(col(WriterRow.account_id))).all()


def add_writer(session: Session, ruleset: str, effective: date, account_id: int) -> None:
    if session.get(WriterRow, (ruleset, effective, account_id)) is None:
        session.add(WriterRow(ruleset=ruleset, effective=effective, account_id=account_id))


def forget_writers(session: Session, ruleset: str, effective: date) -> None:
    session.exec(delete(WriterRow).where(col(WriterRow.ruleset) == ruleset, col(WriterRow.effective) == effective))


def events(session: Session, ruleset: str, most: int) -> Sequence[EventRow]:
    """The newest first."""
    query = select(EventRow).where(EventRow.ruleset == ruleset)
    return session.exec(query.order_by(col(EventRow.id).desc()).limit(most)).all()


def job(session: Session, id_: UUID) -> JobRow | None:
    return session.get(JobRow, id_)


def proved(session: Session, digest: str) -> bool:
    """Whether cases were run on just this, and showed all they should."""
    query = select(func.count()).select_from(JobRow).where(JobRow.digest == digest, col(JobRow.passed).is_(True))
    return session.exec(query).one() > 0


def outcome(session: Session, number: str) -> OutcomeRow | None:
    return session.get(OutcomeRow, number)


def outcomes(session: Session, ruleset: str | None) -> Sequence[tuple[str, str, str, int]]:
    """Hash, conclusion, causes, and how many."""
    columns = (col(OutcomeRow.hash), col(OutcomeRow.conclusion), col(OutcomeRow.causes))
    query = select(*columns, func.count()).group_by(*columns)
    found = session.exec(query if ruleset is None else query.where(OutcomeRow.ruleset == ruleset)).all()
    return [(hash_, conclusion, causes, count) for hash_, conclusion, causes, count in found]


def shadow_counts(session: Session, hash_: str) -> Sequence[tuple[str, str, bool, int]]:
    """What was decided, what the shadow answered, whether it is the same, and how many."""
    columns = (col(ShadowRow.decided), col(ShadowRow.answered), col(ShadowRow.same))
    found = session.exec(select(*columns, func.count()).where(ShadowRow.hash == hash_).group_by(*columns)).all()
    return [(decided, answered, same, count) for decided, answered, same, count in found]


def shadow_differing(session: Session, hash_: str, most: int = 10_000) -> Sequence[ShadowRow]:
    """The newest first."""
    query = select(ShadowRow).where(ShadowRow.hash == hash_, col(ShadowRow.same).is_(False))
    return session.exec(query.order_by(col(ShadowRow.case_number).desc()).limit(most)).all()


def last_job(session: Session, ruleset: str, effective: date, digest: str) -> JobRow | None:
    """The last that was run on just this."""
    query = select(JobRow).where(JobRow.ruleset == ruleset, JobRow.effective == effective, JobRow.digest == digest)
    return session.exec(query.order_by(col(JobRow.id).desc()).limit(1)).first()
