"""What somebody holds, for their own wallet: everything in the embedded tables, or what a repository answers when it is asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from engine.decision.evidence import RESERVED
from engine.ruleset.model import EvidenceType
from service.evidence import store, uses
from service.evidence.providers.interface import UNAVAILABLE, Question
from service.evidence.sources import Sources
from service.evidence.uses import Asked, Purpose, Use

PURPOSE = "本人查看电子证照"


@dataclass(frozen=True, slots=True)
class Held:
    """A licence that somebody else issued."""

    id: str
    type: str
    status: str
    issued_on: date
    valid_until: date | None
    attributes: dict[str, Any]


def held_by(
    sources: Sources, types: Iterable[EvidenceType], holder: str, today: date, fetch: bool, right: str = "holder",
    client: str | None = None,
) -> tuple[Sequence[Held], Sequence[str]]:
    """The holder's licences, and the types of which that could not be told. `fetch`: whether what is outside may be asked;
    `right`: by which it is; `client`: the machine client that asks.
    """
    if not sources.provider.outside:
        with sources.database.reading() as session:
            rows = store.licences_of(session, holder)
        return [
            Held(f"{each.type}-{each.id}", each.type, each.status, each.issued_on, each.valid_until, orjson.loads(each.attributes))
            for each in rows
        ], ()
    return _fetched(sources, list(types), holder, today, Purpose(PURPOSE, right=right, client=client)) if fetch else ((), ())


def _fetched(
    sources: Sources, types: Sequence[EvidenceType], holder: str, today: date, purpose: Purpose
) -> tuple[Sequence[Held], Sequence[str]]:
    asked = [Asked("wallet", each, holder, purpose.right, purpose, sources.now()) for each in types]
    rows = [uses.intended(each) for each in asked]
    sources.database.insert(rows)
    questions = [Question(each, holder, None, purpose.text, today) for each in types]
    replies = sources.provider.ask(questions, sources.settings.evidence_deadline)
    now = sources.now()
    done = [Use(one, reply, reply.reason, now, row, True) for one, reply, row in zip(asked, replies, rows, strict=True)]
    sources.database.insert(uses.rows(done, None))
    found: list[Held] = []
    for type_, reply in zip(types, replies, strict=True):
        answers = reply.answer if isinstance(reply.answer, list) else [reply.answer]
        told = [each for each in answers if isinstance(each, dict) and "issued_on" in each]
        for place, each in enumerate(told):
            named = reply.licences[place].split(" ")[0] if place < len(reply.licences) else f"{type_.id}-{place}"
            until = each.get("valid_until")
            attributes = {name: value for name, value in each.items() if name not in RESERVED}
            found.append(Held(named, type_.id, each["status"], date.fromisoformat(each["issued_on"]),
                              date.fromisoformat(until) if until else None, attributes))  # fmt: skip
    return found, [each.id for each, reply in zip(types, replies, strict=True) if reply.answer == UNAVAILABLE]
