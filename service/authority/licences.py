"""What the repository says, before it is signed: a licence, or a register's answer about somebody."""

from __future__ import annotations

from datetime import date
from typing import Any

import orjson
from stdnum.iso7064 import mod_37_36

from service.authority.tables import LicenceRow, RegisterRow

ROOT = "1.2.156.3005.2"
LICENCE, ANSWER = "licence+jws", "register-answer+jws"
"""The `typ` of a signed licence and of a signed register answer (RFC 7515, 4.1.9)."""
VERSION = "001"
_PERSON, _ORGANISATION = "111", "001"


def licence_id(type_code: str, issuer: str, serial: str, version: str = VERSION) -> str:
    """The licence identifier of GB/T 36904, with its check character (ISO 7064 MOD 37,36)."""
    check = mod_37_36.calc_check_digit(type_code + issuer + serial + version)
    return ".".join((ROOT, type_code, issuer, serial, version, check))


def licence(row: LicenceRow) -> dict[str, Any]:
    return {
        "issuer": row.id.split(".")[6],
        "licence_id": row.id,
        "version": row.version,
        "type_code": row.type_code,
        "holder_code": row.holder_code,
        "holder_name": row.holder_name,
        "holder_type": _holder_type(row.holder_code),
        "status": row.status,
        "issued_on": row.issued_on.isoformat(),
        "valid_until": row.valid_until.isoformat() if row.valid_until else None,
        "attributes": orjson.loads(row.attributes),
    }


def register_answer(issuer: str, check: str, subject: str, row: RegisterRow | None, today: date) -> dict[str, Any]:
    """Also that there is no entry is an answer, and signed."""
    return {
        "issuer": issuer,
        "licence_id": None,
        "version": None,
        "type_code": check,
        "holder_code": subject,
        "holder_name": None,
        "holder_type": _holder_type(subject),
        "status": "valid" if row else "none",
        "issued_on": today.isoformat(),
        "valid_until": None,
        "attributes": orjson.loads(row.attributes) if row else {},
    }


def _holder_type(code: str) -> str:
    return _PERSON if code[:17].isdecimal() else _ORGANISATION
