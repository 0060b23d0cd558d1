"""Queries on messages, deliveries, contacts and webhooks."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, delete, func, select

from service.notifications.tables import ContactRow, DeliveryRow, MessageRow, PreferenceRow, WebhookRow


def told(session: Session, event: str) -> bool:
    return session.exec(select(MessageRow.id).where(MessageRow.event == event)).first() is not None


def published(session: Session, event_id: str) -> bool:
    """Whether the webhooks have their deliveries of an event."""
    query = select(DeliveryRow.id).where(DeliveryRow.event_id == event_id, DeliveryRow.channel == "webhook")
    return session.exec(query).first() is not None


def inbox(session: Session, account_id: int, before: UUID | None, limit: int) -> Sequence[MessageRow]:
    """The newest first."""
    query = select(MessageRow).where(MessageRow.account_id == account_id).order_by(col(MessageRow.id).desc()).limit(limit)
    return session.exec(query.where(col(MessageRow.id) < before) if before else query).all()


def unread(session: Session, account_id: int) -> int:
    query = select(func.count()).where(MessageRow.account_id == account_id, col(MessageRow.read_at).is_(None))
    return session.exec(query).one()


def message(session: Session, account_id: int, id_: UUID) -> MessageRow | None:
    return session.exec(select(MessageRow).where(MessageRow.account_id == account_id, MessageRow.id == id_)).first()


def contact(session: Session, account_id: int) -> ContactRow | None:
    return session.get(ContactRow, account_id)


def unwanted(session: Session, account_id: int) -> Sequence[PreferenceRow]:
    return session.exec(select(PreferenceRow).where(PreferenceRow.account_id == account_id)).all()


def webhooks(session: Session, account_id: int) -> Sequence[WebhookRow]:
    query = select(WebhookRow).where(WebhookRow.account_id == account_id, col(WebhookRow.active))
    return session.exec(query.order_by(col(WebhookRow.id))).all()


def webhook(session: Session, account_id: int, id_: UUID) -> WebhookRow | None:
    return session.exec(select(WebhookRow).where(WebhookRow.account_id == account_id, WebhookRow.id == id_)).first()


def delivery(session: Session, id_: UUID) -> tuple[DeliveryRow, MessageRow | None, WebhookRow | None, ContactRow | None] | None:
    query = (
        select(DeliveryRow, MessageRow, WebhookRow, ContactRow)
        .join(MessageRow, col(MessageRow.id) == DeliveryRow.message_id, isouter=True)
        .join(WebhookRow, col(WebhookRow.id) == DeliveryRow.webhook_id, isouter=True)
        .join(ContactRow, col(ContactRow.account_id) == MessageRow.account_id, isouter=True)
        .where(DeliveryRow.id == id_)
    )
    return session.exec(query).first()


def deliveries(session: Session, state: str, limit: int) -> Sequence[DeliveryRow]:
    """The newest first."""
    query = select(DeliveryRow).where(DeliveryRow.state == state)
    return session.exec(query.order_by(col(DeliveryRow.id).desc()).limit(limit)).all()


def remove_of_case(session: Session, number: str) -> None:
    """Messages, and deliveries of them and of events; an event is `number/version`."""
    session.exec(delete(DeliveryRow).where(col(DeliveryRow.event_id).startswith(f"{number}/")))
    session.exec(delete(MessageRow).where(col(MessageRow.event).startswith(f"{number}/")))
