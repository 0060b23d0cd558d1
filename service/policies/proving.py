"""What proves a draft right: findings, cases, and that the catalogue still fits; each on texts, written out for the engine."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sqlmodel import Session

from engine.assurance.cases import Case, cases_beside, read_cases, term_of
from engine.assurance.running import CaseReport, run_cases
from engine.catalogue import Catalogue, check, needs_of
from engine.ruleset.checking import Checked, check_ruleset
from engine.ruleset.document import read_document
from engine.ruleset.evidence_types import EVIDENCE_TYPES
from engine.ruleset.findings import Finding, Refused, in_order
from engine.ruleset.loading import EVIDENCE_FILE, load, versions
from engine.ruleset.model import Ruleset
from service.policies import store
from service.policies.folders import Texts, below, cases_of, digest, file_of, written
from service.rulesets import Rulesets

_CATALOGUE = "matters.yaml"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A draft among all that it would be read with. `path`: of its own file."""

    ruleset: str
    effective: date
    texts: Texts

    @property
    def path(self) -> str:
        return file_of(self.ruleset, self.effective)

    @property
    def digest(self) -> str:
        """Of all the texts: whatever was proved of them is proved of these alone."""
        told = "\n".join(f"{path} {digest(body)}" for path, body in sorted(self.texts.items()))
        return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Looked:
    """`checked`: for each day on which a fragment changes, ascending; empty where there are errors."""

    findings: tuple[Finding, ...]
    checked: tuple[tuple[date, Checked], ...]

    @property
    def right(self) -> bool:
        return all(each.severity != "error" for each in self.findings)


def proposal(session: Session, ruleset: str, effective: date, text: bytes, cases: bytes) -> Proposal:
    """With the evidence types and fragments of today, and the other files of the ruleset that are or will be in force."""
    wanted = dict(store.library(session))
    active = {each.hash for each in store.activations(session, ruleset) if not each.shadow}
    wanted |= {file_of(ruleset, each.effective): each.text for each in store.versions(session, ruleset) if each.hash in active}
    bodies = store.texts(session, set(wanted.values()))
    own = file_of(ruleset, effective)
    texts = {path: bodies[name] for path, name in wanted.items()} | {own: text}
    return Proposal(ruleset, effective, texts | ({cases_of(own): cases} if cases.strip() else {}))


def look_at(proposed: Proposal, catalogue: Catalogue, rulesets: Rulesets) -> Looked:
    """Every finding, and whether the catalogue fits it as well as it fits what is in force."""
    with written(proposed.texts) as folder:
        findings, checked = _looked(folder, folder / proposed.path)
        if all(each.severity != "error" for each in findings):
            findings += _misfits(folder, proposed, checked, catalogue, rulesets)
        return Looked(in_order(dict.fromkeys(below(folder, findings))), tuple(checked))


def run(proposed: Proposal, told: Callable[[int, int], None] | None = None) -> CaseReport:
    """Raises `Refused` where there is anything wrong with the texts."""
    with written(proposed.texts) as folder:
        try:
            return run_cases(folder / proposed.path, told)
        except Refused as refused:
            raise Refused(below(folder, refused.findings)) from None


def ruleset_in(proposed: Proposal) -> Ruleset | None:
    """As it is read, with the fragments of its first day; None where it cannot be."""
    with written(proposed.texts) as folder:
        try:
            return load(folder / proposed.path, proposed.effective)
        except Refused:
            return None


def cases_in(proposed: Proposal) -> tuple[Case, ...]:
    """The cases as they are read; none where they, or the ruleset, cannot be."""
    with written(proposed.texts) as folder:
        path = folder / proposed.path
        try:
            rulesets = [load(path, day) for day in versions(path)]
            return read_cases(cases_beside(path), rulesets, term_of(path, rulesets[0])) if cases_beside(path).exists() else ()
        except Refused:
            return ()


def _looked(folder: Path, path: Path) -> tuple[list[Finding], list[tuple[date, Checked]]]:
    findings: list[Finding] = []
    checked: list[tuple[date, Checked]] = []
    try:
        for day in versions(path):
            checked.append((day, check_ruleset(load(path, day))))
        findings += [warning for _, each in checked for warning in each.warnings]
        if cases_beside(path).exists():
            rulesets = [each.ruleset for _, each in checked]
            read_cases(cases_beside(path), rulesets, term_of(path, rulesets[0]))
    except Refused as refused:
        findings += refused.findings
    return findings, checked


def _misfits(
    folder: Path, proposed: Proposal, checked: list[tuple[date, Checked]], catalogue: Catalogue, rulesets: Rulesets
) -> list[Finding]:
    """What is wrong with the catalogue if this comes into force, and was not before."""
    file = folder / EVIDENCE_FILE
    types = EVIDENCE_TYPES.read(read_document(str(file), file.read_bytes()))
    needs = {id_: needs_of(each[-1].compiled.ruleset) for id_, each in rulesets.by_id.items()}
    before = {_about(each) for each in check(catalogue, needs, types.licences, types.checks)}
    needs[proposed.ruleset] = needs_of(checked[-1][1].ruleset)
    after = check(catalogue, needs, types.licences, types.checks)
    return [
        replace(each, place=replace(each.place, path=_CATALOGUE)) for each in after if _about(each) not in before
    ]


def _about(finding: Finding) -> tuple[str, str]:
    return finding.code, finding.message("en")

