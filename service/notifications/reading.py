"""A person's inbox, how they want to be told, their webhooks; and an operator's list of deliveries."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import Session

from service.accounts.actions import Caller
from service.database import Database
from service.notifications import store
from service.notifications.models import (
    Deliveries,
    Delivery,
    Inbox,
    Message,
    Preferences,
    WebhookAnswer,
    Webhooks,
)
from service.notifications.tables import ContactRow, MessageRow, PreferenceRow, WebhookRow
from service.problems import Language
from service.state import BASE, Service


def inbox_of(service: Service, caller: Caller, before: UUID | None, limit: int) -> Inbox:
    with service.database.reading() as session:
        rows = store.inbox(session, caller.id, before, limit + 1)
        unread = store.unread(session, caller.id)
    shown = rows[:limit]
    older = f"{BASE}/inbox?before={shown[-1].id}&limit={limit}" if len(rows) > limit else None
    return Inbox(messages=[_message(each) for each in shown], unread=unread, next=older)


def preferences_of(service: Service, caller: Caller) -> Preferences:
    with service.database.reading() as session:
        contact = store.contact(session, caller.id)
        off = [{"topic": each.topic, "channel": each.channel} for each in store.unwanted(session, caller.id)]
    if contact is None:
        return Preferences.model_validate({"off": off})
    hours = None if contact.quiet_from is None else {"from": contact.quiet_from, "until": contact.quiet_until}
    return Preferences.model_validate({"email": contact.email, "language": contact.lang, "quiet_hours": hours, "off": off})


def keep_preferences(service: Service, caller: Caller, given: Preferences) -> None:
    def work(session: Session) -> None:
        row = store.contact(session, caller.id) or ContactRow(account_id=caller.id)
        row.email, row.lang = given.email, given.language
        quiet = given.quiet_hours
        row.quiet_from, row.quiet_until = (quiet.start, quiet.until) if quiet else (None, None)
        session.add(row)
        for each in store.unwanted(session, caller.id):
            session.delete(each)
        session.flush()
        session.add_all(PreferenceRow(account_id=caller.id, topic=each.topic, channel=each.channel) for each in given.off)

    service.database.write(work)


def language_of(service: Service, caller: Caller) -> Language | None:
    """What they read in, pages as well as messages; None as long as they never said."""
    with service.database.reading() as session:
        contact = store.contact(session, caller.id)
    return None if contact is None else "en" if contact.lang == "en" else "zh"


def keep_language(service: Service, caller: Caller, lang: Language) -> None:
    def work(session: Session) -> None:
        row = store.contact(session, caller.id) or ContactRow(account_id=caller.id)
        row.lang = lang
        session.add(row)

    service.database.write(work)


def webhooks_of(service: Service, caller: Caller) -> Webhooks:
    with service.database.reading() as session:
        return Webhooks(webhooks=[webhook(each, told=False) for each in store.webhooks(session, caller.id)])


def webhook(row: WebhookRow, told: bool) -> WebhookAnswer:
    """`told`: with its secret, which is told once."""
    return WebhookAnswer(id=row.id, url=row.url, made_at=row.made_at, secret=row.secret if told else None)


def deliveries(database: Database, state: str, limit: int) -> Deliveries:
    with database.reading() as session:
        rows = store.deliveries(session, state, limit)
    return Deliveries(deliveries=[
        Delivery.model_validate(
            each.model_dump(include={"id", "channel", "state", "attempts", "at", "settled_at", "answer"}) | {"event": each.event_id}
        )
        for each in rows
    ])  # fmt: skip


def _message(row: MessageRow) -> Message:
    return Message.model_validate({
        **row.model_dump(include={"id", "topic", "link", "at", "read_at"}),
        "subject": {"zh": row.subject_zh, "en": row.subject_en},
        "body": {"zh": row.body_zh, "en": row.body_en},
    })  # fmt: skip
