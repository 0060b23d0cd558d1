"""What goes out about uploads, and about how materials are met."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from service.documents import Answer

_UPLOAD: dict[str, Any] = {
    "id": "019aaf2e-7e40-7a11-8c3b-5d2f0c9b7e61", "name": "户口簿.pdf", "type": "pdf", "size": 182044,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "uploaded_at": "2026-11-23T07:30:02Z",
    "situation": "senior-allowance-first-claim", "material": "household",
    "link": "/api/v1/materials/019aaf2e-7e40-7a11-8c3b-5d2f0c9b7e61",
}  # fmt: skip
State = Annotated[
    Literal["met", "unmet", "unknown", "unneeded"],
    Field(description="unknown: a source did not tell, which is not the applicant's to put right; unneeded: the rules need none"),
]
By = Literal["licence", "check", "upload", "earlier", "commitment"]


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


class WayShown(Answer):
    """`what`: the title of the licence or check, or the words of the commitment. `within`: how long ago an earlier upload may
    be, or by when a commitment is checked.
    """

    by: By
    what: str | None
    formats: list[str]
    within: str | None


class ReusableUpload(Answer):
    """One's own earlier upload that may be handed in again, as it is."""

    id: str
    name: str
    uploaded_on: date
    days_ago: int
    link: str


class MaterialHeld(Answer):
    """How a material would be met today. `why`: where a licence does not count or a source did not tell, the reason."""

    id: str
    name: str
    state: State
    by: By | None
    what: str | None
    why: str | None
    issued_on: date | None
    valid_until: Annotated[date | None, Field(description="of the licence; null where it has no end")]
    ways: list[WayShown]
    reusable: list[ReusableUpload]


class MaterialsHeld(Answer):
    situation: str
    materials: list[MaterialHeld]


class CaseMaterial(Answer):
    """How a material of a case is met, as of its last decision, and the files that hang on the case for it."""

    id: str
    name: str
    state: State
    by: By | None
    what: str | None
    uploads: list[UploadAnswer]


class CaseMaterials(Answer):
    number: str
    materials: list[CaseMaterial]
