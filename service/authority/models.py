"""What the repository is asked and what it answers. Names as GB/T 36906 interfaces write them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

Holder = Annotated[str, Field(min_length=18, max_length=18, description="resident-id or uscc of the holder")]
HolderType = Annotated[Literal["111", "001"], Field(description="111 居民身份证, 001 统一社会信用代码")]
Code = Annotated[str, Field(min_length=1, max_length=64)]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=to_camel)

    use_cause: Annotated[str, Field(min_length=1, max_length=200, description="what it is used for")]


class ByHolder(_Data):
    holder_code: Holder
    holder_type_code: HolderType
    cert_type_code: Code


class ById(_Data):
    certificate_id: Annotated[str, Field(min_length=1, max_length=128)]


class CheckByHolder(_Data):
    holder_code: Holder
    holder_type_code: HolderType
    check_code: Code


class HolderRequest(BaseModel):
    data: ByHolder


class IdRequest(BaseModel):
    data: ById


class CheckRequest(BaseModel):
    data: CheckByHolder


class Requested(BaseModel):
    """A request as the repository recorded it. `type`: the licence's or check's id in evidence.yaml."""

    operation: str
    type: str
    about: str
    use_cause: str
    received_at: datetime
    answered_at: datetime | None
