"""Queries on what approvers work with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, delete, func, or_, select

from service.review.tables import CaseMarkRow, ExportRow, ReasonTemplateRow, SampleRow, SavedFilterRow

MOST_ALIKE = 50


def templates(session: Session, department: str | None) -> Sequence[ReasonTemplateRow]:
    """The latest versions that are offered to a department, by id."""
    newest = select(ReasonTemplateRow.id, func.max(ReasonTemplateRow.version).label("newest"))
    latest = newest.group_by(col(ReasonTemplateRow.id)).subquery()
    query = (
        select(ReasonTemplateRow)
        .join(latest, (col(ReasonTemplateRow.id) == latest.c.id) & (col(ReasonTemplateRow.version) == latest.c.newest))
        .where(col(ReasonTemplateRow.retired).is_(False))
        .order_by(col(ReasonTemplateRow.id))
    )
    if department is not None:
        query = query.where(or_(col(ReasonTemplateRow.department).is_(None), ReasonTemplateRow.department == department))
    return session.exec(query).all()


def latest_template(session: Session, id_: str) -> ReasonTemplateRow | None:
    query = select(ReasonTemplateRow).where(ReasonTemplateRow.id == id_).order_by(col(ReasonTemplateRow.version).desc())
    return session.exec(query.limit(1)).first()


def marks_of(session: Session, number: str) -> Sequence[CaseMarkRow]:
    return session.exec(select(CaseMarkRow).where(CaseMarkRow.case_number == number)).all()


def marked(session: Session, mark: str, but: str) -> Sequence[CaseMarkRow]:
    """Marks of other cases that are the same."""
    query = select(CaseMarkRow).where(col(CaseMarkRow.mark_index) == mark, CaseMarkRow.case_number != but)
    return session.exec(query.order_by(col(CaseMarkRow.case_number).desc()).limit(MOST_ALIKE)).all()


def remove_marks(session: Session, number: str) -> None:
    session.exec(delete(CaseMarkRow).where(col(CaseMarkRow.case_number) == number))


def sample(session: Session, number: str) -> SampleRow | None:
    return session.get(SampleRow, number)


def samples(session: Session, department: str | None, limit: int) -> Sequence[SampleRow]:
    """Those that nobody has answered, the oldest first."""
    query = select(SampleRow).where(col(SampleRow.answered_at).is_(None)).order_by(col(SampleRow.drawn_at)).limit(limit)
    return session.exec(query if department is None else query.where(SampleRow.department == department)).all()


def sample_counts(session: Session, department: str | None) -> tuple[int, int, int]:
    """How many were drawn, answered, and agreed to."""
    query = select(col(SampleRow.answered_at), col(SampleRow.agrees))
    rows = session.exec(query if department is None else query.where(SampleRow.department == department)).all()
    return len(rows), sum(at is not None for at, _ in rows), sum(agrees is True for _, agrees in rows)


def filters(session: Session, account_id: int) -> Sequence[SavedFilterRow]:
    return session.exec(select(SavedFilterRow).where(SavedFilterRow.account_id == account_id).order_by(col(SavedFilterRow.name))).all()


def filter_(session: Session, account_id: int, name: str) -> SavedFilterRow | None:
    return session.get(SavedFilterRow, (account_id, name))


def exports_since(session: Session, account_id: int, since: datetime) -> int:
    query = select(func.count()).select_from(ExportRow).where(ExportRow.account_id == account_id, ExportRow.at >= since)
    return session.exec(query).one()
