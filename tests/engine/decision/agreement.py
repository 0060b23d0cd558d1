"""Holds the compiled engine to the oracle: the same ruleset, the same facts, the same day, the same answer."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from engine.decision.decide import CompiledRuleset, Decision, compile_ruleset
from engine.decision.problems import InvalidFacts
from engine.decision.receipt import ReceiptWriter
from engine.decision.strict_json import read_json
from engine.ruleset.checking import check_ruleset
from engine.ruleset.loading import load
from tests.generators import Made
from tests.oracle import Answer


def compiled(made: Made) -> CompiledRuleset:
    """The generated ruleset, written as files and taken the whole way from there."""
    with tempfile.TemporaryDirectory() as folder:
        return compile_ruleset(check_ruleset(load(made.write(Path(folder)))))


def decide(ruleset: CompiledRuleset, facts: Mapping[str, Any], today: date) -> Decision | InvalidFacts:
    """The decision on the JSON text of the facts, as it would come in."""
    try:
        return ruleset.decide(ruleset.read(read_json(orjson.dumps(facts)), today))
    except InvalidFacts as invalid:
        return invalid


def answer_of(decision: Decision | InvalidFacts) -> Answer:
    """The engine's decision in the oracle's words, by way of its receipt."""
    if isinstance(decision, InvalidFacts):
        refused = {gap.path.removeprefix("form.").split("[")[0].split(".")[0] for gap in decision.gaps}
        return Answer(None, refused=sorted(refused))
    receipt = orjson.loads(ReceiptWriter(decision.ruleset).write(decision).body)
    outcomes = {reason["condition"]: reason["outcome"] for reason in receipt["reasons"]}
    return Answer(
        conclusion=receipt["conclusion"],
        outcomes=outcomes,
        grant=receipt["grant"],
        missing=receipt["missing"],
        causes=receipt["causes"],
        queue=receipt["queue"],
        committed=[condition for condition, outcome in outcomes.items() if outcome == "committed"],
        follow_up=[(each["condition"], date.fromisoformat(each["by"])) for each in receipt["follow_up"]],
    )


def comparable(answer: Answer) -> dict[str, Any]:
    """What must agree. Numbers agree by value; what is refused agrees by the names of the form facts."""
    if answer.conclusion is None:
        return {"refused": sorted(answer.refused)}
    return {
        "conclusion": answer.conclusion,
        "outcomes": answer.outcomes,
        "grant": {name: _plain(value) for name, value in answer.grant.items()},
        "missing": list(answer.missing),
        "causes": list(answer.causes),
        "queue": answer.queue,
        "follow_up": sorted(answer.follow_up),
    }


def _plain(value: Any) -> Any:
    return str(value) if not isinstance(value, (list, tuple)) else [_plain(each) for each in value]
