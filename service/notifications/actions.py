"""Telling people and programs what happened to their cases.

A move of a case leaves work behind; done, it leaves a message in the applicant's inbox and a delivery for each other way, each of them
work of its own with its own attempts. Whatever is told twice is the same event twice, which its receiver can tell.
"""

from __future__ import annotations

import smtplib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
from prometheus_client import Counter
from sqlmodel import Session, SQLModel

from service.accounts.actions import Caller, account_by_number
from service.cases import actions as cases
from service.cases.actions import Brief
from service.database import Conflict, Database, add_rows
from service.licences.reminding import expiring
from service.mandates.standing import told_of_results
from service.mandates.telling import letters
from service.notifications import email, store, webhooks
from service.notifications.settings import NotificationSettings
from service.notifications.tables import ContactRow, DeliveryRow, MessageRow, WebhookRow
from service.notifications.templates import Words, templates
from service.notifications.webhooks import Forbidden
from service.problems import Language, Problem
from service.revocations.actions import speak_until
from service.state import SHANGHAI, Service, day_of
from service.web.formats import day
from service.web.page import titled
from service.work.actions import ATTEMPTS, Work, later

DELIVER = "notification.deliver"
"""The kind of work that sends one delivery, its subject."""
_deliveries = Counter("miaopi_deliveries", "Messages and events that left, or did not", ["channel", "outcome"])
_REFUSED = (OSError, smtplib.SMTPException, httpx.HTTPError, Forbidden)


def tell(service: Service, work: Work) -> None:
    """What a move of a case makes necessary; nothing where it changed nothing for the applicant, or they were told.

    A move that leaves the status as it was is told where there are words for it.
    """
    with service.database.reading() as session:
        brief = cases.brief_of(service, session, work.subject, int(work.detail["version"]))
        if brief is None or (brief.status == brief.before and _named(brief) not in templates()):
            return
        rows = [*_message(service, session, brief), *_for_others(service, session, brief), *_events(service, session, brief)]
    try:
        service.database.write(lambda session: add_rows(session, rows))
    except Conflict:
        return  # told already, by whoever did this work at the same time


def tell_of_mandate(service: Service, work: Work) -> None:
    """What became of a mandate, to those sides who did not do it."""
    with service.database.reading() as session:
        found = letters(session, UUID(work.subject), str(work.detail["kind"]))
        rows = [
            row for each in found
            for row in _written(service, session, each.account_id, f"mandate/{work.id}/{each.account_id}", each.template, each.values,
                                "/my/mandates")
        ]  # fmt: skip
    try:
        service.database.write(lambda session: add_rows(session, rows))
    except Conflict:
        return  # told already


def tell_of_expiry(service: Service, work: Work) -> None:
    """That a licence ends soon, to its holder."""
    with service.database.reading() as session:
        found = expiring(service, session, work)
        holder = account_by_number(session, found.holder) if found else None
        if found is None or holder is None:
            return
        values = {"title": found.title, "until": found.until.isoformat(), "left": str(found.left)}
        event = f"{work.kind}/{found.id}/{work.detail['days']}"
        rows = _written(service, session, holder.id, event, "licence-expiring", values, f"/my/licences/{found.id}")
    try:
        service.database.write(lambda session: add_rows(session, rows))
    except Conflict:
        return  # told already


def deliver(service: Service, work: Work) -> None:
    """Sends one delivery. Raises what the receiver, or the way to it, did; then it is tried again."""
    id_ = UUID(work.subject)
    with service.database.reading() as session:
        found = store.delivery(session, id_)
    if found is None or found[0].state != "waiting":
        return
    delivery, message, webhook, contact = found
    try:
        answer = _send(service, delivery, message, webhook, contact)
    except _REFUSED as refused:
        state = "failed" if work.attempts >= ATTEMPTS else "waiting"
        _settle(service, id_, state, type(refused).__name__)
        raise
    _settle(service, id_, "unwanted" if answer is None else "sent", answer)


