"""What the repository says, before it is signed: a licence, or a register's answer about somebody."""

from __future__ import annotations

from datetime import date
from typing import Any

import orjson

from service.authority.tables import LicenceRow, RegisterRow
from service.licences.format import holder_type, statement


def licence(row: LicenceRow) -> dict[str, Any]:
    return statement(
        row.id, row.type_code, row.holder_code, row.holder_name, row.status, row.issued_on, row.valid_until,
        orjson.loads(row.attributes), row.version,
    )  # fmt: skip


def register_answer(issuer: str, check: str, subject: str, row: RegisterRow | None, today: date) -> dict[str, Any]:
    """Also that there is no entry is an answer, and signed."""
    return {
        "issuer": issuer,
        "licence_id": None,
        "version": None,
        "type_code": check,
        "holder_code": subject,
        "holder_name": None,
        "holder_type": holder_type(subject),
        "status": "valid" if row else "none",
        "issued_on": today.isoformat(),
        "valid_until": None,
        "attributes": orjson.loads(row.attributes) if row else {},
    }

