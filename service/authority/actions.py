"""Answering: what is said of a holder or a licence, signed, and spoilt where a fault is switched on for its type."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from anyio.to_thread import run_sync

from service.authority import store
from service.authority.faults import Fault
from service.authority.licences import licence, register_answer
from service.authority.tables import RequestRow
from service.database import Database
from service.licences.format import ANSWER, LICENCE, licence_id
from service.signing_keys import SigningKeys, new_key, signed

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_TORN = b'{"ack_code": "SUCCESS", "data": {"signed": ["eyJhbG'


class Silent(Exception):
    """The source behind the repository does not answer: 503."""


@dataclass(slots=True)
class Authority:
    """A running repository. `types`: the id in evidence.yaml of each type code. `faults` may change while it runs."""

    issuer: str
    database: Database
    keys: SigningKeys
    types: Mapping[str, str]
    now: Callable[[], datetime]
    faults: dict[str, Fault] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return self.now().astimezone(_SHANGHAI).date()


@dataclass(frozen=True, slots=True)
class Said:
    """What would be said rightly: the payloads, and the `typ` they are signed under."""

    kind: str
    payloads: Sequence[dict[str, Any]]


async def answered(
    authority: Authority, operation: str, type_: str, about: str, use_cause: str, say: Callable[[], Said],
    hung_up: Callable[[], Awaitable[None]],
) -> Sequence[str] | bytes:  # fmt: skip
    """The signed statements, or bytes that are no answer; the request is on record. `hung_up` waits until the asker has gone.

    Raises `Silent`.
    """
    place = await run_sync(_received, authority, operation, type_, about, use_cause)
    fault = authority.faults.get(type_)
    if fault is not None and fault.kind == "half-open":
        await hung_up()
    if fault is not None and fault.kind in ("down", "half-open"):
        raise Silent
    if fault is not None and fault.kind == "slow":
        await asyncio.sleep(fault.milliseconds / 1000)
    said = await run_sync(say)
    await run_sync(_answered, authority, place)
    if fault is None or fault.kind == "slow":
        return [authority.keys.sign(said.kind, each) for each in said.payloads]
    return _TORN if fault.kind == "malformed" else await run_sync(_spoilt, authority, fault, said)


def licences_of(authority: Authority, type_code: str, holder: str) -> Said:
    with authority.database.reading() as session:
        return Said(LICENCE, [licence(each) for each in store.by_holder(session, type_code, holder)])


def licence_by_id(authority: Authority, id_: str) -> Said:
    with authority.database.reading() as session:
        row = store.by_id(session, id_)
    return Said(LICENCE, [licence(row)] if row else [])


def check_of(authority: Authority, check: str, holder: str) -> Said:
    """Raises `Silent`."""
    with authority.database.reading() as session:
        row = store.register_entry(session, check, holder)
    if row is not None and row.silent:
        raise Silent
    return Said(ANSWER, [register_answer(authority.issuer, check, holder, row, authority.today)])


def type_of(authority: Authority, code: str) -> str:
    """The id by which faults know a type code, or a check."""
    return authority.types.get(code, code)


def _spoilt(authority: Authority, fault: Fault, said: Said) -> list[str]:
    payloads = list(said.payloads)
    if fault.kind == "wrong-holder":
        payloads = [each | _another(authority, each["holder_code"]) for each in payloads]
    if fault.kind == "expired":
        ended = (authority.today - timedelta(days=1)).isoformat()
        payloads = [each | {"valid_until": ended} for each in payloads]
    if fault.kind == "several":
        payloads += [_second(each) for each in payloads]
    if fault.kind == "forged":
        other = new_key(authority.issuer, authority.keys.current)
        return [signed(other, said.kind, each) for each in payloads]
    if fault.kind == "unknown-key":
        other = new_key(authority.issuer)
        return [signed(other, said.kind, each) for each in payloads]
    return [authority.keys.sign(said.kind, each) for each in payloads]


def _another(authority: Authority, holder: str) -> dict[str, str]:
    with authority.database.reading() as session:
        row = store.another_holder(session, holder)
    assert row is not None
    return {"holder_code": row.holder_code, "holder_name": row.holder_name}


def _second(payload: dict[str, Any]) -> dict[str, Any]:
    """The same licence again under the next serial number; a register answers the same twice."""
    if payload["licence_id"] is None:
        return dict(payload)
    *_, type_code, issuer, serial, version, _ = payload["licence_id"].split(".")
    return payload | {"licence_id": licence_id(type_code, issuer, str(int(serial) + 1), version)}


def _received(authority: Authority, operation: str, type_: str, about: str, use_cause: str) -> int:
    row = RequestRow(operation=operation, type=type_, about=about, use_cause=use_cause, received_at=authority.now())

    def keep(session: Any) -> int:
        session.add(row)
        session.flush()
        assert row.id is not None
        return row.id

    return authority.database.write(keep)


def _answered(authority: Authority, place: int) -> None:
    authority.database.write(
        lambda session: setattr(session.get_one(RequestRow, place), "answered_at", authority.now())
    )
