"""The seal on a receipt: a detached JWS (RFC 7515, appendix F) over its canonical JSON without the seal itself.

A hash proves nothing to whoever can compute one; a seal can be made with the service's key alone. The applicant's copy has its own,
since with that of the complete receipt what the copy leaves out could be guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from engine.decision.strict_json import canonical
from service.signing_keys import BadSignature, PublicKeys, SigningKeys

KIND = "miaopi-receipt+jws"
NAME = "seal"


def sealed(keys: SigningKeys, receipt: bytes) -> bytes:
    """A receipt that has no seal yet, canonical JSON, with one."""
    return canonical({**orjson.loads(receipt), NAME: keys.seal(KIND, receipt)})


def check_seal(receipt: Mapping[str, Any], keys: PublicKeys) -> None:
    """`receipt`: as read from JSON. Raises `BadSignature`; a seal that is not there is `malformed`."""
    seal = receipt.get(NAME)
    if not isinstance(seal, str):
        raise BadSignature("malformed")
    keys.payload(seal, KIND, detached=canonical({name: each for name, each in receipt.items() if name != NAME}))
