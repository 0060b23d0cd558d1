"""Scopes: what a machine client may be let do, each named by a row of the table of access."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from service.access import table
from service.web.translation import mark

PUBLIC = "catalogue"
"""What is everybody's, so that nobody has to agree to it."""
WORDS: Mapping[str, tuple[str, str]] = {
    "applications": (mark("替您申请"), mark("填写和提交申请、上传材料、补正、撤回、申诉")),
    "cases": (mark("查看您的办件"), mark("办件的进度、决定和决定回执")),
    "licences": (mark("查看您的电子证照"), mark("证照的内容和状态，以及出示用的核验码")),
}
"""What a person is told that they agree to, and what is in it."""


def all_scopes() -> list[str]:
    return sorted({row.scope for row in table() if row.scope})


def personal(scopes: Collection[str]) -> list[str]:
    """Those that somebody has to agree to, in order."""
    return [each for each in WORDS if each in scopes]
