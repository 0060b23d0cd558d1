"""Decides one application and writes its receipt: what the ruleset concludes, and what the situation lets it conclude alone.

Where a person has to confirm what the ruleset concluded, the conclusion is review and `proposed` says what it was. The
receipt's hash is over the conclusion that was given.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import orjson

from engine.catalogue import Situation
from engine.decision.facts import Facts
from engine.decision.no_ruleset import write_no_ruleset
from engine.decision.strict_json import canonical
from service.cases.acted import Acted, right_of
from service.cases.applicant_copy import withheld_from
from service.cases.states import Status
from service.database import Guard
from service.evidence.actions import Gathered, Purpose, Use, gather
from service.materials import actions as materials
from service.materials.actions import HandedIn, Met
from service.policies.following import Unchanged
from service.rulesets import Prepared
from service.state import Service

_STATUSES: Mapping[str, Status] = {"approve": "approved", "reject": "rejected", "review": "in_review"}
PASSING = frozenset({"timed-out", "unreachable", "down", "circuit-open", "deadline", "failed"})
"""Reasons for missing evidence that may be over soon."""


@dataclass(frozen=True, slots=True)
class Decided:
    """`receipt`: canonical JSON, complete. `withheld`: what the applicant's copy leaves out beside `approver_only`.

    `materials`: how each is met. `uses`: every use of evidence, also for materials alone.
    `waits_for`: evidence without which nothing but waiting stands in the way of a conclusion; empty where something else does.
    `guard`: what has to hold when it is kept. `causes`: of a review, as the ruleset names them.
    """

    conclusion: str
    proposed: str | None
    queue: str | None
    ruleset: str | None
    ruleset_hash: str | None
    receipt: bytes
    hash: str
    withheld: tuple[str, ...]
    waits_for: frozenset[str]
    gathered: Gathered | None = None
    guard: Guard | None = None
    materials: tuple[Met, ...] = ()
    uses: tuple[Use, ...] = ()
    causes: tuple[str, ...] = ()

    def status(self, situation: Situation) -> Status:
        if self.waits_for and situation.awaiting_evidence.count:
            return "awaiting_evidence"
        return _STATUSES[self.conclusion]


def gather_and_decide(
    service: Service, prepared: Prepared | None, situation: Situation, given: Mapping[str, Any], day: date, number: str,
    handed: HandedIn, asking: Facts | None = None, confirmed: bool = False, acted: Acted | None = None,
    client: str | None = None,
) -> Decided:  # fmt: skip
    """`given`: facts that hold no evidence and no materials yet; `handed`: what is handed in for materials;
    `asking`: the same facts as they were read, where they were; `confirmed`: whether a person has the last word anyway; `acted`: who
    acts for the applicant; `client`: the machine client that asks. Raises `InvalidFacts`.
    """
    about = situation.id, service.department_of(situation)
    purpose = Purpose(f"{service.title(situation.id)}（{number}）", number, right=right_of(acted), about=about, client=client)
    gathered = None
    if prepared is not None:
        gathered = gather(service.sources, prepared.compiled, asking or prepared.compiled.read(given, day), purpose)
    meeting = materials.meet_all(service, situation, given["applicant"], handed, purpose, day, prepared, gathered)
    known = {**given, "materials": materials.as_facts(meeting.materials)}
    if prepared is None or gathered is None:
        decided = decide_without_ruleset(situation, known, day, acted)
        return replace(decided, materials=meeting.materials, uses=meeting.uses)
    facts = prepared.compiled.read({**known, "evidence": gathered.answers}, day)
    decided = decide(prepared, situation, facts, gathered, confirmed, acted)
    return replace(decided, materials=meeting.materials, uses=(*gathered.uses, *meeting.uses))


def decide(
    prepared: Prepared, situation: Situation, facts: Facts, gathered: Gathered | None = None, confirmed: bool = False,
    acted: Acted | None = None,
) -> Decided:  # fmt: skip
    decision = prepared.compiled.decide(facts)
    by_person = prepared.stopped or confirmed or needs_a_person(situation, decision.conclusion)
    proposed = decision.conclusion if by_person and decision.conclusion != "review" else None
    if proposed:
        decision = decision.left_to_a_person()
    if prepared.stopped:
        decision = decision.stopped()
    receipt = prepared.receipts.write(decision)
    added = {"situation": situation.id} | ({"proposed": proposed} if proposed else {}) | _acting(acted)
    document = orjson.loads(receipt.body) | added
    down = {each.evidence for each in gathered.shortfalls if each.reason in PASSING} if gathered else set()
    ruleset = prepared.compiled.ruleset
    return Decided(
        conclusion=decision.conclusion,
        proposed=proposed,
        queue=decision.queue,
        ruleset=ruleset.reference,
        ruleset_hash=ruleset.hash,
        receipt=canonical(document),
        hash=receipt.hash,
        withheld=withheld_from(prepared.compiled),
        waits_for=frozenset(down) if down and not proposed and _only_waits(document, down) else frozenset(),
        gathered=gathered,
        guard=Unchanged(prepared.generation),
        causes=decision.causes,
    )


def needs_a_person(situation: Situation, conclusion: str) -> bool:
    """What burdens someone is never concluded by rules alone; a refusal only where the catalogue says so."""
    if conclusion == "review":
        return False
    return situation.effect == "burden" or (conclusion == "reject" and situation.automatic != "approve-or-reject")


def decide_without_ruleset(situation: Situation, facts: Mapping[str, Any], day: date, acted: Acted | None = None) -> Decided:
    """A situation without a ruleset: review, with a receipt of the same shape."""
    receipt = write_no_ruleset(None, facts, day)
    body = canonical(orjson.loads(receipt.body) | {"situation": situation.id} | _acting(acted))
    return Decided("review", None, "general", None, None, body, receipt.hash, (), frozenset())


def _acting(acted: Acted | None) -> dict[str, Acted]:
    return {} if acted is None else {"acting": acted}


def _only_waits(receipt: Mapping[str, Any], down: Collection[str]) -> bool:
    """Whether every cause of a review is that these sources are silent."""
    if receipt["conclusion"] != "review" or not receipt["causes"]:
        return False
    unknown = {each["condition"]: each["sources"] for each in receipt["reasons"] if each["outcome"] == "unknown"}
    return all(
        cause.startswith("grant.")
        or (cause.startswith("evidence.") and cause.removeprefix("evidence.") in down)
        or not {*unknown.get(cause, ())}.isdisjoint(down)
        for cause in receipt["causes"]
    )
