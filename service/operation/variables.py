"""Every variable that sets the service up, so that one that is misspelt is noticed. `docs/operating.md` explains each."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

PREFIX = "MIAOPI_"
VARIABLES = frozenset({
    "MIAOPI_ANCHOR", "MIAOPI_AUTHORITY", "MIAOPI_DATA", "MIAOPI_DATABASE", "MIAOPI_EVIDENCE_DEADLINE", "MIAOPI_ISSUER", "MIAOPI_ISSUERS",
    "MIAOPI_DEMO", "MIAOPI_KEYS", "MIAOPI_LOCAL_WEBHOOKS", "MIAOPI_LOG", "MIAOPI_MAIL_FROM", "MIAOPI_METRICS_TOKEN",
    "MIAOPI_OIDC_CLAIM", "MIAOPI_OIDC_CLIENT_ID", "MIAOPI_OIDC_CLIENT_SECRET", "MIAOPI_OIDC_ISSUER", "MIAOPI_OIDC_NAME",
    "MIAOPI_OIDC_NEW_PEOPLE", "MIAOPI_OIDC_SCOPES",
    "MIAOPI_MATERIALS", "MIAOPI_MATERIALS_DAILY", "MIAOPI_MATERIALS_LARGEST", "MIAOPI_MATERIALS_TOTAL", "MIAOPI_PROXIES",
    "MIAOPI_RETENTION", "MIAOPI_RULES", "MIAOPI_SEAL_KEYS", "MIAOPI_SEAL_SECONDS", "MIAOPI_SITE", "MIAOPI_SMTP", "MIAOPI_SOURCE_DEADLINE",
})  # fmt: skip
_OF_TESTS = frozenset({"MIAOPI_TEST_POSTGRES", "MIAOPI_DECISIONS"})


def unknown(environment: Iterable[str]) -> list[str]:
    """A sentence for each that means nothing to the service, with the nearest that does. Its value is not told."""
    found = []
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in VARIABLES | _OF_TESTS:
            near = difflib.get_close_matches(name, VARIABLES, 1)
            found.append(f"{name} means nothing here" + (f"; is {near[0]} meant?" if near else ""))
    return found
