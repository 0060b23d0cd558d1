"""Runs the cases beside a ruleset or fragment through the decision path and compares what comes out with what is expected."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from engine.assurance.cases import Case, cases_beside, read_cases, term_of
from engine.assurance.coverage import Coverage, TableRows, Unseen
from engine.decision.decide import CompiledRuleset, Decision, compile_ruleset
from engine.decision.problems import InvalidFacts
from engine.language.json_values import as_json
from engine.ruleset.checking import check_ruleset
from engine.ruleset.loading import load, versions
from engine.ruleset.model import Ruleset


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What a case expects and what it got, alike in shape: without empty lists, the queue only where it is expected."""

    ruleset: str
    name: str
    expected: Mapping[str, Any]
    got: Mapping[str, Any]

    @property
    def passed(self) -> bool:
        return self.expected == self.got

    def as_json(self) -> dict[str, Any]:
        return {
            "ruleset": self.ruleset,
            "name": self.name,
            "passed": self.passed,
            "expected": dict(self.expected),
            "got": dict(self.got),
        }


@dataclass(frozen=True, slots=True)
class CaseReport:
    """The results of cases, in the order of the files, and what they left unseen."""

    cases: tuple[CaseResult, ...]
    coverage: tuple[Unseen, ...]

    @property
    def passed(self) -> bool:
        return all(each.passed for each in self.cases)

    @property
    def covered(self) -> bool:
        return not self.coverage

    def as_json(self) -> dict[str, Any]:
        return {
            "cases": [each.as_json() for each in self.cases],
            "coverage": [each.as_json() for each in self.coverage],
        }


def joined(reports: Iterable[CaseReport]) -> CaseReport:
    """One report on several files."""
    each = list(reports)
    return CaseReport(
        tuple(case for report in each for case in report.cases),
        tuple(unseen for report in each for unseen in report.coverage),
    )


def run_cases(path: Path, told: Callable[[int, int], None] | None = None) -> CaseReport:
    """Runs the cases beside a ruleset's or a fragment's file; without a cases file all is unseen.

    `told` hears after each case how many have been run, and of how many.

    Raises `Refused` with every finding of the ruleset, or else of the cases, and `OSError`.
    """
    versions = _Versions(path)
    first = versions.all[0]
    term = term_of(path, first.ruleset)
    coverage = Coverage(first.compiled.checked, term.last)
    beside = cases_beside(path)
    cases = read_cases(beside, [each.ruleset for each in versions.all], term) if beside.exists() else ()
    results = []
    for number, case in enumerate(cases, 1):
        version = versions.on(case.day(first.ruleset.dated_by))
        result, decision = _run(case, version.compiled)
        results.append(result)
        if result.passed and decision is not None:
            coverage.see(decision, version.rows)
        if told is not None:
            told(number, len(cases))
    return CaseReport(tuple(results), coverage.unseen())


class _Version:
    """The file with the fragments of a day. Compiled when a case needs it."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset

    @cached_property
    def compiled(self) -> CompiledRuleset:
        return compile_ruleset(check_ruleset(self.ruleset))

    @cached_property
    def rows(self) -> TableRows:
        return TableRows(self.compiled)


class _Versions:
    """The file with the fragments of every day on which any of them changes; `all` ascending."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.days = versions(path)
        self.all = [_Version(load(path, day)) for day in self.days] or [_Version(load(path))]
        self.undated: dict[str, _Version] = {}  # of a file whose name is no day, by hash

    def on(self, day: date) -> _Version:
        if self.days:
            return self.all[bisect_right(self.days, day) - 1]
        ruleset = load(self.path, day)
        return self.undated.setdefault(ruleset.hash, _Version(ruleset))


def _run(case: Case, compiled: CompiledRuleset) -> tuple[CaseResult, Decision | None]:
    reference = compiled.ruleset.reference
    try:
        decision = compiled.decide(compiled.read(case.facts, case.on))
    except InvalidFacts as invalid:
        return CaseResult(reference, case.name, case.expect, {"refused": _refused(invalid)}), None
    return CaseResult(reference, case.name, case.expect, _got(decision, "queue" in case.expect)), decision


def _refused(invalid: InvalidFacts) -> list[str]:
    """The form facts to put right; the whole path of what is not in the form."""
    names = (re.match(r"form\.(\w+)", gap.path) for gap in invalid.gaps)
    return list(dict.fromkeys(
        name[1] if name else gap.path for name, gap in zip(names, invalid.gaps, strict=True)
    ))


def _got(decision: Decision, with_queue: bool) -> dict[str, Any]:
    ruleset = decision.ruleset.ruleset
    found = {
        "conclusion": decision.conclusion,
        "grant": {name: as_json(value, ruleset.grant[name].type) for name, value in decision.grant.items()},
        "queue": decision.queue if with_queue else None,
        "fails": _having(decision, "fail"),
        "unknown": _having(decision, "unknown"),
        "committed": _having(decision, "committed"),
        "missing": list(decision.missing),
        "follow_up": [each.condition for each in decision.follow_up],
    }
    return {name: value for name, value in found.items() if value or (name == "queue" and with_queue)}


def _having(decision: Decision, outcome: str) -> list[str]:
    return [id_ for id_, found in zip(decision.ruleset.ids, decision.outcomes, strict=True) if found == outcome]
