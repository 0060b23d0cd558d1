"""A person's inbox in a browser, and how they want to be told."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import ValidationError

from service.notifications import actions, reading
from service.notifications.models import Off, Preferences, Topic
from service.problems import Problem
from service.web.forms import Fields, Posted
from service.web.page import LANGUAGE, YEAR, Here, Page
from service.web.translation import mark

router = APIRouter(include_in_schema=False)
PER_PAGE = 20
TOPICS: Mapping[Topic, tuple[str, str]] = {
    "progress": (mark("办理进度"), mark("受理、转人工、撤回")),
    "licence": (mark("证照到期提醒"), mark("到期前90天、30天和7天")),
}
"""What there is and may be switched off; what the law requires to be told may not."""
_QUIET = ("quiet_from", "quiet_until")
_HALF = mark("请把开始和结束都选上，或者都不设。")


@router.get("/my/inbox")
def inbox(page: Here, before: UUID | None = None) -> Response:
    found = reading.inbox_of(page.service, page.person, before, PER_PAGE)
    older = f"/my/inbox?before={found.messages[-1].id}" if found.next else None
    return page.show("notifications/inbox.html", messages=found.messages, unread=found.unread, older=older, before=before)


@router.post("/my/inbox")
def read(page: Here, fields: Posted) -> Response:
    """Field: `id`, of the message that was read; then on to what it is about."""
    if fields.get("step") == "edit":
        return page.go("/my/inbox")
    try:
        id_ = UUID(fields.get("id"))
    except ValueError:
        raise Problem("unknown-message") from None
    actions.mark_read(page.service, page.person, id_)
    return page.go("/my/inbox")


@router.get("/my/preferences")
def preferences(page: Here) -> Response:
    kept = reading.preferences_of(page.service, page.person)
    if reading.language_of(page.service, page.person) is None:
        kept = kept.model_copy(update={"language": page.lang})
    return _preferences(page, kept)


@router.post("/my/preferences")
def prefer(page: Here, fields: Posted) -> Response:
    """Puts what was chosen in place of all that was."""
    before = reading.preferences_of(page.service, page.person)
    others = [each for each in before.off if each.topic not in TOPICS]
    typed = Preferences.model_validate({**_given(fields, others), "email": None})
    if fields.get("step") == "edit":
        return _preferences(page, typed, fields)
    faults = {"quiet": _HALF} if [_hour(fields, each) for each in _QUIET].count(None) == 1 else {}
    try:
        given = Preferences.model_validate(_given(fields, others))
    except ValidationError:  # the address alone is typed
        faults["email"] = mark("请核对邮箱地址，例如 name@example.com。")
    if faults:
        return _preferences(page, typed, fields, faults)
    reading.keep_preferences(page.service, page.person, given)
    response = page.go("/my/preferences", mark("已保存通知设置。"))
    page.keep(response, LANGUAGE, given.language, YEAR)
    return response


def _given(fields: Fields, others: list[Off]) -> dict[str, object]:
    """`others`: what is off and no page shows."""
    start, until = (_hour(fields, each) for each in _QUIET)
    return {
        "email": fields.get("email").strip() or None,
        "language": "en" if fields.get("language") == "en" else "zh",
        "quiet_hours": None if start is None or until is None else {"from": start, "until": until},
        "off": [*others, *(Off(topic=each, channel="email") for each in TOPICS if each not in fields.all("mail"))],
    }


def _hour(fields: Fields, name: str) -> int | None:
    hour = fields.get(name)
    return int(hour) if hour.isdecimal() and len(hour) <= 2 and int(hour) < 24 else None


def _preferences(page: Page, kept: Preferences, fields: Fields | None = None, faults: Mapping[str, str] = MappingProxyType({})) -> Response:
    """`fields`: what was typed, where that is not kept yet."""
    if fields is None:
        email, hours = kept.email or "", kept.quiet_hours
        quiet = {"quiet_from": hours.start, "quiet_until": hours.until} if hours else {}
    else:
        email, quiet = fields.get("email"), {each: hour for each in _QUIET if (hour := _hour(fields, each)) is not None}
    return page.show(
        "notifications/preferences.html", 422 if faults else 200, {}, kept=kept, email=email, quiet=quiet, faults=faults,
        topics=TOPICS, off={each.topic for each in kept.off}, mail=page.service.notifications.mail is not None,
    )  # fmt: skip
