"""What a case comes to on what a person settled and judged: its ruleset run again, for the day it was decided for. Keeps nothing.

A person never says an amount, nor what the case comes to: they say what they found, and the ruleset does the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import orjson
from sqlmodel import Session

from engine.decision.decide import Decision
from engine.decision.judging import may_be_judged
from engine.decision.problems import Gap
from engine.decision.receipt import Receipt
from engine.decision.strict_json import canonical, jsonable
from service.cases import store
from service.cases.settled import SettledFact, with_settled
from service.cases.tables import CaseRow
from service.problems import Problem
from service.rulesets import Prepared
from service.state import Service


@dataclass(frozen=True, slots=True)
class JudgedCondition:
    """`condition`: its id, or that of a written review, which `pass` settles."""

    condition: str
    outcome: Literal["pass", "fail"]
    reason: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What a person found."""

    settled: Sequence[SettledFact] = ()
    judged: Sequence[JudgedCondition] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """`failed`: what a refusal can rest on. `grant`: what an approval gives, as a receipt has it. Without a ruleset `decision` is None."""

    day: date
    prepared: Prepared | None
    decision: Decision | None
    receipt: Receipt | None
    document: Mapping[str, Any]
    failed: tuple[str, ...]

    @property
    def conclusion(self) -> str:
        return "review" if self.decision is None else self.decision.conclusion

    @property
    def grant(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.document["grant"]
        return found

    @property
    def can_approve(self) -> bool:
        return self.decision is None or self.decision.conclusion == "approve"


def coming_to(service: Service, session: Session, case: CaseRow, findings: Findings) -> Outcome:
    """Raises `Problem` where something was settled that cannot be, or judged that may not be."""
    base = orjson.loads(store.rules_receipt(session, case.number).body)
    day = date.fromisoformat(base["decided_for"])
    if base["ruleset"] is None or base["ruleset_hash"] is None:
        if findings.settled or findings.judged:
            raise Problem("nothing-to-settle")
        return Outcome(day, None, None, None, base, ())
    prepared = service.rulesets.by_hash(base["ruleset_hash"])
    if prepared is None:
        raise Problem("ruleset-gone", ruleset=base["ruleset"])
    given = {name: value for name, value in base["facts"].items() if name != "judged"}
    if findings.settled:
        given = with_settled(prepared.compiled, given, day, findings.settled)
    decision = _judged(prepared, given, day, findings.judged)
    receipt = prepared.receipts.write(decision)
    added = {name: base[name] for name in ("acting", "situation") if name in base}
    document = orjson.loads(receipt.body) | added
    return Outcome(day, prepared, decision, receipt, document, _failed(decision, findings.judged))


def grants_of(outcome: Outcome) -> Mapping[str, Any]:
    """Typed: what `second_person_above` is held against."""
    return {} if outcome.decision is None else outcome.decision.grant


def as_kept(findings: Findings) -> tuple[str, str]:
    """What was settled and what was judged, as JSON."""
    settled = [{"evidence": each.evidence, "attribute": each.attribute, "value": jsonable(each.value), "reason": each.reason,
                "place": each.place} for each in findings.settled]  # fmt: skip
    judged = [{"condition": each.condition, "outcome": each.outcome, "reason": each.reason} for each in findings.judged]
    return canonical(settled).decode(), canonical(judged).decode()


def _judged(prepared: Prepared, given: Mapping[str, Any], day: date, judged: Sequence[JudgedCondition]) -> Decision:
    """Conditions are held against what was settled, written reviews against what was settled and judged."""
    compiled = prepared.compiled
    decision = compiled.decide(compiled.read(given, day))
    if not judged:
        return decision
    outcomes = dict(zip(compiled.ids, decision.outcomes, strict=True))
    written = {each.id for each in compiled.ruleset.conclusions}
    gaps: list[Gap] = []
    for place, each in enumerate(judged):
        path = f"judged.{place}.condition"
        if each.condition in {other.condition for other in judged[:place]}:
            gaps.append(Gap(path, "judged-twice", params={"name": each.condition}))
        elif each.condition not in outcomes and each.condition not in written:
            gaps.append(Gap(path, "unknown-fact", params={"name": each.condition}))
        elif each.condition in outcomes and not may_be_judged(compiled.ruleset.conditions[each.condition], outcomes[each.condition]):
            gaps.append(Gap(path, "not-to-judge", params={"name": each.condition}))
    if gaps:
        raise Problem("invalid-request", gaps=gaps)
    on_conditions = {each.condition: each.outcome for each in judged if each.condition in outcomes}
    decision = compiled.decide(compiled.read({**given, "judged": on_conditions}, day))
    for place, each in enumerate(judged):
        if each.condition in written and each.condition not in decision.causes:
            raise Problem("invalid-request", gaps=[Gap(f"judged.{place}.condition", "not-to-judge", params={"name": each.condition})])
    if len(on_conditions) == len(judged):
        return decision
    return compiled.decide(compiled.read({**given, "judged": {each.condition: each.outcome for each in judged}}, day))


def _failed(decision: Decision, judged: Sequence[JudgedCondition]) -> tuple[str, ...]:
    conditions = decision.ruleset.conditions
    counting = {conditions[place].id for place in decision.ruleset.counting}
    written = {each.id for each in decision.ruleset.ruleset.conclusions}
    failed = [each.id for each, outcome in zip(conditions, decision.outcomes, strict=True)
              if outcome == "fail" and each.id in counting]  # fmt: skip
    failed += [f"evidence.{each.name}" for each in decision.shortfalls if each.outcome == "fail"]
    return (*failed, *(each.condition for each in judged if each.condition in written and each.outcome == "fail"))
