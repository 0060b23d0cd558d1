"""Whether a request comes from this very machine: neither through a proxy nor by a page that rebinds its own name."""

from __future__ import annotations

from ipaddress import ip_address

from fastapi import Request

_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


def is_local(request: Request) -> bool:
    """Called from this machine, by a name of it."""
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    return _loopback(request.client.host) and _loopback(request.url.hostname or "")


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
