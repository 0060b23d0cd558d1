"""What a person settles of a case's evidence, laid over what the sources answered.

An answer about the right person, rightly signed, is corrected name by name. Anything else (no answer, several, a forged one, one
about somebody else) is replaced: then only what the person settled is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.decision.compiler import Log
from engine.decision.decide import CompiledRuleset
from engine.decision.problems import Gap
from engine.decision.settling import EvidenceSettler, Settled
from engine.decision.typing import Unchecked, WrongType, read_date
from engine.ruleset.namespace import STATUSES
from service.problems import Problem

_DATES = ("issued_on", "valid_until")
SETTLED_OF_A_LICENCE = ("status", *_DATES)
"""What may be settled of evidence beside its attributes; a status of `none` says that there is none."""


@dataclass(frozen=True, slots=True)
class SettledFact:
    """One fact, with why the person is sure of it. `place`: which one of a list of evidence, from 0."""

    evidence: str
    attribute: str
    value: Any
    reason: str
    place: int | None = None


def with_settled(ruleset: CompiledRuleset, given: Mapping[str, Any], day: date, settled: Sequence[SettledFact]) -> dict[str, Any]:
    """The facts with what was settled. Raises `Problem` with every entry that settles nothing."""
    laying = _Laying(ruleset, given, day)
    gaps = [gap for place, each in enumerate(settled) if (gap := laying.lay(f"settled.{place}", each)) is not None]
    if gaps:
        raise Problem("invalid-request", gaps=gaps)
    return {**given, "evidence": laying.answers}


def judgements(ruleset: CompiledRuleset, given: Mapping[str, Any], day: date) -> tuple[Mapping[str, Settled], Mapping[str, Any]]:
    """What is known of each evidence of these facts, and every fact by path."""
    facts = ruleset.read(given, day)
    values, log = dict(facts.values), list[tuple[str, str]]()
    return {each.name: each.settle(values, facts, log) for each in ruleset.settlers}, values


class _Laying:
    def __init__(self, ruleset: CompiledRuleset, given: Mapping[str, Any], day: date) -> None:
        self.settlers = {each.name: each for each in ruleset.settlers}
        self.judged, self.values = judgements(ruleset, given, day)
        self.answers: dict[str, Any] = dict(given.get("evidence") or {})
        self.begun: set[tuple[str, int | None]] = set()

    def lay(self, path: str, fact: SettledFact) -> Gap | None:
        """What is wrong with it, or None once it is laid over the answers."""
        settler = self.settlers.get(fact.evidence)
        if settler is None:
            return Gap(f"{path}.evidence", "unknown-fact", params={"name": fact.evidence})
        if gap := _wrong(path, settler, fact):
            return gap
        if not settler.is_list:
            if fact.place is not None:
                return Gap(f"{path}.place", "unknown-fact", params={"name": "place"})
            self.answers[settler.name] = self._laid(fact, self.answers.get(settler.name))
            return None
        members = self._members(settler)
        if fact.place is None or not 0 <= fact.place < len(members) + settler.evidence.all:
            return Gap(f"{path}.place", "missing", params={"name": "place"})
        members += ["unavailable"] * (fact.place + 1 - len(members))
        members[fact.place] = self._laid(fact, members[fact.place])
        self.answers[settler.name] = members
        return None

    def _members(self, settler: EvidenceSettler) -> list[Any]:
        """The answers of a list of evidence, one for each member."""
        answer = self.answers.get(settler.name)
        if settler.members is None:
            return list(answer) if isinstance(answer, list) else [answer] if isinstance(answer, dict) else []
        log: Log = []
        members = settler.members(self.values, log) or ()
        fits = isinstance(answer, list) and len(answer) == len(members)
        return list(answer) if fits and isinstance(answer, list) else ["unavailable"] * len(members)

    def _laid(self, fact: SettledFact, answer: Any) -> Any:
        key = (fact.evidence, fact.place)
        if key not in self.begun and not self._is_sound(fact.evidence, answer):
            answer = {}
        self.begun.add(key)
        if fact.attribute == "status" and fact.value == "none":
            return "none"
        return {**(answer if isinstance(answer, dict) else {}), fact.attribute: fact.value}

    def _is_sound(self, evidence: str, answer: Any) -> bool:
        if not isinstance(answer, dict):
            return False
        if self.settlers[evidence].is_list:
            return answer.get("signature_valid", True) is True and "holder" not in answer
        return self.judged[evidence].judgement.problem not in ("signature", "holder")


def _wrong(path: str, settler: EvidenceSettler, fact: SettledFact) -> Gap | None:
    """What is wrong with the attribute or its value."""
    value = f"{path}.value"
    if fact.attribute == "status":
        return None if fact.value in STATUSES else Gap(value, "not-choice", params={"choices": "、".join(STATUSES)})
    read = next((read for name, _, read in settler.judge.reader.readers if name == fact.attribute), None)
    if fact.attribute in _DATES:
        read = _day
    if read is None:
        return Gap(f"{path}.attribute", "unknown-fact", params={"name": fact.attribute})
    if fact.value is None:
        return Gap(value, "missing")
    try:
        _, ill_typed = read(fact.value)
    except WrongType as wrong:
        first = wrong.wrongs[0]
        return Gap(value + first.path, first.code, params=first.params)
    except Unchecked:
        return Gap(value, "pattern")
    return Gap(value, "not-object") if ill_typed else None


def _day(given: Any) -> tuple[date, bool]:
    return read_date(given), False
