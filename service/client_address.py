"""Where a request comes from: the address that limits count, and whether that is this very machine."""

from __future__ import annotations

import re
from ipaddress import ip_address

from fastapi import Request

_FORWARDED = ("forwarded", "x-forwarded", "x-real-ip", "via")  # how the names of a proxy's headers begin
_HOST = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+))(?::[0-9]{1,5})?")


def address_of(request: Request) -> str:
    """Of whoever calls; of the proxy, where none is believed (`service.serving`). Empty where there is no network between."""
    return request.client.host if request.client else ""


def is_local(request: Request) -> bool:
    """Called from this machine, by a name of it: neither through a proxy nor by a page that rebinds its own name."""
    if request.client is None or any(name.startswith(_FORWARDED) for name in request.headers):
        return False
    # Not `request.url`: for a host that it cannot read it answers the server's own.
    host = _HOST.fullmatch(",".join(request.headers.getlist("host")))
    return host is not None and _loopback(request.client.host) and _loopback(host[1] or host[2])


def _loopback(host: str) -> bool:
    try:
        return host.lower() == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
