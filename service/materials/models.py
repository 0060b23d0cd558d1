"""What goes out about uploads."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import ConfigDict

from service.documents import Answer

_UPLOAD: dict[str, Any] = {
    "id": "019aaf2e-7e40-7a11-8c3b-5d2f0c9b7e61", "name": "户口簿.pdf", "type": "pdf", "size": 182044,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "uploaded_at": "2026-11-23T07:30:02Z",
    "situation": "senior-allowance-first-claim", "material": "household",
    "link": "/api/v1/materials/019aaf2e-7e40-7a11-8c3b-5d2f0c9b7e61",
}  # fmt: skip


class UploadAnswer(Answer):
    """`type`: told by the content; `name`: made safe, with an ending that fits. `sha256`: of the file, in hexadecimal digits.

    `situation`, `material`: what it was handed in for, if that was said.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_UPLOAD]})

    id: str
    name: str
    type: Literal["pdf", "ofd", "jpg", "png"]
    size: int
    sha256: str
    uploaded_at: datetime
    situation: str | None
    material: str | None
    link: str


class UploadList(Answer):
    """The newest first; `next` is where older ones are."""

    materials: list[UploadAnswer]
    next: str | None
