"""Sending one event to a program: a CloudEvents body (CloudEvents 1.0, JSON), signed as Standard Webhooks describe.

Where it goes was chosen by whoever registered it, so a webhook reaches nothing that only this machine or its network can.
"""

from __future__ import annotations

import base64
import secrets
import socket
from collections.abc import Mapping
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import httpx
import orjson
from standardwebhooks import Webhook

_WAIT = 10  # seconds
_SOURCE = "urn:miaopi"


class Forbidden(Exception):
    """The address is none that webhooks may go to."""


def cloud_event(id_: str, type_: str, at: datetime, subject: str, data: Mapping[str, Any]) -> bytes:
    return orjson.dumps({
        "specversion": "1.0", "id": id_, "type": type_, "source": _SOURCE, "subject": subject,
        "time": at.isoformat().replace("+00:00", "Z"), "datacontenttype": "application/json", "data": data,
    })  # fmt: skip


def send(url: str, secret: str, event_id: str, body: bytes, now: datetime, local: bool) -> str:
    """What the receiver answered. Raises `Forbidden`, and `httpx.HTTPError` where it did not take it."""
    host, address = resolved(url, local)
    headers = {
        "content-type": "application/cloudevents+json",
        "webhook-id": event_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(event_id, now, body.decode()),
        "host": host,
    }
    # To the very address that was looked at, under the name that was asked for: a name may stand for another one the next time.
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    target = parts._replace(netloc=(f"[{address}]" if ":" in address else address) + port).geturl()
    with httpx.Client(timeout=_WAIT, trust_env=False, follow_redirects=False) as client:
        request = client.build_request("POST", target, content=body, headers=headers, extensions={"sni_hostname": parts.hostname})
        response = client.send(request, stream=True)
        response.close()
    response.raise_for_status()
    if not response.is_success:
        raise httpx.HTTPStatusError("redirected", request=request, response=response)
    return f"HTTP {response.status_code}"


def resolved(url: str, local: bool) -> tuple[str, str]:
    """The host with its port, and one address of it. Raises `Forbidden` where any of its addresses may not be reached."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        if parts.scheme not in ("https", "http") or not parts.hostname or (parts.scheme == "http" and not local):
            raise Forbidden("https alone")
        found = [str(each[4][0]) for each in socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)]
    except (OSError, ValueError, UnicodeError):
        raise Forbidden("no such host") from None
    if not local and not all(ip_address(each.partition("%")[0]).is_global for each in found):
        raise Forbidden("not a public address")
    return parts.netloc.rpartition("@")[2], found[0]


def new_secret() -> str:
    """As Standard Webhooks write it."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
