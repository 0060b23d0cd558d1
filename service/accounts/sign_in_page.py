"""The page to sign in on: where it is asked for or needed, where it failed, and where a session ended in the middle of a form."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import Response

from service.accounts.people import people
from service.client_address import is_local
from service.problems import Problem
from service.web.forms import Fields
from service.web.page import Page
from service.web.paths import own_path

_CARRIED = "carried."
WRONG_PASSWORD = frozenset({"sign-in-failed", "too-many-tries"})
"""Problems that stand beside the password; the others stand above everything."""


def carried_in(fields: Fields) -> list[tuple[str, str]]:
    """What a form had sent before its session ended."""
    return [(name.removeprefix(_CARRIED), value) for name, value in fields.below(_CARRIED)]


def show_sign_in(
    page: Page, there: str, carried: Sequence[tuple[str, str]] = (), problem: Problem | None = None, number: str = ""
) -> Response:
    """`there`: where it then goes; `carried`: what a form there had sent before its session ended; `number`: as typed."""
    title = problem.document(page.lang)["title"] if problem else None
    status, headers = (problem.status_code, problem.headers or {}) if problem else (200, {})
    beside = problem is not None and problem.code in WRONG_PASSWORD
    ended = problem is not None and problem.code == "not-signed-in"
    return page.show(
        "accounts/sign_in.html", status, headers, next=own_path(there), carried=carried, number=number[:18], ended=ended,
        fault=title if beside else None, failed=title if not beside and not ended else None,
        local=is_local(page.request), people=people(page.service),
        provider=page.service.oidc.settings.name if page.service.oidc else None,
    )  # fmt: skip
