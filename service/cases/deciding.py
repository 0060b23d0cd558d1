"""Decides one application and writes its receipt: what the ruleset concludes, and what the situation lets it conclude alone.

Where a person has to confirm what the ruleset concluded, the conclusion is review and `proposed` says what it was. The
receipt's hash is over the conclusion that was given.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import orjson

from engine import __version__
from engine.catalogue import Situation
from engine.decision.facts import Facts
from engine.decision.receipt import HASHED, canonical
from engine.decision.strict_json import jsonable
from service.cases.applicant_copy import withheld_from
from service.rulesets import Prepared

NO_RULESET = "no-ruleset"
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
        decision = replace(decision, conclusion="review", queue="general")
    receipt = prepared.receipts.write(decision)
    added = {"situation": situation.id} | ({"proposed": proposed} if proposed else {})
    return Decided(
        conclusion=decision.conclusion,
        proposed=proposed,
        queue=decision.queue,
        ruleset=prepared.compiled.ruleset.reference,
        receipt=canonical(orjson.loads(receipt.body) | added),
        hash=receipt.hash,
        withheld=withheld_from(prepared.compiled),
    )


def needs_a_person(situation: Situation, conclusion: str) -> bool:
    """What burdens someone is never concluded by rules alone; a refusal only where the catalogue says so."""
    if conclusion == "review":
        return False
    return situation.effect == "burden" or (conclusion == "reject" and situation.automatic != "approve-or-reject")


def leave_to_a_person(situation: Situation, facts: Mapping[str, Any], day: date) -> Decided:
    """A situation without a ruleset: review, with a receipt of the same shape."""
    receipt: dict[str, Any] = {
        "approver_only": ["case.draw"], "causes": [NO_RULESET], "conclusion": "review", "decided_for": day.isoformat(),
        "diagnostics": [], "engine": __version__, "evidence": [], "facts": jsonable(dict(facts)), "fired": NO_RULESET,
        "follow_up": [], "grant": {}, "missing": [], "queue": "general", "reasons": [], "ruleset": None,
        "ruleset_hash": None, "situation": situation.id,
    }  # fmt: skip
    hashed = {name: receipt.get(name, {}) for name in HASHED}
    receipt["receipt_hash"] = "sha256:" + hashlib.sha256(canonical(hashed)).hexdigest()
    return Decided("review", None, "general", None, canonical(receipt), receipt["receipt_hash"], ())
