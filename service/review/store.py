"""Queries on what approvers work with."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, func, or_, select

from service.review.tables import ReasonTemplateRow


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
