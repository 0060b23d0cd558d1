"""Sending one message by SMTP (RFC 5321), encrypted where the server offers it."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate

from service.notifications.settings import Mail

_WAIT = 20  # seconds
HEADER = "X-Miaopi-Event"
"""By which a receiver tells a message that came twice."""


def send(mail: Mail, to: str, subject: str, body: str, event_id: str) -> str:
    """What the server answered. Raises `OSError` and `smtplib.SMTPException` where it did not take it."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = mail.sender, to, subject
    message["Date"], message["Message-ID"] = formatdate(), f"<{event_id}@{mail.sender.rpartition('@')[2]}>"
    message[HEADER] = event_id
    message.set_content(body)
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if mail.scheme == "smtps":
        server = smtplib.SMTP_SSL(mail.host, mail.port, timeout=_WAIT, context=context)
    else:
        server = smtplib.SMTP(mail.host, mail.port, timeout=_WAIT)
    with server:
        if mail.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=context)
        if mail.user is not None:
            server.login(mail.user, mail.password or "")
        refused = server.send_message(message)
    return "accepted" if not refused else "refused for some"
