"""Where a person may be sent next: a path of this site, never another site."""

from __future__ import annotations

import re

_OWN = re.compile(r"/(?:[A-Za-z0-9._~!$&'()*+,;=:@%-]|/(?!/))*(?:\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?", re.A)


def own_path(asked: str, otherwise: str = "/") -> str:
    """The path asked for if it is one of ours, with its query; else `otherwise`."""
    return asked if len(asked) <= 1000 and not asked.startswith("//") and _OWN.fullmatch(asked) else otherwise
