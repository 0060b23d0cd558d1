"""Signed tree heads: what the sealer says of the whole record at one moment, and what of the head before.

A head is canonical JSON in a compact JWS. Whoever keeps one can hold every later state of the record to it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engine.decision.strict_json import BadJSON, canonical, read_json
from service.signing_keys import BadSignature, PublicKeys, SigningKeys

KIND = "miaopi-head+jws"
Count = Annotated[int, Field(ge=0, lt=2**53)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Head(BaseModel):
    """`batch` counts from 1; it holds the rows at the positions from `first` to below `size`, which is that of the whole record.

    `rows`: Merkle root of the batch alone, by which a fault is found; `root`: of the whole record. `previous`: SHA-256 of the head
    before, as it was signed. `until`: rows after this place of the database's own order had not been sealed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    batch: Annotated[Count, Field(ge=1)]
    first: Count
    size: Count
    rows: Digest
    root: Digest
    previous: Digest | None
    until: Count
    at: str

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)

    def follows(self, before: Signed | None) -> bool:
        """Whether it is the one after `before`, of what they say themselves."""
        if before is None:
            return self.batch == 1 and self.first == 0 < self.size and self.previous is None
        said = before.head
        return (self.batch, self.first, self.previous) == (said.batch + 1, said.size, before.digest) and self.size > self.first


@dataclass(frozen=True, slots=True)
class Signed:
    """A head as it was signed: a compact JWS, and what it says."""

    token: str
    head: Head

    @classmethod
    def by(cls, keys: SigningKeys, head: Head) -> Self:
        return cls(keys.sign(KIND, canonical(head.model_dump())), head)

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.token.encode()).hexdigest()


def read_head(token: str, keys: PublicKeys) -> Signed:
    """Raises `BadSignature`."""
    payload = keys.payload(token, KIND)
    try:
        return Signed(token, Head.model_validate(read_json(payload)))
    except (BadJSON, ValidationError):
        raise BadSignature("malformed") from None
