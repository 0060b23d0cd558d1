"""Messages, their deliveries, and how people want to be told, as they are stored. What is personal is encrypted."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from service.database import Utc
from service.protection.encrypted import Encrypted

_ACCOUNT = "account.id"


class MessageRow(SQLModel, table=True):
    """One message to one person, in both languages. `event`: what it tells of, once for each person.

    `template`: its id and version, `case-approved/1`.
    """

    __tablename__ = "message"

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    account_id: int = Field(foreign_key=_ACCOUNT, index=True)
    event: str = Field(unique=True)
    topic: str
    template: str
    subject_zh: str = Field(sa_type=Encrypted("message.subject_zh"))
    subject_en: str = Field(sa_type=Encrypted("message.subject_en"))
    body_zh: str = Field(sa_type=Encrypted("message.body_zh"))
    body_en: str = Field(sa_type=Encrypted("message.body_en"))
    link: str | None = None
    at: datetime = Field(sa_type=Utc)
    read_at: datetime | None = Field(default=None, sa_type=Utc)


class DeliveryRow(SQLModel, table=True):
    """One way in which a message, or an event, leaves. `event_id`: by which a receiver tells duplicates.

    `state`: `waiting`, `sent`, `failed`, or `unwanted`, where whoever it is for wants none any more. `answer`: what the receiver said.
    """

    __tablename__ = "delivery"

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    event_id: str
    channel: str
    message_id: UUID | None = Field(default=None, foreign_key="message.id")
    webhook_id: UUID | None = Field(default=None, foreign_key="webhook.id")
    body: str | None = Field(default=None, sa_type=Encrypted("delivery.body"))
    state: str = Field(default="waiting", index=True)
    attempts: int = 0
    at: datetime = Field(sa_type=Utc)
    settled_at: datetime | None = Field(default=None, sa_type=Utc)
    answer: str | None = None


class ContactRow(SQLModel, table=True):
    """How to reach a person. Quiet hours are whole hours of the day in Shenzhen; from 22 to 7 goes over midnight."""

    __tablename__ = "contact"

    account_id: int = Field(primary_key=True, foreign_key=_ACCOUNT)
    email: str | None = Field(default=None, sa_type=Encrypted("contact.email"))
    lang: str = "zh"
    quiet_from: int | None = None
    quiet_until: int | None = None


class PreferenceRow(SQLModel, table=True):
    """That a person wants no messages of a topic by a channel; without a row they want them."""

    __tablename__ = "preference"

    account_id: int = Field(primary_key=True, foreign_key=_ACCOUNT)
    topic: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)


class WebhookRow(SQLModel, table=True):
    """Where a program of this account is told of its cases. `secret`: for Standard Webhooks, `whsec_…`."""

    __tablename__ = "webhook"

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    account_id: int = Field(foreign_key=_ACCOUNT, index=True)
    url: str
    secret: str = Field(sa_type=Encrypted("webhook.secret"))
    active: bool = True
    made_at: datetime = Field(sa_type=Utc)
