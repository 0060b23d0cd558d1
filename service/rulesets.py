"""Rulesets ready to decide, chosen by id and day; and those of a folder of files, read, checked and compiled.

A running service decides by what `service.policies.following` answers.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from engine.catalogue import Catalogue, check, needs_of, read_catalogue
from engine.decision.decide import CompiledRuleset, compile_ruleset
from engine.decision.receipt import ReceiptWriter
from engine.ruleset.checking import check_ruleset
from engine.ruleset.document import read_document
from engine.ruleset.evidence_types import EVIDENCE_TYPES, EvidenceTypes
from engine.ruleset.findings import Finding, Refused
from engine.ruleset.loading import EVIDENCE_FILE, Rules, load, versions
from engine.ruleset.model import EvidenceType
from service.operation.alarms import engine_alarm
from service.settings import Settings


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A ruleset ready to decide and to write receipts. `since`: its first day in force.

    `stopped`: whatever it says, a person decides. `generation`: of what was in force when it was chosen.
    """

    since: date
    compiled: CompiledRuleset
    receipts: ReceiptWriter
    stopped: bool = False
    generation: int = 0

    def decides_as(self, other: Prepared | None) -> bool:
        """Whether the other would decide just the same."""
        return other is not None and (other.compiled, other.stopped) == (self.compiled, self.stopped)


@dataclass(frozen=True, slots=True)
class Rulesets:
    """By id, ascending by day, all of one `generation`. `shadows`: likewise, those that only answer beside.

    `types`: of evidence, licences and checks, by id, where they were read from files.
    """

    by_id: dict[str, tuple[Prepared, ...]]
    generation: int = 0
    shadows: Mapping[str, tuple[Prepared, ...]] = field(default_factory=dict)
    types: Mapping[str, EvidenceType] = field(default_factory=dict)

    def on(self, id_: str, day: date) -> Prepared | None:
        """The ruleset in force on `day`; None if there is none."""
        found = self._latest(id_, day)
        return None if found is None or (found.compiled.ruleset.ends or day) < day else found

    def last_day(self, id_: str, day: date) -> date | None:
        """The last day before `day` on which the ruleset was in force; None if it has not begun."""
        found = self._latest(id_, day)
        return None if found is None else min(found.compiled.ruleset.ends or day, day)

    def first_day(self, id_: str) -> date:
        return self.by_id[id_][0].since

    def _latest(self, id_: str, day: date) -> Prepared | None:
        each = self.by_id.get(id_, ())
        place = bisect_right([one.since for one in each], day)
        return each[place - 1] if place else None


def load_rules(settings: Settings) -> tuple[Catalogue, Rulesets]:
    """The catalogue and every ruleset, held to each other. Raises `Refused` with the findings of all files."""
    findings: list[Finding] = []
    prepared: dict[str, tuple[Prepared, ...]] = {}
    rules = Rules(settings.rules)
    for id_ in rules.ids():
        try:
            prepared[id_] = tuple(
                _prepare(day, file.path) for file in rules.files(id_) for day in versions(file.path)
            )
        except Refused as refused:
            findings += refused.findings
    try:
        catalogue = read_catalogue(str(settings.catalogue), settings.catalogue.read_bytes())
    except Refused as refused:
        raise Refused([*findings, *refused.findings]) from None
    types = None
    if not findings:
        types = _types(settings)
        findings += check(catalogue, {id_: needs_of(each[-1].compiled.ruleset) for id_, each in prepared.items()},
                          types.licences, types.checks)  # fmt: skip
    if any(each.severity == "error" for each in findings):
        raise Refused(findings)
    assert types is not None  # else there are findings
    return catalogue, Rulesets(prepared, types={**types.licences, **types.checks})


def licence_types(rules: Path) -> Mapping[str, EvidenceType]:
    """The licences that evidence.yaml declares. Raises `Refused`, `OSError`."""
    file = rules / EVIDENCE_FILE
    return EVIDENCE_TYPES.read(read_document(str(file), file.read_bytes())).licences


def _prepare(day: date, path: Path) -> Prepared:
    compiled = compile_ruleset(check_ruleset(load(path, day)), engine_alarm)
    return Prepared(day, compiled, ReceiptWriter(compiled))


def _types(settings: Settings) -> EvidenceTypes:
    file = settings.rules / EVIDENCE_FILE
    return EVIDENCE_TYPES.read(read_document(str(file), file.read_bytes()))
