"""How messages leave: by which mail server, under which name, and to where webhooks may go. Read from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

_DEFAULT_FROM = "miaopi@localhost"


@dataclass(frozen=True, slots=True)
class Mail:
    """`scheme`: `smtp` (with STARTTLS where the server offers it) or `smtps`."""

    scheme: str
    host: str
    port: int
    user: str | None
    password: str | None
    sender: str


@dataclass(frozen=True, slots=True)
class NotificationSettings:
    """`mail`: None sends no e-mail. `local_webhooks`: whether they may go to this machine and to private networks.
    `site`: the address that links in messages begin with.
    """

    mail: Mail | None = None
    local_webhooks: bool = False
    site: str = "http://127.0.0.1:8000"


def read_settings(environment: Mapping[str, str]) -> NotificationSettings:
    """Raises `ValueError`, which names the variable and not its value."""
    return NotificationSettings(
        mail=_mail(environment.get("MIAOPI_SMTP", ""), environment.get("MIAOPI_MAIL_FROM") or _DEFAULT_FROM),
        local_webhooks=environment.get("MIAOPI_LOCAL_WEBHOOKS", "").lower() in ("1", "true", "yes"),
        site=(environment.get("MIAOPI_SITE") or "http://127.0.0.1:8000").rstrip("/"),
    )


def _mail(url: str, sender: str) -> Mail | None:
    if not url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        port, parts = None, urlsplit("")
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("MIAOPI_SMTP must be such as smtp://USER:PASSWORD@HOST:587 or smtps://HOST:465")
    user, password = (None if each is None else unquote(each) for each in (parts.username, parts.password))
    return Mail(parts.scheme, parts.hostname, port or (465 if parts.scheme == "smtps" else 25), user, password, sender)
