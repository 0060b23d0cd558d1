"""`If-Match` (RFC 9110): whoever changes a case says which version of it they have seen."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Depends, Header

from service.problems import Problem

_TAG = re.compile(r'"([1-9][0-9]{0,8})"')


def _seen(if_match: Annotated[str | None, Header(description="the case's version, as its `ETag`: `\"3\"`")] = None) -> int:
    if if_match is None:
        raise Problem("if-match-missing")
    found = _TAG.fullmatch(if_match.strip())
    if found is None:
        raise Problem("if-match-invalid")
    return int(found[1])


Seen = Annotated[int, Depends(_seen)]
"""The version that the caller has seen."""
