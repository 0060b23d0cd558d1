"""Gathers the evidence of an application: whose may be asked for, what was answered, and the record of having asked.

Evidence is asked for in order of dependence. What cannot be fetched, or may not be, is unavailable and never an error.
Fetched are the applicant's own, and that of persons whom a clause makes it a duty to check (`ground: duty`); grounds that
need a proof of their own (mandate, guardian, household) cannot be proved yet, so theirs is unavailable.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from engine.decision.decide import CompiledRuleset
from engine.decision.evidence import Judgement
from engine.decision.facts import Facts
from engine.decision.settling import EvidenceSettler
from engine.decision.strict_json import read_json
from engine.ruleset.model import Evidence, EvidenceType
from service.evidence import store
from service.evidence.tables import LicenceRow, LicenceUseRow, RegisterRow

UNAVAILABLE = "unavailable"
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Use:
    """One question that was asked. `answer`: `answered`, `none` or `unavailable`."""

    evidence: str
    type: EvidenceType
    subject: str
    answer: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """`answers`: the `evidence` of the facts. `values`: every fact that is known with it, by path. `judged`: by name."""

    answers: Mapping[str, Any]
    values: Mapping[str, Any]
    judged: Mapping[str, Judgement]
    uses: tuple[Use, ...]


def gather(session: Session, ruleset: CompiledRuleset, facts: Facts, only: frozenset[str] | None = None) -> Gathered:
    """Everything the ruleset asks for, or `only` some of it, for facts that hold no evidence yet."""
    gathering = _Gathering(session, facts)
    for settler in ruleset.settlers:
        if only is None or settler.name in only:
            gathering.ask(settler)
    return Gathered(gathering.given, gathering.values, gathering.judged, tuple(gathering.uses))


def record_uses(session: Session, case_id: int, uses: Sequence[Use], at: datetime) -> None:
    session.add_all(
        LicenceUseRow(
            case_id=case_id, evidence=use.evidence, kind=use.type.kind, type=use.type.id, subject=use.subject,
            answer=use.answer, at=at,
        )
        for use in uses
    )  # fmt: skip


def seed(session: Session, licences: Sequence[Mapping[str, Any]], registers: Sequence[Mapping[str, Any]]) -> None:
    """Puts the demo people's licences and register entries into the embedded provider."""
    session.add_all(LicenceRow(**{**each, "attributes": _json(each["attributes"])}) for each in licences)
    session.add_all(RegisterRow(**{**each, "attributes": _json(each.get("attributes", {}))}) for each in registers)


def of_another(evidence: Evidence) -> bool:
    """Whether it is, or may be, about somebody other than the applicant."""
    return evidence.of is not None


class _Gathering:
    """The evidence of one application so far; settled as it comes, for later evidence may depend on it."""

    def __init__(self, session: Session, facts: Facts) -> None:
        self.session = session
        self.facts = facts
        self.values = dict(facts.values)
        self.given: dict[str, Any] = {}
        self.typed: dict[str, Any] = {}
        self.judged: dict[str, Judgement] = {}
        self.uses: list[Use] = []

    def ask(self, settler: EvidenceSettler) -> None:
        asked = settler.asked is None or settler.asked(self.values, []) is not False
        answer = self._answer(settler) if asked and _permitted(settler.evidence) else None
        if answer is not None:
            self.given[settler.name] = answer
            self.typed[settler.name] = settler.judge.reader.read(answer)
        settled = settler.settle(self.values, replace(self.facts, answers=self.typed), [])
        self.judged[settler.name] = settled.judgement

    def _answer(self, settler: EvidenceSettler) -> Any:
        """None where nobody can be asked about."""
        if settler.members is None:
            subject = self._subject(settler, self.values)
            return None if subject is None else self._fetch(settler.evidence, subject)
        members = settler.members(self.values, [])
        if members is None:
            return None
        answers = []
        for member in members:
            subject = self._subject(settler, {**self.values, "item": member})
            answer = UNAVAILABLE if subject is None else self._fetch(settler.evidence, subject)
            answers.append(UNAVAILABLE if isinstance(answer, list) else answer)  # several for one member: none is taken
        return answers

    def _subject(self, settler: EvidenceSettler, values: dict[str, Any]) -> str | None:
        found: str | None = values["applicant.number"] if settler.holder is None else settler.holder(values, [])
        return found

    def _fetch(self, evidence: Evidence, subject: str) -> Any:
        try:
            if evidence.type.kind == "licence":
                answer = _licences(self.session, evidence.type.id, subject)
            else:
                answer = _register(self.session, evidence.type.id, subject, self.facts.today)
        except (SQLAlchemyError, ValueError) as error:
            _logger.error("evidence %s could not be fetched: %s", evidence.type.id, type(error).__name__)
            answer = UNAVAILABLE
        said = answer if isinstance(answer, str) else "answered"
        self.uses.append(Use(evidence.name, evidence.type, subject, said))
        return answer


def _permitted(evidence: Evidence) -> bool:
    return not of_another(evidence) or (evidence.ground or "").startswith("duty")


def _licences(session: Session, type_: str, holder: str) -> Any:
    found = [
        {
            **read_json(each.attributes),
            "holder": each.holder,
            "status": each.status,
            "issued_on": each.issued_on.isoformat(),
            **({"valid_until": each.valid_until.isoformat()} if each.valid_until else {}),
        }
        for each in store.licences(session, type_, holder)
    ]
    return "none" if not found else found[0] if len(found) == 1 else found


def _register(session: Session, check: str, subject: str, today: date) -> Any:
    entry = store.register_entry(session, check, subject)
    if entry is None:
        return "none"
    if entry.silent:
        return UNAVAILABLE
    return {**read_json(entry.attributes), "holder": subject, "issued_on": today.isoformat()}


def _json(attributes: Mapping[str, Any]) -> str:
    return orjson.dumps(attributes).decode()
