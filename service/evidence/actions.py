"""Gathers the evidence of an application: whose may be asked for, what was answered, and the record of having asked.

    what depends on nothing unsettled -> whose -> by what right -> intent on record -> all asked at once -> settled -> the next

What cannot be fetched, or may not be, is unavailable and never an error. One deadline holds for all of it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from sqlmodel import Session

from engine.decision.decide import CompiledRuleset
from engine.decision.evidence import Judgement
from engine.decision.facts import Facts
from engine.decision.settling import EvidenceSettler
from engine.ruleset.model import Evidence
from service.clients.actions import names_of
from service.evidence import store, uses
from service.evidence.grounds import authorisation, households
from service.evidence.holdings import Attested, Holding, LookedUp, attested, found_by_rules, look_up
from service.evidence.models import LicenceUse, LicenceUses
from service.evidence.providers.interface import UNAVAILABLE, Question, Reply, unavailable
from service.evidence.sources import Sources
from service.evidence.tables import LicenceAnswerRow, LicenceRow, LicenceUseRow, RegisterRow
from service.evidence.uses import Asked, Purpose, Use
from service.evidence.wallet import Held, held_by
from service.mandates.standing import standing

use_rows = uses.rows
__all__ = [
    "AskedForCase",
    "Attested",
    "Gathered",
    "Held",
    "Holding",
    "LicenceUses",
    "LookedUp",
    "Purpose",
    "Shortfall",
    "Use",
    "asked_for",
    "attested",
    "gather",
    "held_by",
    "look_up",
    "of_another",
    "seed",
    "use_rows",
    "uses_of",
    "uses_of_type",
]


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Evidence that is not usable: what was to say it, and why it does not."""

    evidence: str
    type: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """`answers`: the `evidence` of the facts. `values`: every fact that is known with it, by path. `judged`: by name.
    `holdings`: by type, for what the whole ruleset was gathered for.
    """

    answers: Mapping[str, Any]
    values: Mapping[str, Any]
    judged: Mapping[str, Judgement]
    uses: tuple[Use, ...]
    shortfalls: tuple[Shortfall, ...]
    holdings: Mapping[str, Holding]


def gather(
    sources: Sources, ruleset: CompiledRuleset, facts: Facts, purpose: Purpose, only: frozenset[str] | None = None
) -> Gathered:
    """Everything the ruleset asks for, or `only` some of it, for facts that hold no evidence yet."""
    gathering = _Gathering(sources, facts, purpose)
    waiting = [each for each in ruleset.settlers if only is None or each.name in only]
    depends = _dependences(ruleset)
    while waiting:
        names = {each.name for each in waiting}
        # A household register that itself depends on a household proves nothing: then the ruleset's own order holds.
        ready = [each for each in waiting if not depends[each.name] & names] or waiting[:1]
        gathering.ask(ready)
        waiting = [each for each in waiting if each not in ready]
    shortfalls = (gathering.shortfall(each) for each in ruleset.settlers)
    return Gathered(
        gathering.given, gathering.values, gathering.judged, tuple(gathering.uses), tuple(each for each in shortfalls if each),
        found_by_rules(ruleset, gathering.values, gathering.judged, gathering.unasked) if only is None else {},
    )  # fmt: skip


def uses_of(session: Session, holder: str, before: UUID | None, limit: int) -> LicenceUses:
    """Every use of this holder's evidence, the newest first."""
    rows = store.uses_of(session, holder, before, limit + 1)
    shown = rows[:limit]
    older = f"/api/v1/licence-uses?before={shown[-1][0].id}&limit={limit}" if len(rows) > limit else None
    return LicenceUses(uses=_told(session, shown), next=older)


@dataclass(frozen=True, slots=True)
class AskedForCase:
    """What a source answered for a case: `authorisation` is by what right it was asked."""

    evidence: str
    authorisation: str
    asked_at: datetime
    answered_at: datetime
    result: str
    reason: str | None
    licences: Sequence[Any]


def asked_for(session: Session, number: str) -> Sequence[AskedForCase]:
    """Everything that was asked for a case, the oldest first."""
    return [
        AskedForCase(use.evidence, use.authorisation, use.asked_at, answer.answered_at, answer.result, answer.reason,
                     orjson.loads(answer.licences))
        for use, answer in store.uses_for_case(session, number)
    ]  # fmt: skip


