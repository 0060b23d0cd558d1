"""Decides one application and writes its receipt: what the ruleset concludes, and what the situation lets it conclude alone.

Where a person has to confirm what the ruleset concluded, the conclusion is review and `proposed` says what it was. The
receipt's hash is over the conclusion that was given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from engine.catalogue import Situation
from engine.decision.facts import Facts
from engine.decision.no_ruleset import write_no_ruleset
from engine.decision.strict_json import canonical
from service.cases.applicant_copy import withheld_from
from service.rulesets import Prepared

STATUSES = {"approve": "approved", "reject": "rejected", "review": "in_review"}


@dataclass(frozen=True, slots=True)
class Decided:
    """`receipt`: canonical JSON, complete. `withheld`: what the applicant's copy leaves out beside `approver_only`."""

    conclusion: str
    proposed: str | None
    queue: str | None
    ruleset: str | None
    receipt: bytes
    hash: str
    withheld: tuple[str, ...]

    @property
    def status(self) -> str:
        return STATUSES[self.conclusion]


def decide(prepared: Prepared, situation: Situation, facts: Facts) -> Decided:
    decision = prepared.compiled.decide(facts)
    proposed = decision.conclusion if needs_a_person(situation, decision.conclusion) else None
    if proposed:
        decision = decision.left_to_a_person()
    receipt = prepared.receipts.write(decision)
    added = {"situation": situation.id} | ({"proposed": proposed} if proposed else {})
    return Decided(
        conclusion=decision.conclusion,
        proposed=proposed,
        queue=decision.queue,
        ruleset=prepared.compiled.ruleset.reference,
        receipt=_with(receipt.body, added),
        hash=receipt.hash,
        withheld=withheld_from(prepared.compiled),
    )


def needs_a_person(situation: Situation, conclusion: str) -> bool:
    """What burdens someone is never concluded by rules alone; a refusal only where the catalogue says so."""
    if conclusion == "review":
        return False
    return situation.effect == "burden" or (conclusion == "reject" and situation.automatic != "approve-or-reject")


def decide_without_ruleset(situation: Situation, facts: Mapping[str, Any], day: date) -> Decided:
    """A situation without a ruleset: review, with a receipt of the same shape."""
    receipt = write_no_ruleset(None, facts, day)
    return Decided("review", None, "general", None, _with(receipt.body, {"situation": situation.id}), receipt.hash, ())


def _with(body: bytes, added: Mapping[str, str]) -> bytes:
    return canonical(orjson.loads(body) | added)
