"""Licences that the service issued, and the codes by which they are verified, as they are stored."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from service.database import Utc
from service.protection.blind_index import blind_index
from service.protection.encrypted import Encrypted


class IssuedLicenceRow(SQLModel, table=True):
    """What an approval gave one holder. `id`: by GB/T 36904, its serial begins with the case number.

    `token`: the signed statement (JWS), which alone counts as evidence; the other columns are for looking it up.
    """

    __tablename__ = "issued_licence"

    id: str = Field(primary_key=True)
    case_number: str = Field(index=True, foreign_key="case.number")
    type: str
    holder: str = Field(sa_type=Encrypted("issued_licence.holder"))
    holder_index: bytes = blind_index("issued_licence.holder", index=True)
    status: str = "valid"
    issued_on: date
    valid_until: date | None = None
    token: str = Field(sa_type=Encrypted("issued_licence.token"))
    changed_at: datetime = Field(sa_type=Utc)


class VerificationCodeRow(SQLModel, table=True):
    """`code_hash`: SHA-256 of a code, which itself is kept nowhere. `document`: it stands on a document, and tells what does too."""

    __tablename__ = "verification_code"

    code_hash: str = Field(primary_key=True)
    licence_id: str = Field(foreign_key="issued_licence.id", index=True)
    document: bool = False
    expires_at: datetime = Field(sa_type=Utc)
