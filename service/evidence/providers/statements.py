"""Signed statements of a repository: what one must show before anything in it becomes a fact.

In this order, each failure with its own reason: shape, a known key, the signature, an issuer trusted for the type, the type, the
day of a register's answer, the holder's code and name. Status and validity are the engine's to judge, by the ruleset's `accept:`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jws
from joserfc.errors import BadSignatureError, JoseError
from joserfc.jwk import OKPKey
from pydantic import BaseModel, ConfigDict, ValidationError

from engine.decision.strict_json import jsonable, read_json
from engine.language.identifiers import licence_id_check
from engine.language.names import same_name
from engine.language.texts import fold_identifier
from service.evidence.providers.interface import Question, Reason

ALGORITHM = "Ed25519"
TYPES = {"licence": "licence+jws", "check": "register-answer+jws"}
"""The `typ` that a statement about each kind of evidence is signed under."""
ALARMING: frozenset[Reason] = frozenset({"bad-signature", "unknown-key", "untrusted-issuer"})
"""Reasons that somebody should look into at once."""


class Untrusted(Exception):
    """A statement that is not relied on. `answer`: what the facts say of it."""

    def __init__(self, reason: Reason, answer: Any = "unavailable") -> None:
        super().__init__(reason)
        self.reason = reason
        self.answer = answer


@dataclass(frozen=True, slots=True)
class IssuerKey:
    """A public key and the issuer it signs for."""

    issuer: str
    key: OKPKey


@dataclass(frozen=True, slots=True)
class Header:
    kid: str
    typ: str


class Statement(BaseModel):
    """The payload. Of a register's answer, `type_code` is the check, and there is neither licence nor holder's name."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    issuer: str
    licence_id: str | None
    version: str | None
    type_code: str
    holder_code: str
    holder_name: str | None
    status: str
    issued_on: str
    valid_until: str | None
    attributes: dict[str, Any]

    @property
    def named(self) -> str | None:
        return f"{self.licence_id} v{self.version}" if self.licence_id else None


def header_of(token: str) -> Header:
    """Raises `Untrusted`."""
    try:
        found = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError, TypeError):
        raise Untrusted("malformed") from None
    kid, typ = found.get("kid"), found.get("typ")
    if found.get("alg") != ALGORITHM or not isinstance(kid, str) or not isinstance(typ, str):
        raise Untrusted("malformed")
    return Header(kid, typ)


def verified(token: str, key: IssuerKey, question: Question) -> Statement:
    """The statement in a token, once its key vouches for it. Raises `Untrusted`."""
    try:
        payload = jws.deserialize_compact(token, key.key, algorithms=[ALGORITHM]).payload
    except BadSignatureError:
        raise Untrusted("bad-signature", {"signature_valid": False}) from None
    except (JoseError, ValueError, TypeError):
        raise Untrusted("malformed") from None
    try:
        statement = Statement.model_validate(jsonable(read_json(payload)))
    except (ValidationError, ValueError):
        raise Untrusted("malformed") from None
    if question.type.kind == "licence" and not (statement.licence_id and licence_id_check(statement.licence_id)):
        raise Untrusted("malformed")
    return statement


def checked(statement: Statement, header: Header, key: IssuerKey, trusted: frozenset[str], question: Question) -> Any:
    """What the facts say of a statement that is about the right thing and the right holder. Raises `Untrusted`."""
    if statement.issuer != key.issuer or statement.issuer not in trusted:
        raise Untrusted("untrusted-issuer")
    is_licence = question.type.kind == "licence"
    code = question.type.type_code if is_licence else question.type.id
    if header.typ != TYPES[question.type.kind] or statement.type_code != code:
        raise Untrusted("wrong-type")
    if not is_licence and statement.issued_on != question.today.isoformat():
        raise Untrusted("stale")  # a register answers for the day it is asked; an earlier answer may be played again
    if fold_identifier(statement.holder_code) != question.subject:
        raise Untrusted("wrong-holder", {"holder": "", "signature_valid": True})  # theirs is nobody's business here
    if question.name and statement.holder_name and same_name(statement.holder_name, question.name) is False:
        raise Untrusted("wrong-name")
    return "none" if statement.status == "none" and not is_licence else _facts(statement)


def _facts(statement: Statement) -> Mapping[str, Any]:
    return {
        **statement.attributes,
        "holder": statement.holder_code,
        "status": statement.status,
        "issued_on": statement.issued_on,
        **({"valid_until": statement.valid_until} if statement.valid_until is not None else {}),
        "signature_valid": True,
    }


def read_keys(document: Mapping[str, Any]) -> Mapping[str, IssuerKey]:
    """The keys of a JWK set (RFC 7517), by id; those that sign for no issuer are left out. Raises `Untrusted`."""
    found: dict[str, IssuerKey] = {}
    try:
        for each in document["keys"]:
            if each.get("crv") == "Ed25519" and isinstance(each.get("issuer"), str):
                found[each["kid"]] = IssuerKey(each["issuer"], OKPKey.import_key(each))
    except (JoseError, KeyError, TypeError, ValueError, AttributeError):
        raise Untrusted("malformed") from None
    return found
