"""What an applicant holds of a type of evidence: as an application's rules found it, or looked up where no rules ask for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from engine.decision.decide import CompiledRuleset
from engine.decision.evidence import REFUSING, WITHOUT_END, Judge, Judgement
from engine.ruleset.model import EvidenceType
from service.evidence import uses
from service.evidence.providers.interface import Question
from service.evidence.sources import Sources
from service.evidence.uses import Asked, Purpose, Use

State = Literal["held", "none", "unknown", "unneeded"]
_WORST: tuple[State, ...] = ("unknown", "none", "held", "unneeded")


@dataclass(frozen=True, slots=True)
class Holding:
    """`none`: there definitely is none that may be relied on, for `why` (`none`, `expired`, `revoked`, `cancelled`); `unknown`: the
    source did not tell, for `why`. `unneeded`: the rules do not need it. `valid_until`: None where it has no end.
    """

    type: EvidenceType
    state: State
    why: str | None = None
    issued_on: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class LookedUp:
    """By type, with the uses to be kept on record."""

    holdings: Mapping[str, Holding]
    uses: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class Attested:
    """What one licence says of its holder; `attributes` where it is held, typed."""

    state: State
    attributes: Mapping[str, Any]


def found_by_rules(
    ruleset: CompiledRuleset, values: Mapping[str, Any], judged: Mapping[str, Judgement], unasked: Iterable[str]
) -> Mapping[str, Holding]:
    """For each type that the ruleset asks for, the worst of what it asked for of it."""
    left_out = set(unasked)
    found: dict[str, Holding] = {}
    for settler in ruleset.settlers:
        type_ = settler.evidence.type
        required = settler.required(dict(values), []) if settler.required else bool(settler.evidence.required)
        if settler.name in left_out:
            holding = Holding(type_, "unneeded")
        else:
            holding = _judged(type_, judged[settler.name])
            if required is False and holding.state == "none":
                holding = Holding(type_, "unneeded", holding.why)
        other = found.get(type_.id)
        if other is None or _WORST.index(holding.state) < _WORST.index(other.state):
            found[type_.id] = holding
    return found


def look_up(
    sources: Sources, types: Sequence[EvidenceType], subject: str, name: str | None, purpose: Purpose, today: date
) -> LookedUp:
    """What `subject` holds of these types, all asked at once, by the right that the purpose names."""
    if not types:
        return LookedUp({}, ())
    judged, used = _asked(sources, types, subject, name, purpose, today)
    return LookedUp({type_: holding for type_, (holding, _) in judged.items()}, used)


def attested(sources: Sources, type_: EvidenceType, subject: str, purpose: Purpose, today: date) -> Attested:
    """What a licence of this type says of its holder, whose name is not known; the use is on record when it answers."""
    judged, used = _asked(sources, [type_], subject, None, purpose, today)
    sources.database.insert(uses.rows(used, None))
    holding, attributes = judged[type_.id]
    return Attested(holding.state, attributes if holding.state == "held" else {})


def _asked(
    sources: Sources, types: Sequence[EvidenceType], subject: str, name: str | None, purpose: Purpose, today: date
) -> tuple[dict[str, tuple[Holding, Mapping[str, Any]]], tuple[Use, ...]]:
    """By type, what is held and what it says."""
    asked = [Asked(each.id, each, subject, purpose.right, purpose, sources.now()) for each in types]
    rows = [uses.intended(each) for each in asked]
    if sources.provider.outside:  # committed before anything leaves, so that a crash cannot lose the record of a use
        sources.database.insert(rows)
    within = min(sources.settings.source_deadline, sources.settings.evidence_deadline)
    replies = sources.provider.ask([Question(each, subject, name, purpose.text, today) for each in types], within)
    now = sources.now()
    found: dict[str, tuple[Holding, Mapping[str, Any]]] = {}
    used = []
    for type_, question, reply, row in zip(types, asked, replies, rows, strict=True):
        judge = Judge(type_)
        judged = judge.judge(judge.reader.read(reply.answer), subject, today)
        holding = _judged(type_, judged)
        if holding.state == "unknown" and reply.reason:
            holding = Holding(type_, "unknown", reply.reason)
        found[type_.id] = holding, judged.attributes
        reason = reply.reason or (None if holding.state == "held" or reply.result != "answered" else holding.why)
        used.append(Use(question, reply, reason, now, row, sources.provider.outside))
    return found, tuple(used)


def _judged(type_: EvidenceType, judged: Judgement) -> Holding:
    if judged.usable:
        until = None if judged.valid_until == WITHOUT_END else judged.valid_until
        return Holding(type_, "held", None, judged.issued_on, until)
    if judged.problem is None and judged.status in REFUSING:
        return Holding(type_, "none", judged.status)
    return Holding(type_, "unknown", judged.problem or judged.status)