def uses_of_type(session: Session, holder: str, type_: str, limit: int) -> LicenceUses:
    """The latest uses of this holder's licences of one type."""
    return LicenceUses(uses=_told(session, store.uses_of(session, holder, None, limit, type_)), next=None)


def seed(session: Session, licences: Sequence[Mapping[str, Any]], registers: Sequence[Mapping[str, Any]]) -> None:
    """Puts the demo people's licences and register entries into the embedded provider."""
    session.add_all(LicenceRow(**{**each, "attributes": _json(each["attributes"])}) for each in licences)
    session.add_all(RegisterRow(**{**each, "attributes": _json(each.get("attributes", {}))}) for each in registers)


def of_another(evidence: Evidence) -> bool:
    """Whether it is, or may be, about somebody other than the applicant."""
    return evidence.of is not None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a reply belongs: the evidence, and in a list the place of its member."""

    settler: EvidenceSettler
    member: int | None


class _Gathering:
    """The evidence of one application so far; settled as it comes, for later evidence may depend on it."""

    def __init__(self, sources: Sources, facts: Facts, purpose: Purpose) -> None:
        self.sources = sources
        self.facts = facts
        self.purpose = purpose
        self.values = dict(facts.values)
        self.applicant: str | None = facts.values["applicant.number"]
        self.until = time.monotonic() + sources.settings.evidence_deadline
        self.given: dict[str, Any] = {}
        self.typed: dict[str, Any] = {}
        self.judged: dict[str, Judgement] = {}
        self.registers: dict[str, Judgement] = {}
        self.unasked: set[str] = set()
        self.unneeded: set[str] = set()  # there is none, and none is required
        self.lists: set[str] = set()
        self.reasons: dict[str, str] = {}
        self.uses: list[Use] = []

    def ask(self, ready: Sequence[EvidenceSettler]) -> None:
        """Asks all these at once, and settles them."""
        replies: dict[_Place, Reply | None] = {}
        asked: dict[_Place, Asked] = {}
        for settler in ready:
            for place, subject in self._subjects(settler):
                right = None if subject is None else self._right(settler.evidence, subject)
                replies[place] = None if subject is None else unavailable("no-ground")
                if subject is not None and right is not None:
                    evidence = settler.evidence
                    asked[place] = Asked(evidence.name, evidence.type, subject, right, self.purpose, self.sources.now())
        before = len(self.uses)
        replies |= self._answers(asked)
        for settler in ready:
            self._settle(settler, {place: reply for place, reply in replies.items() if place.settler is settler})
        self.uses[before:] = [self._explained(each) for each in self.uses[before:]]

    def shortfall(self, settler: EvidenceSettler) -> Shortfall | None:
        judged = self.judged.get(settler.name)
        if judged is None or judged.usable or settler.name in self.unasked | self.unneeded:
            return None
        type_ = settler.evidence.type
        return Shortfall(settler.name, type_.id, type_.title, self.reasons.get(settler.name, UNAVAILABLE))

    def _subjects(self, settler: EvidenceSettler) -> Iterator[tuple[_Place, str | None]]:
        """Whom to ask about, each with its place; None where that is not known."""
        if settler.asked is not None and settler.asked(self.values, []) is False:
            self.unasked.add(settler.name)
            return
        if settler.members is None:
            yield _Place(settler, None), self._subject(settler, self.values)
            return
        self.lists.add(settler.name)
        for place, member in enumerate(settler.members(self.values, []) or ()):
            yield _Place(settler, place), self._subject(settler, {**self.values, "item": member})

    def _subject(self, settler: EvidenceSettler, values: dict[str, Any]) -> str | None:
        found: str | None = values["applicant.number"] if settler.holder is None else settler.holder(values, [])
        return found

    def _right(self, evidence: Evidence, subject: str) -> str | None:
        return authorisation(evidence, subject, self.applicant, self.registers, self._standing, self.purpose.right)

    def _standing(self, kind: str, principal: str) -> str | None:
        if self.applicant is None:
            return None
        with self.sources.database.reading() as session:
            return standing(session, kind, self.applicant, principal, self.facts.today, self.purpose.about)

    def _answers(self, asked: Mapping[_Place, Asked]) -> Mapping[_Place, Reply]:
        if not asked:
            return {}
        within = min(self.sources.settings.source_deadline, self.until - time.monotonic())
        if within <= 0:
            return dict.fromkeys(asked, unavailable("deadline"))
        outside = self.sources.provider.outside
        rows = [uses.intended(each) for each in asked.values()]
        if outside:  # committed before anything leaves, so that a crash cannot lose the record of a use
            self.sources.database.insert(rows)
        replies = self.sources.provider.ask([self._question(each) for each in asked.values()], within)
        now = self.sources.now()
        self.uses += [
            Use(each, reply, reply.reason, now, row, outside)
            for each, reply, row in zip(asked.values(), replies, rows, strict=True)
        ]
        return dict(zip(asked, replies, strict=True))

    def _question(self, asked: Asked) -> Question:
        name = self.values["applicant.name"] if asked.subject == self.applicant else None
        return Question(asked.type, asked.subject, name, self.purpose.text, self.facts.today)

    def _settle(self, settler: EvidenceSettler, replies: Mapping[_Place, Reply | None]) -> None:
        answer = self._answer(settler, list(replies.values()))
        if answer is not None:
            self.given[settler.name] = answer
            self.typed[settler.name] = settler.judge.reader.read(answer)
        settled = settler.settle(self.values, replace(self.facts, answers=self.typed), [])
        judged = settled.judgement
        if judged.status == "none" and settled.required is False:
            self.unneeded.add(settler.name)
        self.judged[settler.name] = judged
        if settler.name in households([settler.evidence]):
            self.registers[settler.name] = judged
        if not judged.usable:
            told = next((each.reason for each in replies.values() if each and each.reason), None)
            self.reasons[settler.name] = told or judged.problem or judged.status or UNAVAILABLE

    def _answer(self, settler: EvidenceSettler, replies: Sequence[Reply | None]) -> Any:
        """The evidence as the facts have it; None where nobody is asked about, or nobody can be."""
        answers = [UNAVAILABLE if each is None else each.answer for each in replies]
        if settler.members is None:
            return answers[0] if replies and replies[0] is not None else None
        if settler.name in self.unasked or settler.members(self.values, []) is None:
            return None
        return [_only_valid(each) if isinstance(each, list) else each for each in answers]

    def _explained(self, use: Use) -> Use:
        """With the engine's reason where the provider had none: several, expired, suspended, … A list has none for each member."""
        judged = self.judged[use.asked.evidence]
        if use.reason or judged.usable or use.reply.result != "answered" or use.asked.evidence in self.lists:
            return use
        return replace(use, reason=self.reasons[use.asked.evidence])


