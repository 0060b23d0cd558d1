"""The statuses of a case, and which may follow which. Whatever is not here is refused with 409 and the moves that are allowed.

    submitted -> approved | rejected | in_review | awaiting_evidence
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from service.problems import Problem

Status = Literal[
    "approved", "rejected", "in_review", "awaiting_evidence", "awaiting_supplement", "under_appeal", "withdrawn", "lapsed",
    "revoked",
]  # fmt: skip
FOLLOWING: Mapping[str, tuple[Status, ...]] = {
    "awaiting_evidence": ("approved", "rejected", "in_review", "withdrawn"),
    "in_review": ("approved", "rejected", "awaiting_supplement", "withdrawn"),
    "awaiting_supplement": ("in_review", "lapsed", "withdrawn"),
    "rejected": ("under_appeal",),
    "under_appeal": ("approved", "rejected", "withdrawn"),
    "approved": ("revoked",),
    "withdrawn": (),
    "lapsed": (),
    "revoked": (),
}
"""What each status of a case that is kept may become. A case is kept when it has been decided or waits: never as `submitted`."""
FIRST: tuple[Status, ...] = ("approved", "rejected", "in_review", "awaiting_evidence")
OPEN = tuple(status for status, following in FOLLOWING.items() if "withdrawn" in following)
"""The statuses of a case that is not closed."""


def hold_to(status: str, becomes: Status) -> None:
    """Raises `Problem`."""
    if becomes not in FOLLOWING[status]:
        raise Problem("not-allowed-now", case_status=status, allowed=list(FOLLOWING[status]))
