"""Sign-ins that have begun and not ended, as they are stored; for ten minutes."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from service.database import Utc
from service.protection.encrypted import Encrypted


class OidcAttemptRow(SQLModel, table=True):
    """`state_hash`: SHA-256 of what the provider is to send back; `browser_hash`: of the cookie of the browser that began. `verifier`:
    see RFC 7636. `next`: the page it then goes to. `carried`: what a form there had sent before its session ended, as JSON; None for
    no form.
    """

    __tablename__ = "oidc_attempt"

    state_hash: str = Field(primary_key=True)
    browser_hash: str
    nonce: str
    verifier: str = Field(sa_type=Encrypted("oidc_attempt.verifier"))
    next: str
    carried: str | None = Field(default=None, sa_type=Encrypted("oidc_attempt.carried"))
    expires_at: datetime = Field(sa_type=Utc, index=True)