def _only_valid(several: Sequence[Any]) -> Any:
    """Of several for one member of a list, the one that says it is valid; no member has more than one answer."""
    valid = [each for each in several if isinstance(each, dict) and each.get("status", "valid") == "valid"]
    return valid[0] if len(valid) == 1 else UNAVAILABLE


@lru_cache(256)  # it is the same for every application
def _dependences(ruleset: CompiledRuleset) -> Mapping[str, Set[str]]:
    """What has to be settled before each evidence is asked for: what its keys read, and what proves its ground."""
    declared = ruleset.ruleset.evidence
    registers = set(households(list(declared.values())))
    found = {}
    for name, evidence in declared.items():
        roots = [each.tree for each in (evidence.of, evidence.when, evidence.for_each) if each is not None]
        read = {fact.split(".")[0] for fact in ruleset.checked.facts_read(*roots)}
        found[name] = ((read | (registers if evidence.ground == "household" else set())) & set(declared)) - {name}
    return found


def _told(session: Session, found: Sequence[tuple[LicenceUseRow, LicenceAnswerRow | None]]) -> list[LicenceUse]:
    clients = names_of(session, {row.client for row, _ in found if row.client})
    return [_shown(row, answer, clients.get(row.client or "")) for row, answer in found]


def _shown(row: LicenceUseRow, answer: LicenceAnswerRow | None, client: str | None) -> LicenceUse:
    known = row.model_dump(include={"title", "type", "kind", "case_number", "purpose", "authorisation", "asked_at"})
    told: dict[str, Any] = {"result": None, "reason": None, "fields": [], "licences": []}
    if answer is not None and row.told:
        fields, licences = orjson.loads(answer.fields), orjson.loads(answer.licences)
        told = {"result": answer.result, "reason": answer.reason, "fields": fields, "licences": licences}
    return LicenceUse.model_validate({**known, **told, "client": client, "answered_at": answer.answered_at if answer else None})


def _json(attributes: Mapping[str, Any]) -> str:
    return orjson.dumps(attributes).decode()