def replay(database: Database, id_: UUID, now: datetime) -> None:
    """Starts a delivery that was given up once more. Raises `Problem`."""

    def work(session: Session) -> None:
        row = session.get(DeliveryRow, id_)
        if row is None or row.state != "failed":
            raise Problem("unknown-delivery")
        row.state, row.settled_at = "waiting", None
        session.add(row)
        session.add(later(DELIVER, str(id_), now))

    database.write(work)


def register(service: Service, caller: Caller, url: str) -> WebhookRow:
    """A webhook of the caller's, with the secret it is told this once. Raises `Problem` where it may not go there."""
    try:
        webhooks.resolved(url, service.notifications.local_webhooks)
    except Forbidden:
        raise Problem("webhook-forbidden") from None
    row = WebhookRow(account_id=caller.id, url=url, secret=webhooks.new_secret(), made_at=service.now())

    def work(session: Session) -> WebhookRow:
        if len(store.webhooks(session, caller.id)) >= MOST_WEBHOOKS:
            raise Problem("too-many-webhooks", limit=MOST_WEBHOOKS)
        session.add(row)
        return row

    return service.database.write(work)


MOST_WEBHOOKS = 10


def unregister(service: Service, caller: Caller, id_: UUID) -> None:
    """Raises `Problem`."""

    def work(session: Session) -> None:
        row = store.webhook(session, caller.id, id_)
        if row is None or not row.active:
            raise Problem("unknown-webhook")
        row.active = False
        session.add(row)

    service.database.write(work)


def mark_read(service: Service, caller: Caller, id_: UUID) -> None:
    """Raises `Problem`."""

    def work(session: Session) -> None:
        row = store.message(session, caller.id, id_)
        if row is None:
            raise Problem("unknown-message")
        row.read_at = row.read_at or service.now()
        session.add(row)

    service.database.write(work)


def _named(brief: Brief) -> str:
    """The template for what there is to tell of a case."""
    return f"case-{brief.news.replace('_', '-')}"


def _message(service: Service, session: Session, brief: Brief) -> Sequence[SQLModel]:
    until = speak_until(session, brief.number) if brief.news == "revocation-started" else brief.until
    values = {"number": brief.number, "title": brief.title, "note": brief.note or "", "until": _day(until)}
    event, link = f"{brief.number}/{brief.version}", f"/my/cases/{brief.number}"
    found = _written(service, session, brief.account_id, event, _named(brief), values, link)
    if brief.actor is None:
        return found
    acted = {**values, "agent": brief.actor}
    return [*found, *_written(service, session, brief.account_id, f"{event}/acted", "case-acted", acted, link)]


def _for_others(service: Service, session: Session, brief: Brief) -> Sequence[SQLModel]:
    """To those who receive the applicant's results by a mandate: that there is something new, and no more."""
    name, number = brief.applicant
    agents = told_of_results(session, number, brief.situation, brief.department, day_of(service.now()))
    values = {"number": brief.number, "title": brief.title, "principal": name}
    accounts = [account.id for each in agents if (account := account_by_number(session, each)) is not None]
    return [
        row for id_ in accounts
        for row in _written(service, session, id_, f"{brief.number}/{brief.version}/{id_}", "case-of-principal", values, "/acting")
    ]  # fmt: skip


