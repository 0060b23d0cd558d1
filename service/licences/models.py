"""What is answered about licences."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from service.documents import Answer
from service.evidence.actions import LicenceUses

Status = Literal["valid", "suspended", "revoked", "cancelled", "expired", "transferred"]
_ID = "1.2.156.3005.2.11440309MA5XQY1239007.11440309MA5XQY1239.LH20261123000000015.001.K"
_HELD: dict[str, Any] = {
    "id": _ID, "type": "senior-allowance-notice", "title": "高龄老人津贴核准通知书", "status": "valid", "issued_on": "2026-11-23",
    "valid_until": None, "expires_in": None, "case_number": "LH20261123000000015", "attributes": {"monthly_amount": "300.00"},
}  # fmt: skip


class HeldLicence(Answer):
    """`attributes`: those that an applicant may see. `expires_in`: days that are left, where they are ninety or fewer."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_HELD]})

    id: str
    type: str
    title: str
    status: Status
    issued_on: date
    valid_until: date | None
    expires_in: int | None
    case_number: Annotated[str | None, Field(description="the case whose result it is")]
    attributes: dict[str, Any]


class Wallet(Answer):
    """The newest first. `unreachable`: types of licence whose source did not answer."""

    licences: list[HeldLicence]
    unreachable: list[str]


class WholeLicence(HeldLicence):
    """`token`: the signed statement itself (JWS), of a licence that the service issued."""

    holder: str
    token: str | None
    uses: LicenceUses


class VerificationCode(Answer):
    """To show to whoever asks for the licence. It cannot be told again."""

    code: str
    expires_at: datetime
    url: str


class Verified(Answer):
    """No more than is needed to believe what somebody shows. `attributes`: what a document says, to be compared with it; null for a code
    that was shown alone.
    """

    status: Status
    type: str
    title: str
    issuer: str
    holder: Annotated[str, Field(description="the holder's name, masked")]
    issued_on: date
    valid_until: date | None
    attributes: dict[str, Any] | None


class PublicKey(Answer):
    kid: str
    kty: str
    crv: str
    x: str
    alg: str
    use: str
    issuer: str


class PublicKeys(Answer):
    """A JWK set (RFC 7517): what the service signs its licences with. Older keys still verify."""

    keys: list[PublicKey]
