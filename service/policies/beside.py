"""Another ruleset on facts that were decided before: what it would have answered, and where the two differ."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.decision.decide import Decision
from engine.decision.problems import InvalidFacts
from service.rulesets import Prepared

REFUSED = "refused"
"""What is answered where the facts lack what the other ruleset asks for in its form."""


def answer_beside(prepared: Prepared, receipt: Mapping[str, Any], day: date | None = None) -> Decision | None:
    """On the facts of a receipt, of these what the ruleset knows; None where the form is not enough for it.

    Evidence that it asks for and the other did not is unavailable to it.
    """
    ruleset = prepared.compiled.ruleset
    facts = dict(receipt["facts"])
    for section, known in (("form", ruleset.form), ("evidence", ruleset.evidence)):
        if isinstance(facts.get(section), dict):
            facts[section] = {name: value for name, value in facts[section].items() if name in known}
    try:
        return prepared.compiled.decide(prepared.compiled.read(facts, day or date.fromisoformat(receipt["decided_for"])))
    except InvalidFacts:
        return None


def concluded(receipt: Mapping[str, Any]) -> str:
    """What the rules themselves concluded, whoever had to confirm it."""
    found: str = receipt.get("proposed") or receipt["conclusion"]
    return found


def differing(outcomes: Mapping[str, str], decision: Decision) -> dict[str, list[str | None]]:
    """By condition, the outcome there was and the other's, where they differ; None where a ruleset has no such condition."""
    other = dict(zip(decision.ruleset.ids, decision.outcomes, strict=True))
    names = dict.fromkeys((*outcomes, *other))
    return {name: [outcomes.get(name), other.get(name)] for name in names if outcomes.get(name) != other.get(name)}


def outcomes_of(receipt: Mapping[str, Any]) -> dict[str, str]:
    return {each["condition"]: each["outcome"] for each in receipt["reasons"]}