def _written(
    service: Service, session: Session, account_id: int, event: str, name: str, values: Mapping[str, str], link: str
) -> Sequence[SQLModel]:
    """A message, and its delivery by e-mail where the person has said so; nothing where they were told, or there are no words for it."""
    template = templates().get(name)
    if template is None or store.told(session, event):
        return []
    now = service.now()
    zh, en = _said(values, "zh"), _said(values, "en")
    subject, body = template.subject.filled(zh, en), template.body.filled(zh, en)
    message = MessageRow(
        account_id=account_id, event=event, topic=template.topic, template=f"{name}/{template.version}", at=now,
        subject_zh=subject.zh, subject_en=subject.en, body_zh=body.zh, body_en=body.en, link=link,
    )  # fmt: skip
    contact = store.contact(session, account_id)
    off = {(each.topic, each.channel) for each in store.unwanted(session, account_id)}
    if contact is None or not contact.email or not service.notifications.mail:
        return [message]
    if not template.legal and (template.topic, "email") in off:
        return [message]
    delivery = DeliveryRow(event_id=event, channel="email", message_id=message.id, at=now)
    return [message, delivery, later(DELIVER, str(delivery.id), _after_quiet(now, contact))]


def _said(values: Mapping[str, str], lang: Language) -> Mapping[str, str]:
    """What a template is filled with, in a language: what it is about as the catalogue calls it, a day as it is written."""
    until = values.get("until")
    return {**values, "title": titled(values.get("title", ""), lang), "until": day(until, lang) if until else ""}


def _events(service: Service, session: Session, brief: Brief) -> Sequence[SQLModel]:
    event = f"{brief.number}/{brief.version}"
    if store.published(session, event):
        return []
    rows: list[SQLModel] = []
    now = service.now()
    for each in store.webhooks(session, brief.account_id):
        data = {"number": brief.number, "situation": brief.situation, "status": brief.status, "version": brief.version}
        body = webhooks.cloud_event(event, f"miaopi.case.{brief.news}", now, brief.number, data)
        row = DeliveryRow(event_id=event, channel="webhook", webhook_id=each.id, body=body.decode(), at=now)
        rows += [row, later(DELIVER, str(row.id), now)]
    return rows


def _send(
    service: Service, delivery: DeliveryRow, message: MessageRow | None, webhook: WebhookRow | None, contact: ContactRow | None
) -> str | None:
    """What the receiver answered; None where nobody wants it any more."""
    settings: NotificationSettings = service.notifications
    if webhook is not None:
        if not webhook.active:
            return None
        body = (delivery.body or "").encode()
        return webhooks.send(
            webhook.url, webhook.secret, delivery.event_id, body, service.now(), settings.local_webhooks
        )
    if message is None or contact is None or not contact.email or settings.mail is None:
        return None
    words = _in(contact.lang, message)
    link = f"\n\n{settings.site}{message.link}" if message.link else ""
    return email.send(settings.mail, contact.email, words[0], words[1] + link, delivery.event_id)


def _settle(service: Service, id_: UUID, state: str, answer: str | None) -> None:
    def work(session: Session) -> None:
        row = session.get_one(DeliveryRow, id_)
        row.state, row.answer = state, answer
        row.attempts += 1
        row.settled_at = None if state == "waiting" else service.now()
        session.add(row)
        _deliveries.labels(row.channel, "again" if state == "waiting" else state).inc()

    service.database.write(work)


def _in(lang: str, message: MessageRow) -> tuple[str, str]:
    subject, body = Words(zh=message.subject_zh, en=message.subject_en), Words(zh=message.body_zh, en=message.body_en)
    return (subject.en, body.en) if lang == "en" else (subject.zh, body.zh)


def _after_quiet(now: datetime, contact: ContactRow) -> datetime:
    """The moment itself, or the end of the quiet hours it lies in."""
    start, end = contact.quiet_from, contact.quiet_until
    if start is None or end is None or start == end:
        return now
    local = now.astimezone(SHANGHAI)
    quiet = start <= local.hour < end if start < end else local.hour >= start or local.hour < end
    if not quiet:
        return now
    ends = local.replace(hour=end, minute=0, second=0, microsecond=0)
    return (ends if ends > local else ends + timedelta(1)).astimezone(UTC)


def _day(until: datetime | None) -> str:
    """The last day before the moment, in Shenzhen."""
    return "" if until is None else (until - timedelta(microseconds=1)).astimezone(SHANGHAI).date().isoformat()
