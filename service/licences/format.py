"""What a licence looks like before it is signed, whoever issues it: identifier by GB/T 36904, and the statement of the JWS."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from stdnum.iso7064 import mod_37_36

ROOT = "1.2.156.3005.2"
LICENCE, ANSWER = "licence+jws", "register-answer+jws"
"""The `typ` of a signed licence and of a signed register answer (RFC 7515, 4.1.9)."""
VERSION = "001"
MADE_UP_ISSUER = "11440309MA5XQY1239"
_PERSON, _ORGANISATION = "111", "001"


def licence_id(type_code: str, issuer: str, serial: str, version: str = VERSION) -> str:
    """The licence identifier of GB/T 36904, with its check character (ISO 7064 MOD 37,36)."""
    check = mod_37_36.calc_check_digit(type_code + issuer + serial + version)
    return ".".join((ROOT, type_code, issuer, serial, version, check))


def statement(
    id_: str, type_code: str, holder_code: str, holder_name: str, status: str, issued_on: date, valid_until: date | None,
    attributes: Mapping[str, Any], version: str = VERSION,
) -> dict[str, Any]:  # fmt: skip
    """What is said of a licence; its issuer stands in its identifier."""
    return {
        "issuer": id_.split(".")[6],
        "licence_id": id_,
        "version": version,
        "type_code": type_code,
        "holder_code": holder_code,
        "holder_name": holder_name,
        "holder_type": holder_type(holder_code),
        "status": status,
        "issued_on": issued_on.isoformat(),
        "valid_until": valid_until.isoformat() if valid_until else None,
        "attributes": dict(attributes),
    }


def holder_type(code: str) -> str:
    """111 居民身份证, or 001 统一社会信用代码."""
    return _PERSON if code[:17].isdecimal() else _ORGANISATION
