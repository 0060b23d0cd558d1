"""Fills a new repository with the licences and register entries of the service's made-up people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import orjson
from sqlmodel import Session

from engine.ruleset.model import EvidenceType
from service import demo
from service.authority import store
from service.authority.tables import LicenceRow, RegisterRow
from service.licences.format import VERSION, licence_id


def seed(session: Session, issuer: str, types: Mapping[str, EvidenceType], today: date) -> None:
    """`types`: the licences of evidence.yaml, which know their type codes. Leaves a repository that has licences as it is."""
    if not store.is_empty(session):
        return
    names = {each["number"]: each["name"] for each in demo.PEOPLE}
    for place, each in enumerate(demo.licences(today), 1):
        code = types[each["type"]].type_code
        assert code is not None
        session.add(LicenceRow(
            id=licence_id(code, issuer, f"{today:%Y%m%d}{place:08}"), type_code=code, type=each["type"], version=VERSION,
            holder_code=each["holder"], holder_name=names[each["holder"]], issued_on=each["issued_on"],
            attributes=orjson.dumps(each["attributes"]).decode(),
        ))  # fmt: skip
    for each in demo.registers():
        attributes = orjson.dumps(each.get("attributes", {})).decode()
        session.add(RegisterRow(**{**each, "attributes": attributes}))
