"""What comes in and goes out about messages, preferences and webhooks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from service.documents import Answer, Asked

Topic = Literal["progress", "decision", "licence", "policy", "mandate"]
_ADDRESS = r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*$"
Hour = Annotated[int, Field(ge=0, le=23)]


class Text(Answer):
    zh: str
    en: str


class Message(Answer):
    id: UUID
    topic: Topic
    subject: Text
    body: Text
    link: str | None
    at: datetime
    read_at: datetime | None


class Inbox(Answer):
    """The newest first; `next` is where older ones are."""

    messages: list[Message]
    unread: int
    next: str | None


class QuietHours(Asked):
    """Whole hours of the day in Shenzhen in which nothing is sent: from `from` until `until`, over midnight where it is earlier."""

    start: Annotated[Hour, Field(alias="from")]
    until: Hour


class Off(Asked):
    """That messages of a topic do not go by a channel. What the law requires goes all the same."""

    topic: Topic
    channel: Literal["email"]


class Preferences(Asked):
    """How a person wants to be told."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"email": "li@example.com", "language": "zh", "quiet_hours": {"from": 22, "until": 7},
                 "off": [{"topic": "progress", "channel": "email"}]}
            ]
        }
    )  # fmt: skip

    email: Annotated[str | None, Field(max_length=254, pattern=_ADDRESS)] = None
    language: Literal["zh", "en"] = "zh"
    quiet_hours: QuietHours | None = None
    off: Annotated[list[Off], Field(max_length=20)] = []

    @model_validator(mode="after")
    def _once(self) -> Preferences:
        if len({(each.topic, each.channel) for each in self.off}) != len(self.off):
            raise ValueError("said twice")
        return self


class WebhookGiven(Asked):
    model_config = ConfigDict(json_schema_extra={"examples": [{"url": "https://portal.example.com/hooks/miaopi"}]})

    url: Annotated[str, Field(min_length=8, max_length=2000, pattern=r"^https?://[!-~]+$")]


class WebhookAnswer(Answer):
    """`secret` is told once, when it is made (Standard Webhooks)."""

    id: UUID
    url: str
    made_at: datetime
    secret: str | None


class Webhooks(Answer):
    webhooks: list[WebhookAnswer]


class Delivery(Answer):
    """`answer`: what the receiver said, or the kind of the failure."""

    id: UUID
    event: str
    channel: Literal["email", "webhook"]
    state: Literal["waiting", "sent", "failed", "unwanted"]
    attempts: int
    at: datetime
    settled_at: datetime | None
    answer: str | None


class Deliveries(Answer):
    """The newest first."""

    deliveries: list[Delivery]
