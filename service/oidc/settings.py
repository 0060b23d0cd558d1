"""Which provider people may sign in by, read from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

ISSUER, CLIENT_ID, CLIENT_SECRET = "MIAOPI_OIDC_ISSUER", "MIAOPI_OIDC_CLIENT_ID", "MIAOPI_OIDC_CLIENT_SECRET"
CLAIM, NAME, SCOPES, NEW_PEOPLE = "MIAOPI_OIDC_CLAIM", "MIAOPI_OIDC_NAME", "MIAOPI_OIDC_SCOPES", "MIAOPI_OIDC_NEW_PEOPLE"
CALLBACK = "/sign-in/oidc/callback"


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """`claim`: of the identity token, which holds the identity number or credit code. `name`: of the provider, on its button.

    `enrols`: whether whoever has no account here gets one, as an applicant. `site`: the address of this service as browsers see it.
    """

    issuer: str
    client_id: str
    client_secret: str | None
    claim: str
    name: str
    scopes: str
    enrols: bool
    site: str

    @property
    def callback(self) -> str:
        return self.site + CALLBACK


def read_settings(environment: Mapping[str, str], site: str) -> OidcSettings | None:
    """None where no provider is named. Raises `ValueError`, which names the variable and not its value."""

    issuer = environment.get(ISSUER, "").rstrip("/")
    if not issuer:
        return None
    if not is_safe(issuer):
        raise ValueError(f"{ISSUER} must be an https address without a query, or on this machine http")
    for name in (CLIENT_ID, CLAIM):
        if not environment.get(name):
            raise ValueError(f"{name} is needed beside {ISSUER}")
    new = environment.get(NEW_PEOPLE) or "refuse"
    if new not in ("refuse", "applicant"):
        raise ValueError(f"{NEW_PEOPLE} must be refuse or applicant")
    return OidcSettings(
        issuer, environment[CLIENT_ID], environment.get(CLIENT_SECRET) or None, environment[CLAIM],
        environment.get(NAME) or urlsplit(issuer).hostname or "", environment.get(SCOPES) or "openid profile", new == "applicant", site,
    )  # fmt: skip


def is_safe(address: str) -> bool:
    """Whether what goes there goes encrypted, or stays on this machine."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    if not host or parts.query or parts.fragment or parts.username is not None:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _loopback(host))


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
